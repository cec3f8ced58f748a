package io.ebbmesh.sync.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.pki.IdentityException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Validity YEAR = Validity.from(NOW, Duration.ofDays(365));
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test authority", YEAR);

  @TempDir Path directory;
  private Path keys;
  private Path trust;

  @BeforeEach
  void writeStores() throws IOException {
    keys = directory.resolve("n1.p12");
    trust = directory.resolve("trust.p12");
    AUTHORITY.issueNode(new NodeId("n1"), List.of(), YEAR).writeKeyStore(keys, chars("secret"));
    AUTHORITY.writeTrustStore(trust, chars("public"));
  }

  @Test
  void whatWasWrittenIsLoaded() throws Exception {
    TlsIdentity identity = load();
    assertThat(identity.name()).isEqualTo(PeerName.node(new NodeId("n1")));
    assertThat(identity.chain()).hasSize(2);
    assertThat(identity.trusted()).containsExactly(AUTHORITY.certificate());
  }

  @Test
  void aStoredAuthorityIssuesCertificatesThatItsTrustStoreAccepts() throws Exception {
    Path file = directory.resolve("ca.p12");
    AUTHORITY.write(file, chars("ca"));
    CertificateAuthority again = CertificateAuthority.load(file, chars("ca"));
    again.issueNode(new NodeId("n2"), List.of(), YEAR).writeKeyStore(keys, chars("secret"));
    TlsIdentity identity = load();
    ClockedTrust judge =
        new ClockedTrust(identity.trusted(), FixedClock.right(NOW), PeerName.Role.NODE);
    assertThat(judge.judge(identity.chain().toArray(X509Certificate[]::new), null))
        .isEqualTo(PeerName.node(new NodeId("n2")));
  }

  @Test
  void onlyTheOwnerMayReadAKey() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
        .isEqualTo("rw-------");
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Files.delete(keys);
    refused(Problem.MISSING_FILE, keys);
  }

  @Test
  void aWrongPasswordIsNamed() throws Exception {
    assertThatExceptionOfType(IdentityException.class)
        .isThrownBy(() -> TlsIdentity.load(keys, chars("guess"), trust, chars("public")))
        .withMessageContaining(keys.toString())
        .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.WRONG_PASSWORD));
  }

  @Test
  void garbageIsNotAKeyStore() throws Exception {
    Files.writeString(keys, "-----BEGIN CERTIFICATE-----");
    refused(Problem.UNREADABLE, keys);
  }

  @Test
  void aTrustStoreIsNoKeyStore() throws Exception {
    AUTHORITY.writeTrustStore(keys, chars("secret"));
    refused(Problem.NO_KEY, keys);
  }

  @Test
  void aKeyStoreIsNoTrustStore() throws Exception {
    AUTHORITY.issueNode(new NodeId("n1"), List.of(), YEAR).writeKeyStore(trust, chars("public"));
    refused(Problem.NO_TRUST, trust);
  }

  @Test
  void aCertificateWithoutANameIsRefused() throws Exception {
    AUTHORITY.write(keys, chars("secret"));
    refused(Problem.NO_NAME, keys);
  }

  @Test
  void anothersCertificateIsRefusedWithBothNames() throws Exception {
    TlsIdentity identity = load();
    identity.requireName(PeerName.node(new NodeId("n1")), "node.id");
    assertThatExceptionOfType(IdentityException.class)
        .isThrownBy(() -> identity.requireName(PeerName.hub("n1"), "hub.name"))
        .withMessageContainingAll(
            keys.toString(), "urn:ebbmesh:node:n1", "urn:ebbmesh:hub:n1", "hub.name")
        .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.OTHER_NAME));
  }

  @Test
  void aNodesKeyIsNoAuthority() {
    assertThatExceptionOfType(IdentityException.class)
        .isThrownBy(() -> CertificateAuthority.load(keys, chars("secret")))
        .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.NOT_AN_AUTHORITY));
  }

  @Test
  void anExpiredCertificateLoadsButSaysSo() throws Exception {
    AUTHORITY
        .issueNode(
            new NodeId("n1"),
            List.of(),
            new Validity(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1))))
        .writeKeyStore(keys, chars("secret"));
    TlsIdentity identity = load();
    assertThat(identity.expired(FixedClock.right(NOW)))
        .contains(keys.toString(), "2026-11-23", "ebbmesh pki issue");
    assertThat(identity.expired(new FixedClock(Instant.EPOCH, ClockQuality.LOWER_BOUND))).isNull();
  }

  private TlsIdentity load() throws IdentityException {
    return TlsIdentity.load(keys, chars("secret"), trust, chars("public"));
  }

  private void refused(Problem problem, Path file) {
    assertThatExceptionOfType(IdentityException.class)
        .isThrownBy(this::load)
        .withMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
  }

  private static char[] chars(String text) {
    return text.toCharArray();
  }
}
