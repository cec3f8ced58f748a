package io.ebbmesh.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ebbmesh.protocol.codec.ManifestSamples;
import io.ebbmesh.protocol.model.ManifestProblem.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestSignatureTest {

  private final SignedManifest signed = ManifestSamples.signed();
  private final ManifestVerifier verifier = ManifestSamples.verifier();

  @Test
  void aManifestOfATrustedKeyIsTrusted() throws ManifestProblem {
    verifier.verify(signed);
  }

  @Test
  void aSignatureIsThatOfTheStandard() {
    // RFC 8032, section 7.1, test 1: the signature of the empty message.
    byte[] signature = new ManifestSigner(ManifestSamples.keys()).sign(new byte[0]).signature();

    assertThat(HexFormat.of().formatHex(signature))
        .startsWith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155");
  }

  @Test
  void aFlippedBitOfTheManifestIsNoticed() {
    byte[] manifest = signed.manifest().clone();
    manifest[manifest.length / 2] ^= 1;
    assertProblem(
        new SignedManifest(signed.keyId(), manifest, signed.signature()), Reason.BAD_SIGNATURE);
  }

  @Test
  void aFlippedBitOfTheSignatureIsNoticedWhereverItIs() {
    for (int bit = 0; bit < SignedManifest.SIGNATURE_BYTES * 8; bit++) {
      byte[] signature = signed.signature().clone();
      signature[bit / 8] ^= (byte) (1 << bit % 8);
      assertProblem(
          new SignedManifest(signed.keyId(), signed.manifest(), signature), Reason.BAD_SIGNATURE);
    }
  }

  @Test
  void aKeyThatIsNotTrustedIsNamed() throws GeneralSecurityException {
    ManifestSigner stranger =
        new ManifestSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    assertThat(assertProblem(stranger.sign(signed.manifest()), Reason.UNKNOWN_KEY))
        .hasMessageContaining(stranger.keyId());
  }

  @Test
  void aStrangerWhoUsesTheNameOfATrustedKeyIsFoundOut() throws GeneralSecurityException {
    ManifestSigner stranger =
        new ManifestSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    byte[] signature = stranger.sign(signed.manifest()).signature();
    assertProblem(
        new SignedManifest(signed.keyId(), signed.manifest(), signature), Reason.BAD_SIGNATURE);
  }

  @Test
  void aManifestFoundGoodIsKnownByEveryByteOfIt() throws ManifestProblem {
    verifier.verify(signed);
    verifier.verify(
        new SignedManifest(signed.keyId(), signed.manifest().clone(), signed.signature().clone()));
    aFlippedBitOfTheManifestIsNoticed();
    aFlippedBitOfTheSignatureIsNoticedWhereverItIs();
  }

  @Test
  void whatHappensToTheBytesAfterwardsDoesNotChangeWhatIsTrusted() throws ManifestProblem {
    byte[] manifest = signed.manifest().clone();
    SignedManifest given = new SignedManifest(signed.keyId(), manifest, signed.signature());
    verifier.verify(given);
    manifest[0] ^= 1;
    assertProblem(given, Reason.BAD_SIGNATURE);
  }

  @Test
  void moreManifestsThanAreRememberedAreStillTrusted() throws ManifestProblem {
    ManifestSigner signer = new ManifestSigner(ManifestSamples.keys());
    for (int round = 0; round < 2; round++) {
      for (byte number = 0; number < 40; number++) {
        verifier.verify(signer.sign(new byte[] {number}));
      }
    }
  }

  @Test
  void wrongFormsAreMalformed() {
    assertProblem(
        new SignedManifest("no key", signed.manifest(), signed.signature()), Reason.MALFORMED);
    assertProblem(
        new SignedManifest(signed.keyId(), signed.manifest(), new byte[63]), Reason.MALFORMED);
  }

  @Test
  void keysOfAnotherKindAreRefused() throws GeneralSecurityException {
    KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ManifestVerifier(List.of(other.generateKeyPair().getPublic())))
        .withMessageContaining("EC");
  }

  private ManifestProblem assertProblem(SignedManifest manifest, Reason reason) {
    ManifestProblem problem =
        assertThatExceptionOfType(ManifestProblem.class)
            .isThrownBy(() -> verifier.verify(manifest))
            .actual();
    assertThat(problem.reason()).isEqualTo(reason);
    return problem;
  }
}
