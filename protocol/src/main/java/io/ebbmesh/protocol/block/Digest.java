package io.ebbmesh.protocol.block;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4). */
public final class Digest {

  public static final int BYTES = 32;

  private final byte[] value;

  private Digest(byte[] value) {
    this.value = value;
  }

  /** Wraps a digest that was computed elsewhere. */
  public static Digest ofBytes(byte[] value) {
    if (value.length != BYTES) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has " + BYTES + " bytes, not " + value.length);
    }
    return new Digest(value.clone());
  }

  public static Digest of(byte[] content) {
    return of(content, 0, content.length);
  }

  public static Digest of(byte[] content, int offset, int length) {
    MessageDigest sha256 = sha256();
    sha256.update(content, offset, length);
    return new Digest(sha256.digest());
  }

  /** A fresh SHA-256, for content that does not fit in memory. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Lower-case hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
