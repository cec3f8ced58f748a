package io.ebbmesh.sim.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A network of its own inside this kernel: neither interfaces nor ports of the host are in it. */
final class NetworkNamespace implements AutoCloseable {

  /** {@code CLONE_NEWNET}, linux/sched.h. */
  private static final int CLONE_NEWNET = 0x40000000;

  private static final int O_RDONLY = 0;
  private static final Path FOLDER = Path.of("/var/run/netns");
  private static final long COMMAND_TIMEOUT_SECONDS = 20;

  private interface LibC extends Library {
    LibC INSTANCE = Native.load("c", LibC.class);

    int open(String path, int flags) throws LastErrorException;

    int setns(int descriptor, int kind) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final String name;

  private NetworkNamespace(String name) {
    this.name = name;
  }

  /** Makes it; nothing is in it but loopback, which is up. */
  static NetworkNamespace create(String name) throws IOException, InterruptedException {
    run(List.of("ip", "netns", "add", name));
    NetworkNamespace made = new NetworkNamespace(name);
    made.ip("link", "set", "lo", "up");
    return made;
  }

  /** Words before a command that is to run inside. */
  List<String> prefix() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Runs {@code ip} inside. */
  void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(words));
    run(command);
  }

  /**
   * Runs a task on a thread inside: the sockets and devices that it opens are of this network, and
   * stay so when they are used by other threads.
   */
  <T> T call(Callable<T> task) throws IOException, InterruptedException {
    FutureTask<T> inside =
        new FutureTask<>(
            () -> {
              enter();
              return task.call();
            });
    // Ends with the task: no later task may find itself in a network that it did not ask for.
    Thread thread = new Thread(inside, name);
    thread.setDaemon(true);
    thread.start();
    try {
      return inside.get();
    } catch (ExecutionException e) {
      throw new IOException("in network " + name + ": " + e.getCause(), e.getCause());
    }
  }

  private void enter() throws IOException {
    int descriptor = LibC.INSTANCE.open(FOLDER.resolve(name).toString(), O_RDONLY);
    try {
      LibC.INSTANCE.setns(descriptor, CLONE_NEWNET);
    } finally {
      LibC.INSTANCE.close(descriptor);
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + output.strip());
    }
  }

  @Override
  public void close() throws IOException {
    try {
      run(List.of("ip", "netns", "del", name));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
