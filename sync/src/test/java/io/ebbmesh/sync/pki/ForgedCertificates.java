package io.ebbmesh.sync.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates that the authority would never issue. */
final class ForgedCertificates {

  private ForgedCertificates() {}

  /** A certificate for another name, signed with a node's own key. */
  static X509Certificate signedBy(CertificateAuthority.Issued node, PeerName name) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              node.certificate().getSubjectX500Principal(),
              BigInteger.TEN,
              node.certificate().getNotBefore(),
              new Date(node.certificate().getNotAfter().getTime()),
              new X500Principal("CN=" + name.name()),
              node.certificate().getPublicKey());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, name.uri())));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(node.key())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
