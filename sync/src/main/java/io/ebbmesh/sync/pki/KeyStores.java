package io.ebbmesh.sync.pki;

import io.ebbmesh.sync.pki.IdentityException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads and writes PKCS #12 files. */
final class KeyStores {

  private static final String ALIAS = "ebbmesh";

  private KeyStores() {}

  record Entry(PrivateKey key, List<X509Certificate> chain) {}

  static void writeKey(Path file, char[] password, PrivateKey key, List<X509Certificate> chain)
      throws IOException {
    try {
      KeyStore store = empty();
      store.setKeyEntry(ALIAS, key, password, chain.toArray(Certificate[]::new));
      write(file, password, store, "rw-------");
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot write " + file, e);
    }
  }

  static void writeTrust(Path file, char[] password, List<X509Certificate> trusted)
      throws IOException {
    try {
      KeyStore store = empty();
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry(ALIAS + "-" + i, trusted.get(i));
      }
      write(file, password, store, "rw-r--r--");
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot write " + file, e);
    }
  }

  static Entry readKey(Path file, char[] password) throws IdentityException {
    KeyStore store = read(file, password);
    try {
      for (String alias : Collections.list(store.aliases())) {
        Key key = store.getKey(alias, password);
        Certificate[] chain = store.getCertificateChain(alias);
        if (key instanceof PrivateKey secret && chain != null && chain.length > 0) {
          return new Entry(secret, x509(chain));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          Problem.UNREADABLE, "the key in " + file + " cannot be read: " + e.getMessage(), e);
    }
    throw new IdentityException(
        Problem.NO_KEY,
        file
            + " holds no private key with its certificate; it may be the trust store. Make one"
            + " with 'ebbmesh pki issue'");
  }

  static List<X509Certificate> readTrust(Path file, char[] password) throws IdentityException {
    KeyStore store = read(file, password);
    List<X509Certificate> trusted = new ArrayList<>();
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.isCertificateEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          trusted.add(certificate);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          Problem.UNREADABLE, file + " cannot be read: " + e.getMessage(), e);
    }
    if (trusted.isEmpty()) {
      throw new IdentityException(
          Problem.NO_TRUST,
          file
              + " holds no trusted certificate; name the trust store that 'ebbmesh pki init' made"
              + " (keytool -importcert makes one, openssl does not)");
    }
    return trusted;
  }

  private static KeyStore read(Path file, char[] password) throws IdentityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      return store;
    } catch (NoSuchFileException e) {
      throw new IdentityException(
          Problem.MISSING_FILE,
          file + " does not exist; make it with 'ebbmesh pki' or correct the path",
          e);
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new IdentityException(
            Problem.WRONG_PASSWORD,
            "the password of "
                + file
                + " is wrong (or the file is damaged): 'ebbmesh pki init' wrote it to the file"
                + " 'password' of its folder",
            e);
      }
      throw new IdentityException(
          Problem.UNREADABLE, file + " cannot be read as a PKCS #12 file: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          Problem.UNREADABLE, file + " cannot be read as a PKCS #12 file: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> x509(Certificate[] chain) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate certificate : chain) {
      if (!(certificate instanceof X509Certificate x509)) {
        throw new GeneralSecurityException("a certificate of type " + certificate.getType());
      }
      certificates.add(x509);
    }
    return certificates;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static void write(Path file, char[] password, KeyStore store, String permissions)
      throws IOException, GeneralSecurityException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, password);
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(file + " is not a file");
    }
    Files.createDirectories(directory);
    // Temporary files are readable by the owner only, so the key is at no moment open to others.
    Path temporary = Files.createTempFile(directory, ".pki", ".tmp");
    try {
      Files.write(temporary, bytes.toByteArray());
      if (Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
      }
      Files.move(
          temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
