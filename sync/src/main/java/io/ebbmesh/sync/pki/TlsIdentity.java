package io.ebbmesh.sync.pki;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.IdentityException.Problem;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is on a link, and whom it trusts.
 *
 * @param source file that the certificate came from, for messages
 * @param name who the certificate speaks for
 * @param key private key of the first certificate
 * @param chain own certificate first
 * @param trusted authorities whose certificates are accepted
 */
public record TlsIdentity(
    Path source,
    PeerName name,
    PrivateKey key,
    List<X509Certificate> chain,
    List<X509Certificate> trusted) {

  /**
   * Loads two PKCS #12 files; blocks. Dates are not judged here, because an expired certificate
   * must not keep a node from deciding: see {@link #expired}.
   *
   * @throws IdentityException naming the file, the problem and the remedy
   */
  public static TlsIdentity load(
      Path keyStore, char[] keyPassword, Path trustStore, char[] trustPassword)
      throws IdentityException {
    KeyStores.Entry entry = KeyStores.readKey(keyStore, keyPassword);
    PeerName name = PeerName.of(entry.chain().get(0));
    if (name == null) {
      throw new IdentityException(
          Problem.NO_NAME,
          "the certificate in "
              + keyStore
              + " names neither a node nor a hub (no URI such as urn:ebbmesh:node:NAME among its"
              + " subject alternative names); make one with 'ebbmesh pki issue'");
    }
    return new TlsIdentity(
        keyStore, name, entry.key(), entry.chain(), KeyStores.readTrust(trustStore, trustPassword));
  }

  /**
   * Refuses another's certificate: the other end would refuse it too, but only when connected.
   *
   * @param self who the settings say this process is
   * @param setting that says so, for the message
   * @throws IdentityException naming the file, both names and the remedy
   */
  public void requireName(PeerName self, String setting) throws IdentityException {
    if (!name.equals(self)) {
      throw new IdentityException(
          Problem.OTHER_NAME,
          "the certificate in "
              + source
              + " speaks for "
              + name
              + ", not for "
              + self
              + " as "
              + setting
              + " says: name this process's own file, or issue it with 'ebbmesh pki issue'");
    }
  }

  /**
   * Whether the own certificate is provably of no use any more.
   *
   * @return a message with the remedy; null if it may still be good
   */
  public @Nullable String expired(NodeClock clock) {
    BootTime now = clock.now();
    Instant end = chain.get(0).getNotAfter().toInstant();
    if (now.wallMillis() <= end.toEpochMilli()) {
      return null;
    }
    return "the certificate of "
        + name
        + " in "
        + source
        + " expired at "
        + end
        + "; it is now "
        + Instant.ofEpochMilli(now.wallMillis())
        + " ("
        + now.quality()
        + "). Issue a new one with 'ebbmesh pki issue'";
  }
}
