package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.sync.pki.PeerRejected;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a connection is down, by kind and in words for the operator. */
record DownReason(DownCause cause, String detail) {

  private static final int MAX_CAUSES = 10;
  private static final String ALERT = "Received fatal alert: ";

  /** Finds the first cause that says something. */
  static DownReason of(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < MAX_CAUSES && cause != null; depth++) {
      DownReason known = known(cause);
      if (known != null) {
        return known;
      }
      cause = cause.getCause();
    }
    return unknown(failure);
  }

  private static @Nullable DownReason known(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof PeerRejected rejected) {
      return new DownReason(ofRejection(rejected.reason()), message);
    } else if (cause instanceof FrameException) {
      return new DownReason(DownCause.PROTOCOL, message);
    } else if (cause instanceof NotSslRecordException) {
      return new DownReason(
          DownCause.PROTOCOL, "the peer does not speak TLS; is the address right?");
    } else if (cause instanceof SslHandshakeTimeoutException) {
      return new DownReason(DownCause.HANDSHAKE_TIMEOUT, message);
    } else if (cause instanceof ConnectTimeoutException) {
      return new DownReason(DownCause.CONNECT_TIMEOUT, message);
    } else if (cause instanceof ConnectException) {
      return new DownReason(DownCause.REFUSED, message);
    } else if (cause instanceof UnknownHostException) {
      return new DownReason(DownCause.UNREACHABLE, "no address is known for host " + message);
    } else if (cause instanceof SSLException) {
      return ofTls(message);
    }
    return null;
  }

  private static DownCause ofRejection(PeerRejected.Reason reason) {
    return switch (reason) {
      case NO_CERTIFICATE -> DownCause.NO_CERTIFICATE;
      case UNKNOWN_AUTHORITY -> DownCause.UNKNOWN_AUTHORITY;
      case EXPIRED -> DownCause.EXPIRED;
      case NOT_YET_VALID -> DownCause.NOT_YET_VALID;
      case WRONG_NAME -> DownCause.WRONG_NAME;
      case BAD_CHAIN -> DownCause.BAD_CERTIFICATE;
    };
  }

  /** The JDK's TLS says most things only in words. */
  private static @Nullable DownReason ofTls(String message) {
    int alert = message.indexOf(ALERT);
    if (alert >= 0) {
      String name = message.substring(alert + ALERT.length());
      if (name.contains("cert") || name.contains("unknown_ca") || name.contains("denied")) {
        return new DownReason(
            DownCause.REJECTED_BY_PEER,
            "the peer does not accept the certificate that it was shown ("
                + name
                + "); its log says why");
      }
      return new DownReason(DownCause.PROTOCOL, "the peer ended TLS with the alert " + name);
    }
    if (message.contains("client certificate")) {
      return new DownReason(DownCause.NO_CERTIFICATE, "the peer sent no certificate");
    }
    if (message.contains("protocol version") || message.contains("not enabled or supported")) {
      return new DownReason(DownCause.PROTOCOL, "only TLS 1.3 is spoken here: " + message);
    }
    return null;
  }

  private static DownReason unknown(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ClosedChannelException) {
      return new DownReason(DownCause.PEER_CLOSED, "the connection was closed");
    } else if (failure instanceof SSLException) {
      return new DownReason(DownCause.PROTOCOL, message);
    } else if (failure instanceof IOException) {
      return new DownReason(DownCause.BROKEN, message);
    }
    return new DownReason(DownCause.BROKEN, failure.toString());
  }

  @Override
  public String toString() {
    return cause + ": " + detail;
  }
}
