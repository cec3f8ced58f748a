package io.ebbmesh.sync.pki;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.PeerRejected.Reason;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges a peer's certificate: chain and name always, dates against a {@link NodeClock}.
 *
 * <pre>
 * quality of the clock    notAfter                       notBefore
 *   LOWER_BOUND             proves "expired"               cannot prove "not yet valid": not checked
 *   CARRIED, SYNCHRONISED   checked                        checked
 * </pre>
 *
 * <p>Chains are validated as RFC 5280 says, without revocation. A hub's certificate must name the
 * host that was dialled, and the hub where only one is meant. May be used from any thread.
 */
public final class ClockedTrust extends X509ExtendedTrustManager {

  private final Set<TrustAnchor> anchors;
  private final X509Certificate[] issuers;
  private final NodeClock clock;
  private final PeerName.Role peerRole;
  private final @Nullable PeerName only;

  /**
   * @param trusted authorities
   * @param clock judges dates
   * @param peerRole what the peer's certificate must be good for
   */
  public ClockedTrust(List<X509Certificate> trusted, NodeClock clock, PeerName.Role peerRole) {
    this(trusted, clock, peerRole, null);
  }

  /**
   * Accepts a single peer.
   *
   * @param trusted authorities
   * @param clock judges dates
   * @param only whom the peer's certificate must name: the same authority issues to others
   */
  public ClockedTrust(List<X509Certificate> trusted, NodeClock clock, PeerName only) {
    this(trusted, clock, only.role(), only);
  }

  private ClockedTrust(
      List<X509Certificate> trusted,
      NodeClock clock,
      PeerName.Role peerRole,
      @Nullable PeerName only) {
    this.anchors = new LinkedHashSet<>();
    for (X509Certificate authority : trusted) {
      anchors.add(new TrustAnchor(authority, null));
    }
    this.issuers = trusted.toArray(X509Certificate[]::new);
    this.clock = clock;
    this.peerRole = peerRole;
    this.only = only;
  }

  /**
   * Judges a chain.
   *
   * @param chain the peer's certificate first
   * @param dialledHost host that the peer's certificate must name; null if it was not dialled
   * @return who the peer is
   * @throws PeerRejected if it is not accepted
   */
  public PeerName judge(X509Certificate[] chain, @Nullable String dialledHost) throws PeerRejected {
    if (chain.length == 0) {
      throw new PeerRejected(Reason.NO_CERTIFICATE, "the peer sent no certificate");
    }
    List<X509Certificate> path = withoutAnchors(chain);
    BootTime now = clock.now();
    judgeDates(path, now);
    judgeChain(path, now);
    return judgeName(chain[0], dialledHost);
  }

  private List<X509Certificate> withoutAnchors(X509Certificate[] chain) {
    List<X509Certificate> path = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      if (isAnchor(certificate)) {
        break;
      }
      path.add(certificate);
    }
    return path;
  }

  private boolean isAnchor(X509Certificate certificate) {
    for (X509Certificate issuer : issuers) {
      if (issuer.equals(certificate)) {
        return true;
      }
    }
    return false;
  }

  private static void judgeDates(List<X509Certificate> path, BootTime now) throws PeerRejected {
    for (X509Certificate certificate : path) {
      if (now.wallMillis() > certificate.getNotAfter().getTime()) {
        throw new PeerRejected(
            Reason.EXPIRED,
            describe(certificate)
                + " expired at "
                + certificate.getNotAfter().toInstant()
                + "; it is now "
                + describe(now)
                + ". Issue a new certificate, or set this machine's clock if it is ahead");
      }
      if (now.quality() != ClockQuality.LOWER_BOUND
          && now.wallMillis() < certificate.getNotBefore().getTime()) {
        throw new PeerRejected(
            Reason.NOT_YET_VALID,
            describe(certificate)
                + " is valid from "
                + certificate.getNotBefore().toInstant()
                + " on; it is now "
                + describe(now)
                + ". Set the clock of this machine or of the one that issued it");
      }
    }
  }

  private void judgeChain(List<X509Certificate> path, BootTime now) throws PeerRejected {
    if (path.isEmpty()) {
      throw new PeerRejected(
          Reason.WRONG_NAME, "the peer shows an authority's certificate as its own");
    }
    long at = now.wallMillis();
    for (X509Certificate certificate : path) {
      // Only moves a lower bound: with any other quality, notBefore was checked above.
      at = Math.max(at, certificate.getNotBefore().getTime());
    }
    try {
      CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(new Date(at));
      CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
    } catch (CertPathValidatorException e) {
      throw rejected(path.get(0), e);
    } catch (GeneralSecurityException e) {
      throw new PeerRejected(
          Reason.BAD_CHAIN, describe(path.get(0)) + " cannot be checked: " + e.getMessage(), e);
    }
  }

  private PeerRejected rejected(X509Certificate certificate, CertPathValidatorException e) {
    if (e.getReason() == PKIXReason.NO_TRUST_ANCHOR
        || e.getReason() == BasicReason.INVALID_SIGNATURE) {
      return new PeerRejected(
          Reason.UNKNOWN_AUTHORITY,
          describe(certificate)
              + " was issued by "
              + certificate.getIssuerX500Principal()
              + ", which is not trusted here; both sides need certificates of one authority",
          e);
    }
    return new PeerRejected(
        Reason.BAD_CHAIN, describe(certificate) + " is not acceptable: " + e.getMessage(), e);
  }

  private PeerName judgeName(X509Certificate certificate, @Nullable String dialledHost)
      throws PeerRejected {
    PeerName name = PeerName.of(certificate);
    if (name == null || name.role() != peerRole) {
      throw new PeerRejected(
          Reason.WRONG_NAME,
          describe(certificate)
              + " is not the certificate of a "
              + (peerRole == PeerName.Role.HUB ? "hub" : "node")
              + "; it names "
              + (name == null ? "neither node nor hub" : name.uri()));
    }
    if (only != null && !only.equals(name)) {
      throw new PeerRejected(
          Reason.WRONG_NAME,
          describe(certificate)
              + " is not that of "
              + only.uri()
              + ", which is expected here; dial that one, or set ebbmesh.node.hub.name to '"
              + name.name()
              + "' if this is the hub that is meant");
    }
    if (dialledHost != null && !HostNames.matches(certificate, dialledHost)) {
      throw new PeerRejected(
          Reason.WRONG_NAME,
          describe(certificate)
              + " is for the hosts "
              + HostNames.of(certificate)
              + ", not for "
              + dialledHost
              + "; dial one of them, or issue a certificate that names it");
    }
    return name;
  }

  private static String describe(X509Certificate certificate) {
    PeerName name = PeerName.of(certificate);
    return "the certificate of "
        + (name == null ? certificate.getSubjectX500Principal().getName() : name.uri());
  }

  private static String describe(BootTime now) {
    return Instant.ofEpochMilli(now.wallMillis()) + " (" + now.quality() + ")";
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRejected {
    judge(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws PeerRejected {
    judge(chain, engine.getPeerHost());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRejected {
    judge(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws PeerRejected {
    judge(chain, socket.getInetAddress().getHostName());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) throws PeerRejected {
    judge(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) throws PeerRejected {
    throw new PeerRejected(Reason.WRONG_NAME, "the dialled host is not known");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return issuers.clone();
  }
}
