package io.ebbmesh.sim.process;

import io.ebbmesh.node.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code ebbmesh} process with the class path of this one. It says {@code ready …} on a line of
 * its standard output once it serves.
 */
public final class ProgramProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("(?m)^ready(?<rest>.*)$");

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private Process process;
  private long logOffset;

  private ProgramProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Process process,
      long logOffset) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.log = log;
    this.process = process;
    this.logOffset = logOffset;
  }

  /**
   * Starts a process whose output is appended to a file.
   *
   * @param name for messages
   * @param prefix words before {@code java}, such as a wrapper that preloads a library; often none
   * @param javaOptions options of the virtual machine; another class path may be among them
   * @param words the command line of {@code ebbmesh}
   */
  public static ProgramProcess start(
      String name,
      Path log,
      List<String> prefix,
      Map<String, String> environment,
      List<String> javaOptions,
      List<String> words)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(javaOptions);
    command.add(Main.class.getName());
    command.addAll(words);
    long offset = Files.exists(log) ? Files.size(log) : 0;
    return new ProgramProcess(
        name, command, environment, log, launch(command, environment, log), offset);
  }

  private static Process launch(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until the process says that it serves.
   *
   * @return what follows the word {@code ready}
   * @throws IOException if it ends or says nothing in time; the message has the end of its log
   */
  public String awaitReady(Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Matcher matcher = READY.matcher(output());
      if (matcher.find()) {
        return matcher.group("rest").strip();
      }
      if (!process.isAlive()) {
        throw new IOException(
            name + " ended with exit code " + process.exitValue() + ":\n" + tail());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(name + " was not ready within " + atMost + ":\n" + tail());
      }
      Thread.sleep(10);
    }
  }

  /** What this start of the process has said so far. */
  public String output() throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.min(logOffset, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  private String tail() throws IOException {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** SIGKILL: no hook runs, nothing is flushed by the process. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM, without waiting for the end. */
  public void askToStop() {
    process.destroy();
  }

  /** SIGTERM, then waits for a clean end; SIGKILL after {@code atMost}. */
  public int stop(Duration atMost) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
    return process.exitValue();
  }

  /** Starts the same command again after it ended. */
  public void restart() throws IOException {
    if (process.isAlive()) {
      throw new IllegalStateException(name + " is still running");
    }
    logOffset = Files.size(log);
    process = launch(command, environment, log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
