package io.ebbmesh.node.ingress.http;

/** The HTTP listener cannot be started; the message names the setting and the remedy. */
public final class HttpIngressException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  HttpIngressException(String message) {
    super(message);
  }

  HttpIngressException(String message, Throwable cause) {
    super(message, cause);
  }
}
