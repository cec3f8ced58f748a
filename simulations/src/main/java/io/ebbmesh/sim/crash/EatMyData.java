package io.ebbmesh.sim.crash;

import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the library that turns every sync of a process into nothing. */
final class EatMyData {

  private static final List<Path> ROOTS =
      List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"));

  private EatMyData() {}

  /**
   * What the environment of a process without syncs has.
   *
   * @throws UserErrorException naming the package if the library is not installed
   */
  static Map<String, String> environment() {
    for (Path root : ROOTS) {
      for (String pattern : List.of(".", "*-linux-gnu*", "libeatmydata")) {
        Path found = find(root, pattern);
        if (found != null) {
          return Map.of("LD_PRELOAD", found.toString());
        }
      }
    }
    throw new UserErrorException(
        "--without-sync needs libeatmydata.so: install the Debian package libeatmydata1");
  }

  private static @Nullable Path find(Path root, String pattern) {
    if (!Files.isDirectory(root)) {
      return null;
    }
    if (pattern.equals(".")) {
      return library(root);
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, pattern)) {
      for (Path folder : folders) {
        Path library = library(folder);
        if (library != null) {
          return library;
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable Path library(Path folder) {
    for (String name : List.of("libeatmydata.so", "libeatmydata.so.1")) {
      if (Files.isReadable(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    return null;
  }
}
