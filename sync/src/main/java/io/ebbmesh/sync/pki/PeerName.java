package io.ebbmesh.sync.pki;

import io.ebbmesh.protocol.insight.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a certificate speaks for, as its URI subject alternative name says: {@code
 * urn:ebbmesh:node:NAME} or {@code urn:ebbmesh:hub:NAME}.
 *
 * @param name 1 to 63 of a-z, 0-9, '.', '_' and '-'
 */
public record PeerName(Role role, String name) {

  /** Which end of a link a certificate is good for. */
  public enum Role {
    NODE(NodeId.URI_PREFIX),
    HUB("urn:ebbmesh:hub:");

    private final String prefix;

    Role(String prefix) {
      this.prefix = prefix;
    }
  }

  /** General name types of RFC 5280, section 4.2.1.6. */
  static final int URI = 6;

  public PeerName {
    // Both kinds of name have the form of a node id.
    new NodeId(name);
  }

  public static PeerName node(NodeId node) {
    return new PeerName(Role.NODE, node.value());
  }

  public static PeerName hub(String name) {
    return new PeerName(Role.HUB, name);
  }

  /** The name as it stands in a certificate. */
  public String uri() {
    return role.prefix + name;
  }

  /** The first name of this kind in a certificate; null if it has none. */
  public static @Nullable PeerName of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return null;
    }
    if (names == null) {
      return null;
    }
    for (List<?> general : names) {
      if (general.get(0) instanceof Integer type
          && type == URI
          && general.get(1) instanceof String uri) {
        PeerName name = ofUri(uri);
        if (name != null) {
          return name;
        }
      }
    }
    return null;
  }

  private static @Nullable PeerName ofUri(String uri) {
    for (Role role : Role.values()) {
      if (uri.startsWith(role.prefix)) {
        try {
          return new PeerName(role, uri.substring(role.prefix.length()));
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return uri();
  }
}
