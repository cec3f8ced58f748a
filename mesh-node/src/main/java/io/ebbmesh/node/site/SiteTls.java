package io.ebbmesh.node.site;

import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.PeerRejected;
import io.ebbmesh.sync.pki.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS 1.3 with certificates on both sides, for the connections between neighbours.
 *
 * <p>Pekko's own provider takes the passwords from the actor system's configuration and believes
 * the wall clock; this one does neither.
 */
final class SiteTls implements SSLEngineProvider {

  private static final String PROTOCOL = "TLSv1.3";
  private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

  private static final Logger LOG = LoggerFactory.getLogger(SiteTls.class);

  private final SSLContext context;

  private SiteTls(SSLContext context) {
    this.context = context;
  }

  /**
   * @param self who the certificate must speak for
   * @throws SiteException if a file cannot be read, or its certificate is another's
   */
  static SiteTls load(SiteSettings.Keys keys, PeerName self, NodeClock clock) {
    TlsIdentity identity;
    try {
      identity =
          TlsIdentity.load(
              keys.keyStore(),
              keys.keyStorePassword().toCharArray(),
              keys.trustStore(),
              keys.trustStorePassword().toCharArray());
      identity.requireName(self, "ebbmesh.node.id");
    } catch (IdentityException e) {
      throw new SiteException("ebbmesh.node.site.key-store: " + e.getMessage(), e);
    }
    warnIfNeighboursWillRefuse(identity, clock);
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(
          keyManagers(identity).getKeyManagers(),
          new TrustManager[] {
            new ClockedTrust(identity.trusted(), clock, PeerName.Role.NODE),
          },
          null);
      return new SiteTls(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new SiteException(
          "ebbmesh.node.site: the certificate in " + keys.keyStore() + " cannot be used", e);
    }
  }

  /** Neighbours trust what this node trusts. No reason not to start: its own roads need no site. */
  private static void warnIfNeighboursWillRefuse(TlsIdentity identity, NodeClock clock) {
    try {
      new ClockedTrust(identity.trusted(), clock, PeerName.Role.NODE)
          .judge(identity.chain().toArray(X509Certificate[]::new), null);
    } catch (PeerRejected e) {
      LOG.warn(
          "neighbours will not let this node in, check ebbmesh.node.site.key-store {} and"
              + " trust-store: {}",
          identity.source(),
          e.getMessage());
    }
  }

  private static KeyManagerFactory keyManagers(TlsIdentity identity)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] inMemory = {};
    store.setKeyEntry(
        "self", identity.key(), inMemory, identity.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, inMemory);
    return managers;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(hostname, port);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(hostname, port);
    engine.setUseClientMode(true);
    return engine;
  }

  private SSLEngine engine(String hostname, int port) {
    SSLEngine engine = context.createSSLEngine(hostname, port);
    engine.setEnabledProtocols(new String[] {PROTOCOL});
    engine.setEnabledCipherSuites(SUITES);
    return engine;
  }

  /** The handshake has checked all there is to check. */
  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  /** The handshake has checked all there is to check. */
  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
