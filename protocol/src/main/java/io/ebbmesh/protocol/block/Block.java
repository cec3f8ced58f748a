package io.ebbmesh.protocol.block;

/**
 * An encoded run of insights: what is on disk goes on the wire as it is.
 *
 * @param header as read from the bytes
 * @param bytes the whole block, header included; not written to after construction
 */
public record Block(BlockHeader header, byte[] bytes) {

  /** SHA-256 over all bytes: two blocks are the same if and only if this is. */
  public Digest digest() {
    return Digest.of(bytes);
  }
}
