package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/** Model files of this node, each under its digest. All calls block. */
public final class ModelFiles {

  private static final String DIRECTORY = "files";
  private static final String PART = ".part";
  private static final String DAMAGED = ".damaged";
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Storage storage;
  private final Path root;

  /**
   * @param storage the node's model directory
   * @param root the same directory, for devices that load files by path
   */
  public ModelFiles(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
  }

  public Storage storage() {
    return storage;
  }

  public Path path(Digest digest) {
    return root.resolve(name(digest));
  }

  public boolean has(Digest digest) throws IOException {
    return storage.exists(name(digest));
  }

  /** Starts a file anew; what was there of an earlier try is dropped. */
  public StorageFile createPart(Digest digest) throws IOException {
    storage.createDirectories(DIRECTORY);
    storage.unlink(name(digest) + PART);
    return storage.create(name(digest) + PART, 0);
  }

  public void dropPart(Digest digest) throws IOException {
    storage.unlink(name(digest) + PART);
  }

  /**
   * Checks a part that is whole and synced, and gives it its final name.
   *
   * @throws Rejected if it is not the file that the manifest names
   */
  public void completePart(Variant variant) throws IOException, Rejected {
    String part = name(variant.digest()) + PART;
    checkFile(part, variant);
    storage.rename(part, name(variant.digest()));
    storage.syncDirectory(DIRECTORY);
  }

  /**
   * Reads the whole file.
   *
   * @throws Rejected if it is missing, or not the file that the manifest names
   */
  public void check(Variant variant) throws IOException, Rejected {
    if (!has(variant.digest())) {
      throw new Rejected(Why.BAD_FILE, "the file " + name(variant.digest()) + " is missing");
    }
    checkFile(name(variant.digest()), variant);
  }

  /** Keeps a damaged file under another name, so that it can be looked at and fetched again. */
  public void setAside(Digest digest) throws IOException {
    if (has(digest)) {
      storage.rename(name(digest), name(digest) + DAMAGED);
      storage.syncDirectory(DIRECTORY);
    }
  }

  /** Removes files that nothing refers to, and parts of fetches that were broken off. */
  public void keepOnly(List<Digest> wanted) throws IOException {
    List<String> keep = wanted.stream().map(Digest::toString).toList();
    for (String name : storage.list(DIRECTORY)) {
      String digest =
          name.endsWith(DAMAGED) ? name.substring(0, name.length() - DAMAGED.length()) : name;
      if (!keep.contains(digest)) {
        storage.unlink(DIRECTORY + "/" + name);
      }
    }
    if (!storage.list(DIRECTORY).isEmpty()) {
      storage.syncDirectory(DIRECTORY);
    }
  }

  private void checkFile(String name, Variant variant) throws IOException, Rejected {
    MessageDigest sha256 = Digest.sha256();
    try (StorageFile file = storage.open(name)) {
      if (file.size() != variant.sizeBytes()) {
        throw new Rejected(
            Why.BAD_FILE, name + " has " + file.size() + " bytes, not " + variant.sizeBytes());
      }
      ByteBuffer buffer =
          ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, Math.max(1, variant.sizeBytes())));
      for (long at = 0; at < variant.sizeBytes(); at += buffer.limit()) {
        buffer.clear();
        if (file.read(at, buffer) == 0) {
          throw new Rejected(Why.BAD_FILE, name + " became shorter while it was read");
        }
        buffer.flip();
        sha256.update(buffer.array(), 0, buffer.limit());
      }
    }
    Digest found = Digest.ofBytes(sha256.digest());
    if (!found.equals(variant.digest())) {
      throw new Rejected(
          Why.BAD_FILE, name + " has the digest " + found + ", not " + variant.digest());
    }
  }

  private static String name(Digest digest) {
    return DIRECTORY + "/" + digest;
  }
}
