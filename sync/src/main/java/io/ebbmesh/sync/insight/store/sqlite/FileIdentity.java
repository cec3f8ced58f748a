package io.ebbmesh.sync.insight.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file a path names: an open file goes on to be written when its name is gone.
 *
 * @param key null where the file system has none; then only a missing file is noticed
 */
record FileIdentity(Path path, @Nullable Object key) {

  static FileIdentity of(Path path) throws IOException {
    return new FileIdentity(path, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
  }

  /** Whether the path still names the file. */
  boolean isAtPath() {
    try {
      return Objects.equals(key, of(path).key);
    } catch (IOException e) {
      return false;
    }
  }
}
