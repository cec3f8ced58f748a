package io.ebbmesh.sim.crash;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * strace on a running process: sees each of its syncs, and makes some of them fail. A call that
 * fails is not made: nothing of it reaches the disk.
 */
final class SyncTrace implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 5;
  private static final String FAILED = "(INJECTED)";
  private static final Pattern CALL =
      Pattern.compile(
          "(\\d+)\\.(\\d{6}) f(?:data)?sync\\(\\d+<(.*)>\\) += (-?\\d+).* <(\\d+)\\.(\\d{6})>");

  private final Process strace;
  private final Path folder;

  private SyncTrace(Process strace, Path folder) {
    this.strace = strace;
    this.folder = folder;
  }

  /**
   * One call that returned.
   *
   * @param file what was synced, by the name that it had
   * @param fromMicros when it was called, microseconds since 1970
   * @param toMicros when it returned
   */
  record Sync(String file, long fromMicros, long toMicros, boolean failed) {}

  /** Why syncs cannot be made to fail here; empty if they can. */
  static String unavailable() {
    return PowerImage.isOnPath("strace")
        ? ""
        : "making syncs fail needs the program strace: install the Debian package strace";
  }

  /**
   * Returns once the process is traced.
   *
   * @param folder new, for what strace writes
   * @param faults words for {@code -e inject=}, such as {@code fdatasync:error=EIO:when=1}, where
   *     the calls of each thread are counted from 1
   * @throws IOException if it cannot be traced
   */
  static SyncTrace attach(long pid, Path folder, List<String> faults)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path said = folder.resolve("strace.log");
    // A file for each thread, so that no call is split by another's.
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-ff", "-ttt", "-T", "-y"));
    command.addAll(List.of("-o", folder.resolve("calls").toString()));
    command.addAll(List.of("-e", "trace=fdatasync,fsync", "-e", "signal=none"));
    for (String fault : faults) {
      command.addAll(List.of("-e", "inject=" + fault));
    }
    command.addAll(List.of("-p", Long.toString(pid)));
    Process strace =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    SyncTrace trace = new SyncTrace(strace, folder);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.readString(said).contains(" attached")) {
      if (!strace.isAlive() || System.nanoTime() - deadline > 0) {
        trace.close();
        throw new IOException("strace does not trace " + pid + ": " + Files.readString(said));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return trace;
  }

  /** How many syncs were made to fail so far. */
  int failed() throws IOException {
    int failed = 0;
    for (String line : lines()) {
      failed += line.contains(FAILED) ? 1 : 0;
    }
    return failed;
  }

  /** Waits until so many were made to fail. */
  void awaitFailed(int atLeast) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (failed() < atLeast) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("only " + failed() + " syncs were called within " + LIMIT);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Each sync that returned, in that order. */
  List<Sync> syncs() throws IOException {
    List<Sync> syncs = new ArrayList<>();
    for (String line : lines()) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        long from = micros(call.group(1), call.group(2));
        long to = from + micros(call.group(5), call.group(6));
        syncs.add(new Sync(call.group(3), from, to, !call.group(4).equals("0")));
      }
    }
    syncs.sort(Comparator.comparingLong(Sync::toMicros));
    return syncs;
  }

  private static long micros(String seconds, String micros) {
    return Long.parseLong(seconds) * 1_000_000 + Long.parseLong(micros);
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(folder, "calls.*")) {
      for (Path thread : threads) {
        lines.addAll(Files.readAllLines(thread));
      }
    }
    return lines;
  }

  /** The process goes on untraced; all that it syncs from now on is synced. */
  @Override
  public void close() throws InterruptedException {
    strace.destroy();
    if (!strace.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      strace.destroyForcibly().waitFor();
    }
  }
}
