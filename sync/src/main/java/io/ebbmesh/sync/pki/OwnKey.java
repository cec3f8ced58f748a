package io.ebbmesh.sync.pki;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Always shows the one certificate of a {@link TlsIdentity}. A key manager that hides it from a
 * peer of another authority would make the peer say "no certificate" instead of "unknown
 * authority".
 */
public final class OwnKey extends X509ExtendedKeyManager {

  private static final String ALIAS = "ebbmesh";

  private final PrivateKey key;
  private final X509Certificate[] chain;

  public OwnKey(TlsIdentity identity) {
    this.key = identity.key();
    this.chain = identity.chain().toArray(X509Certificate[]::new);
  }

  private @Nullable String alias(@Nullable String keyType) {
    return key.getAlgorithm().equals(keyType) ? ALIAS : null;
  }

  private @Nullable String alias(String[] keyTypes) {
    for (String keyType : keyTypes) {
      if (alias(keyType) != null) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return alias(keyType) == null ? new String[0] : new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return getClientAliases(keyType, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }
}
