package io.ebbmesh.sim.check;

import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Environment of a process whose wall clock starts in 1970, by libfaketime. */
final class FakeTime {

  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private FakeTime() {}

  /**
   * @throws UserErrorException if libfaketime is not installed
   */
  static Map<String, String> in1970() {
    return Map.of(
        "LD_PRELOAD",
        library().toString(),
        "FAKETIME",
        "@1970-01-01 00:00:10",
        "TZ",
        "UTC",
        // A board without a battery counts rightly from its boot: only the wall clock is wrong.
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        // Otherwise the library moves the deadlines of monotonic waits too, and timers never ring.
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0",
        "NO_FAKE_STAT",
        "1");
  }

  private static Path library() {
    for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"))) {
      try (Stream<Path> folders = Files.list(root)) {
        for (Path folder : Stream.concat(Stream.of(root), folders).sorted().toList()) {
          if (Files.isReadable(folder.resolve(LIBRARY))) {
            return folder.resolve(LIBRARY);
          }
        }
      } catch (IOException e) {
        continue;
      }
    }
    throw new UserErrorException(
        "libfaketime is not installed: install the Debian package faketime");
  }

  /** Removes what the library keeps in shared memory for a process that was killed. */
  static void forget(long pid) throws IOException {
    Path shared = Path.of("/dev/shm");
    Files.deleteIfExists(shared.resolve("faketime_shm_" + pid));
    Files.deleteIfExists(shared.resolve("sem.faketime_sem_" + pid));
  }
}
