package io.ebbmesh.sim.crash;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Stops a process where it is, so that it says nothing more.
 *
 * <p>When power goes, the program goes with it. Here the file system is shut down below a running
 * kernel, and an fdatasync that is under way then may return success although its journal commit
 * was given up: a plain loop of write and fdatasync was told so in 13 of 150 cuts, and in none of
 * 150 when it was stopped first.
 */
final class Freezer {

  private static final int SIGSTOP = 19;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String STILL = "TtDZX";

  private interface LibC extends Library {
    LibC INSTANCE = Native.load("c", LibC.class);

    int kill(int pid, int signal) throws LastErrorException;
  }

  private Freezer() {}

  /**
   * Returns once each thread is stopped, or in a system call from which it will not return.
   *
   * @throws IOException if that does not happen in time
   */
  static void freeze(long pid) throws IOException, InterruptedException {
    try {
      LibC.INSTANCE.kill((int) pid, SIGSTOP);
    } catch (LastErrorException e) {
      throw new IOException("cannot stop process " + pid, e);
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isStill(pid)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("process " + pid + " did not stop within " + LIMIT);
      }
      Thread.sleep(1);
    }
  }

  private static boolean isStill(long pid) throws IOException {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        // The name before the state may hold anything, also parentheses.
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        if (STILL.indexOf(state) < 0) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      // Ended by itself meanwhile: whoever needs it says so.
      return true;
    }
  }
}
