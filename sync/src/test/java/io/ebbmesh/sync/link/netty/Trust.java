package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.CertificateAuthority;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.pki.OwnKey;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.pki.Validity;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates and clocks of the link's tests. */
final class Trust {

  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  static final NodeClock CLOCK = FixedClock.right(NOW);
  static final NodeClock IN_1970 = new FixedClock(Instant.EPOCH, ClockQuality.LOWER_BOUND);
  static final Validity YEAR = Validity.from(NOW, Duration.ofDays(365));
  static final Validity LAST_YEAR =
      new Validity(NOW.minus(Duration.ofDays(700)), NOW.minus(Duration.ofDays(300)));
  static final CertificateAuthority AUTHORITY = CertificateAuthority.create("authority", YEAR);
  static final CertificateAuthority OTHER = CertificateAuthority.create("other", YEAR);

  /** Whom nodes expect to answer. */
  static final PeerName HUB = PeerName.hub("hub-1");

  private Trust() {}

  static TlsIdentity node(CertificateAuthority authority, Validity validity) {
    return identity(
        PeerName.node(new NodeId("n1")),
        authority.issueNode(new NodeId("n1"), List.of("127.0.0.1"), validity));
  }

  static TlsIdentity node() {
    return node(AUTHORITY, YEAR);
  }

  static TlsIdentity hub(CertificateAuthority authority, Validity validity) {
    return hub(authority, HUB, validity);
  }

  static TlsIdentity hub(CertificateAuthority authority, PeerName name, Validity validity) {
    return identity(name, authority.issueHub(name.name(), List.of("127.0.0.1"), validity));
  }

  static TlsIdentity hub() {
    return hub(AUTHORITY, YEAR);
  }

  private static TlsIdentity identity(PeerName name, CertificateAuthority.Issued issued) {
    return new TlsIdentity(
        Path.of(name.name() + ".p12"),
        name,
        issued.key(),
        issued.chain(),
        List.of(AUTHORITY.certificate()));
  }

  /** Plain TLS of the JDK that trusts everyone, with or without a certificate of its own. */
  static SSLContext careless(@Nullable TlsIdentity own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? new KeyManager[0] : new KeyManager[] {new OwnKey(own)},
          new TrustManager[] {new TrustEveryone()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class TrustEveryone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
