package io.ebbmesh.sync.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.PeerRejected.Reason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClockedTrustTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Validity YEAR = Validity.from(NOW, Duration.ofDays(365));
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test authority", YEAR);
  private static final CertificateAuthority OTHER =
      CertificateAuthority.create("test authority", YEAR);

  @Test
  void aNodeOfTheSameAuthorityIsNamed() throws Exception {
    X509Certificate[] chain = node(AUTHORITY, YEAR);
    assertThat(nodes(FixedClock.right(NOW)).judge(chain, null))
        .isEqualTo(PeerName.node(new NodeId("n1")));
  }

  @Test
  void anAuthorityOfTheSameNameButAnotherKeyIsUnknown() {
    rejected(nodes(FixedClock.right(NOW)), node(OTHER, YEAR), null, Reason.UNKNOWN_AUTHORITY);
  }

  @Test
  void anAuthorityOfAnotherNameIsUnknown() {
    CertificateAuthority stranger = CertificateAuthority.create("stranger", YEAR);
    rejected(nodes(FixedClock.right(NOW)), node(stranger, YEAR), null, Reason.UNKNOWN_AUTHORITY);
  }

  @Test
  void aLowerBoundProvesThatACertificateHasExpired() {
    X509Certificate[] chain =
        node(AUTHORITY, new Validity(NOW.minus(Duration.ofDays(9)), NOW.minusSeconds(1)));
    rejected(nodes(new FixedClock(NOW, ClockQuality.LOWER_BOUND)), chain, null, Reason.EXPIRED);
  }

  @Test
  void aLowerBoundNeverProvesThatACertificateIsNotYetValid() throws Exception {
    NodeClock in1970 = new FixedClock(Instant.EPOCH, ClockQuality.LOWER_BOUND);
    assertThat(nodes(in1970).judge(node(AUTHORITY, YEAR), null).name()).isEqualTo("n1");
  }

  @Test
  void aRightClockProvesThatACertificateIsNotYetValid() {
    X509Certificate[] chain =
        node(AUTHORITY, new Validity(NOW.plusSeconds(60), NOW.plusSeconds(120)));
    rejected(nodes(FixedClock.right(NOW)), chain, null, Reason.NOT_YET_VALID);
    rejected(nodes(new FixedClock(NOW, ClockQuality.CARRIED)), chain, null, Reason.NOT_YET_VALID);
  }

  @Test
  void aNodeIsNotAcceptedAsAHub() {
    rejected(hubs(), node(AUTHORITY, YEAR), "127.0.0.1", Reason.WRONG_NAME);
  }

  @Test
  void aHubMustNameTheHostThatWasDialled() throws Exception {
    X509Certificate[] chain = hub(List.of("hub.example", "127.0.0.1", "::1"));
    assertThat(hubs().judge(chain, "HUB.example").name()).isEqualTo("h");
    assertThat(hubs().judge(chain, "127.0.0.1").name()).isEqualTo("h");
    assertThat(hubs().judge(chain, "0:0:0:0:0:0:0:1").name()).isEqualTo("h");
    rejected(hubs(), chain, "hub2.example", Reason.WRONG_NAME);
    rejected(hubs(), chain, "127.0.0.2", Reason.WRONG_NAME);
  }

  @Test
  void aNodesKeyCannotIssueCertificates() {
    CertificateAuthority.Issued node = AUTHORITY.issueNode(new NodeId("n1"), List.of(), YEAR);
    X509Certificate forged = ForgedCertificates.signedBy(node, PeerName.node(new NodeId("n2")));
    rejected(
        nodes(FixedClock.right(NOW)),
        new X509Certificate[] {forged, node.certificate(), AUTHORITY.certificate()},
        null,
        Reason.BAD_CHAIN);
  }

  @Test
  void noCertificateAndABareAuthorityAreRejected() {
    rejected(nodes(FixedClock.right(NOW)), new X509Certificate[0], null, Reason.NO_CERTIFICATE);
    rejected(
        nodes(FixedClock.right(NOW)),
        new X509Certificate[] {AUTHORITY.certificate()},
        null,
        Reason.WRONG_NAME);
  }

  private static ClockedTrust nodes(NodeClock clock) {
    return new ClockedTrust(List.of(AUTHORITY.certificate()), clock, PeerName.Role.NODE);
  }

  private static ClockedTrust hubs() {
    return new ClockedTrust(
        List.of(AUTHORITY.certificate()), FixedClock.right(NOW), PeerName.Role.HUB);
  }

  private static X509Certificate[] node(CertificateAuthority authority, Validity validity) {
    return authority
        .issueNode(new NodeId("n1"), List.of(), validity)
        .chain()
        .toArray(X509Certificate[]::new);
  }

  private static X509Certificate[] hub(List<String> hosts) {
    return AUTHORITY.issueHub("h", hosts, YEAR).chain().toArray(X509Certificate[]::new);
  }

  private static void rejected(
      ClockedTrust trust, X509Certificate[] chain, @Nullable String host, Reason reason) {
    assertThatExceptionOfType(PeerRejected.class)
        .isThrownBy(() -> trust.judge(chain, host))
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }
}
