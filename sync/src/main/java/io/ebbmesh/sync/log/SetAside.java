package io.ebbmesh.sync.log;

import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;

/** Keeps what cannot be read: it is renamed, never removed. */
public final class SetAside {

  private static final String DIRECTORY = "set-aside";

  private SetAside() {}

  /**
   * Renames a file of a store, durably, to a name of its own below {@code set-aside}.
   *
   * @return its new path
   */
  public static String keep(Storage storage, String path) throws IOException {
    storage.createDirectories(DIRECTORY);
    String base = DIRECTORY + "/" + path.replace('/', '-');
    String target = base;
    for (int i = 1; storage.exists(target); i++) {
      target = base + "." + i;
    }
    storage.rename(path, target);
    int slash = path.lastIndexOf('/');
    storage.syncDirectory(DIRECTORY);
    storage.syncDirectory(slash < 0 ? "" : path.substring(0, slash));
    return target;
  }
}
