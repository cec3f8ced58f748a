package io.ebbmesh.node.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsFolderTest {

  private static final Validity YEAR =
      Validity.from(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(365));

  @TempDir Path folder;

  @Test
  void issuedCertificatesNameTheirOwnerAndLoadWithTheFoldersPassword() throws Exception {
    CredentialsFolder credentials = CredentialsFolder.create(folder.resolve("pki"), YEAR);
    Path node = credentials.issueNode(new NodeId("gw-1"), YEAR);
    Path hub = credentials.issueHub("hub", List.of("127.0.0.1"), YEAR);
    char[] password = credentials.password().toCharArray();

    assertThat(TlsIdentity.load(node, password, credentials.hubTrust(), password).name().uri())
        .isEqualTo("urn:ebbmesh:node:gw-1");
    assertThat(TlsIdentity.load(hub, password, credentials.hubTrust(), password).name().uri())
        .isEqualTo("urn:ebbmesh:hub:hub");
  }

  @Test
  void siteAndHubHaveDifferentAuthorities() throws Exception {
    CredentialsFolder credentials = CredentialsFolder.create(folder.resolve("pki"), YEAR);
    char[] password = credentials.password().toCharArray();
    Path site = credentials.issueSite(new NodeId("gw-1"), List.of("127.0.0.1"), YEAR);

    TlsIdentity identity = TlsIdentity.load(site, password, credentials.hubTrust(), password);
    assertThat(identity.chain().get(identity.chain().size() - 1))
        .isNotEqualTo(identity.trusted().get(0));
  }

  @Test
  void aMissingSigningKeyIsNamedWithTheRemedy() {
    Path missing = folder.resolve("model-signing.key");
    assertThatThrownBy(() -> SigningKeys.readPair(missing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(missing + " does not exist")
        .hasMessageContaining("pki init");
  }

  @Test
  void credentialsAreNeverOverwritten() throws IOException {
    CredentialsFolder.create(folder.resolve("pki"), YEAR);
    assertThatThrownBy(() -> CredentialsFolder.create(folder.resolve("pki"), YEAR))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("name another");
  }

  @Test
  void aSignatureOfTheSigningKeyVerifiesWithItsPublicHalf()
      throws IOException, GeneralSecurityException {
    CredentialsFolder credentials = CredentialsFolder.create(folder.resolve("pki"), YEAR);
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(SigningKeys.readPair(credentials.signingKey()).getPrivate());
    signer.update(new byte[] {1, 2, 3});
    byte[] signature = signer.sign();

    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(SigningKeys.readPublic(credentials.signingPublicKey()));
    verifier.update(new byte[] {1, 2, 3});
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void aFileThatIsNoKeyIsNamedWithTheRemedy() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.pub"), "hello");
    assertThatThrownBy(() -> SigningKeys.readPublic(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.pub")
        .hasMessageContaining("ebbmesh pki init");
  }
}
