package io.ebbmesh.node.site;

/** The site cannot be started as configured; the message names the setting and the remedy. */
public final class SiteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SiteException(String message) {
    super(message);
  }

  SiteException(String message, Throwable cause) {
    super(message, cause);
  }
}
