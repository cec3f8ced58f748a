package io.ebbmesh.sim.demo;

import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where everything of a demo lies; removed afterwards unless it is to be kept or looked into. */
final class DemoFolder implements AutoCloseable {

  private static final int TAIL_LINES = 15;
  private static final long SIGNAL_MILLIS = 500;

  private final Path path;
  private boolean kept;
  private final CountDownLatch ending = new CountDownLatch(1);
  private @Nullable Thread onExit;

  private DemoFolder(Path path, boolean kept) {
    this.path = path;
    this.kept = kept;
  }

  /**
   * Makes a temporary folder, or takes the given one.
   *
   * @throws UserErrorException if it is no empty folder or cannot be written
   */
  static DemoFolder open(@Nullable Path keep) {
    try {
      if (keep == null) {
        return new DemoFolder(Files.createTempDirectory("ebbmesh-demo-"), false);
      }
      if (Files.exists(keep) && !isEmptyFolder(keep)) {
        throw new UserErrorException(
            "--keep " + keep + " is not an empty folder: name a new one, or empty it first");
      }
      return new DemoFolder(Files.createDirectories(keep).toAbsolutePath(), true);
    } catch (IOException e) {
      throw new UserErrorException(
          "cannot make a folder for the demo: " + e + "; name one with --keep", e);
    }
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  Path path() {
    return path;
  }

  /**
   * Keeps the folder, because something in it is worth a look.
   *
   * @return false if a signal ends this process, and the folder with it
   */
  synchronized boolean keep() {
    boolean stays = ending.getCount() > 0;
    kept |= stays;
    return stays;
  }

  /**
   * As {@link #keep}. A signal to all processes may end the others a moment before this one hears
   * of it: waits for that.
   */
  boolean keepUnlessEnding() throws InterruptedException {
    return !ending.await(SIGNAL_MILLIS, TimeUnit.MILLISECONDS) && keep();
  }

  synchronized boolean isKept() {
    return kept;
  }

  /** Ends the processes and removes the folder also if this process is told to end. */
  void endOnExit(Fleet fleet) {
    Thread hook = new Thread(() -> end(fleet::close), "demo-end");
    onExit = hook;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What a signal does. */
  void end(Runnable processes) {
    synchronized (this) {
      ending.countDown();
    }
    processes.run();
    remove();
  }

  /** The ends of the logs of all processes. */
  void printLogTails(PrintStream out) throws IOException {
    out.println("everything is kept in " + path);
    List<Path> logs;
    try (Stream<Path> files = Files.list(path)) {
      logs =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .filter(file -> !file.toString().endsWith(".source.log"))
              .sorted()
              .toList();
    }
    for (Path log : logs) {
      List<String> lines = Files.readAllLines(log);
      out.println("--- end of " + log);
      lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).forEach(out::println);
    }
  }

  private void remove() {
    if (isKept()) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("could not remove all of " + path + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    Thread hook = onExit;
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending: the hook removes the folder.
        return;
      }
    }
    remove();
  }
}
