package io.ebbmesh.node.credentials;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.CertificateAuthority;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The credentials of one installation. Hub trust and site trust are separate: a node of a site
 * cannot pose as a hub, and a hub cannot join a site.
 */
public final class CredentialsFolder {

  private static final String HUB_AUTHORITY = "hub-ca.p12";
  private static final String SITE_AUTHORITY = "site-ca.p12";

  private final Path folder;
  private final String password;

  private CredentialsFolder(Path folder, String password) {
    this.folder = folder;
    this.password = password;
  }

  /**
   * Makes both authorities, their trust stores, the signing key and a password for all of them.
   *
   * @throws FileAlreadyExistsException if the folder has credentials already
   */
  public static CredentialsFolder create(Path folder, Validity validity) throws IOException {
    Files.createDirectories(folder);
    Path passwordFile = folder.resolve("password");
    if (Files.exists(passwordFile)) {
      throw new FileAlreadyExistsException(
          passwordFile.toString(), null, "the folder has credentials; issue more, or name another");
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    writePrivately(passwordFile, password + "\n");
    CredentialsFolder credentials = new CredentialsFolder(folder, password);
    CertificateAuthority hub = CertificateAuthority.create("Ebbmesh hub authority", validity);
    hub.write(folder.resolve(HUB_AUTHORITY), credentials.passwordChars());
    hub.writeTrustStore(credentials.hubTrust(), credentials.passwordChars());
    CertificateAuthority site = CertificateAuthority.create("Ebbmesh site authority", validity);
    site.write(folder.resolve(SITE_AUTHORITY), credentials.passwordChars());
    site.writeTrustStore(credentials.siteTrust(), credentials.passwordChars());
    SigningKeys.generate(credentials.signingKey(), credentials.signingPublicKey());
    return credentials;
  }

  /** Opens what {@link #create} made. */
  public static CredentialsFolder open(Path folder) throws IOException {
    String password = Files.readString(folder.resolve("password"), StandardCharsets.UTF_8).strip();
    return new CredentialsFolder(folder, password);
  }

  /** Issues a hub's certificate for the addresses under which nodes dial it. */
  public Path issueHub(String name, List<String> hosts, Validity validity)
      throws IOException, IdentityException {
    Path file = folder.resolve(name + ".hub.p12");
    authority(HUB_AUTHORITY).issueHub(name, hosts, validity).writeKeyStore(file, passwordChars());
    return file;
  }

  /** Issues a node's certificate for its hub. */
  public Path issueNode(NodeId node, Validity validity) throws IOException, IdentityException {
    Path file = folder.resolve(node + ".node.p12");
    authority(HUB_AUTHORITY)
        .issueNode(node, List.of(), validity)
        .writeKeyStore(file, passwordChars());
    return file;
  }

  /** Issues certificates of many nodes for their hub, and writes none of them: for load tests. */
  public List<TlsIdentity> identities(List<NodeId> nodes, Validity validity)
      throws IdentityException {
    CertificateAuthority authority = authority(HUB_AUTHORITY);
    List<TlsIdentity> identities = new ArrayList<>();
    for (NodeId node : nodes) {
      identities.add(
          identity(
              PeerName.node(node),
              folder.resolve(node + ".node.p12"),
              authority.issueNode(node, List.of(), validity),
              authority));
    }
    return identities;
  }

  /** Issues a certificate of a hub and does not write it: for tests of the link. */
  public TlsIdentity hubIdentity(String name, List<String> hosts, Validity validity)
      throws IdentityException {
    CertificateAuthority authority = authority(HUB_AUTHORITY);
    return identity(
        PeerName.hub(name),
        folder.resolve(name + ".hub.p12"),
        authority.issueHub(name, hosts, validity),
        authority);
  }

  private static TlsIdentity identity(
      PeerName name, Path source, CertificateAuthority.Issued issued, CertificateAuthority by) {
    return new TlsIdentity(source, name, issued.key(), issued.chain(), List.of(by.certificate()));
  }

  /** Issues a node's certificate for its site, for the addresses under which neighbours dial it. */
  public Path issueSite(NodeId node, List<String> hosts, Validity validity)
      throws IOException, IdentityException {
    Path file = folder.resolve(node + ".site.p12");
    authority(SITE_AUTHORITY).issueNode(node, hosts, validity).writeKeyStore(file, passwordChars());
    return file;
  }

  public Path hubTrust() {
    return folder.resolve("hub-trust.p12");
  }

  public Path siteTrust() {
    return folder.resolve("site-trust.p12");
  }

  /** Ed25519 key pair that signs manifests, PKCS8 and X.509 in PEM. */
  public Path signingKey() {
    return folder.resolve("model-signing.key");
  }

  /** Its public half, X.509 in PEM. */
  public Path signingPublicKey() {
    return folder.resolve("model-signing.pub");
  }

  /** Password of every key store and trust store in the folder. */
  public String password() {
    return password;
  }

  private CertificateAuthority authority(String file) throws IdentityException {
    return CertificateAuthority.load(folder.resolve(file), passwordChars());
  }

  private char[] passwordChars() {
    return password.toCharArray();
  }

  static void writePrivately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
