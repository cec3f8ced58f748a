package io.ebbmesh.sim.check;

import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Environment of a process whose wall clock is wrong, by libfaketime. */
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

  /**
   * Environment of a process whose wall clock is as far from the true one as a file says, at any
   * time; see {@link #write}.
   *
   * @throws UserErrorException if libfaketime is not installed
   */
  static Map<String, String> following(Path offset) {
    Map<String, String> environment = new TreeMap<>(in1970());
    environment.remove("FAKETIME");
    environment.put("FAKETIME_TIMESTAMP_FILE", offset.toString());
    environment.put("FAKETIME_CACHE_DURATION", "1");
    return environment;
  }

  /** From within a second on, whoever follows the file is so many seconds ahead. */
  static void write(Path offset, Duration ahead) throws IOException {
    Path written = offset.resolveSibling(offset.getFileName() + ".new");
    Files.writeString(written, (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "\n");
    Files.move(written, offset, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What {@link #write} wrote. */
  static Duration read(Path offset) throws IOException {
    return Duration.ofSeconds(Long.parseLong(Files.readString(offset).strip()));
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
