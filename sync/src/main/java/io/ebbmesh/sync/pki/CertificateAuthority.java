package io.ebbmesh.sync.pki;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.IdentityException.Problem;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of one trust: it signs certificates of nodes and hubs. ECDSA on P-256
 * with SHA-256 throughout (FIPS 186-5); profile of RFC 5280.
 */
public final class CertificateAuthority {

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
    this.random = new SecureRandom();
  }

  /**
   * A certificate with its private key, ready to be stored.
   *
   * @param chain the certificate first, its authority last
   */
  public record Issued(PrivateKey key, List<X509Certificate> chain) {

    public X509Certificate certificate() {
      return chain.get(0);
    }

    /** Writes a PKCS #12 key store (RFC 7292) that only the owner may read. */
    public void writeKeyStore(Path file, char[] password) throws IOException {
      KeyStores.writeKey(file, password, key, chain);
    }
  }

  /** Makes a new authority. */
  public static CertificateAuthority create(String commonName, Validity validity) {
    KeyPair pair = newKeyPair();
    X500Name name = x500(commonName);
    try {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      JcaX509v3CertificateBuilder builder =
          builder(name, new SecureRandom(), validity, name, pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
      return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a certificate authority", e);
    }
  }

  /**
   * Loads an authority that {@link #write} stored.
   *
   * @throws IdentityException naming the file, the problem and the remedy
   */
  public static CertificateAuthority load(Path file, char[] password) throws IdentityException {
    KeyStores.Entry entry = KeyStores.readKey(file, password);
    X509Certificate certificate = entry.chain().get(0);
    if (certificate.getBasicConstraints() < 0) {
      throw new IdentityException(
          Problem.NOT_AN_AUTHORITY,
          file
              + " holds the key of "
              + certificate.getSubjectX500Principal()
              + ", which may not sign certificates; name the file that 'ebbmesh pki init' made");
    }
    return new CertificateAuthority(certificate, entry.key());
  }

  /** Writes certificate and private key, readable by the owner only. */
  public void write(Path file, char[] password) throws IOException {
    KeyStores.writeKey(file, password, key, List.of(certificate));
  }

  /** Writes the certificate alone, for those who are to trust it. */
  public void writeTrustStore(Path file, char[] password) throws IOException {
    KeyStores.writeTrust(file, password, List.of(certificate));
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A certificate for a node, with which it may dial and, within a site, be dialled. */
  public Issued issueNode(NodeId node, List<String> hosts, Validity validity) {
    return issue(PeerName.node(node), hosts, validity);
  }

  /**
   * A certificate for a hub.
   *
   * @param hosts DNS names and IP addresses under which nodes dial it
   */
  public Issued issueHub(String name, List<String> hosts, Validity validity) {
    return issue(PeerName.hub(name), hosts, validity);
  }

  private Issued issue(PeerName name, List<String> hosts, Validity validity) {
    KeyPair pair = newKeyPair();
    List<GeneralName> alternatives = new ArrayList<>();
    alternatives.add(new GeneralName(GeneralName.uniformResourceIdentifier, name.uri()));
    for (String host : hosts) {
      int type = HostNames.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName;
      alternatives.add(new GeneralName(type, host));
    }
    try {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
      JcaX509v3CertificateBuilder builder =
          builder(issuer, random, validity, x500(name.name()), pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(alternatives.toArray(GeneralName[]::new)));
      builder.addExtension(
          Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(certificate));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
      return new Issued(pair.getPrivate(), List.of(sign(builder, key), certificate));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot issue a certificate for " + name, e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, SecureRandom random, Validity validity, X500Name subject, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random).setBit(0),
        Date.from(validity.notBefore()),
        Date.from(validity.notAfter()),
        subject,
        key);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, CertificateException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }

  private static X500Name x500(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("this Java platform has no elliptic curve P-256", e);
    }
  }
}
