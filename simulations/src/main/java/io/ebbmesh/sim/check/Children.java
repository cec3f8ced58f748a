package io.ebbmesh.sim.check;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a run and the folder that they share. They end with this process however it
 * ends; the folder is removed unless it was named or the run failed.
 */
public final class Children implements AutoCloseable {

  /** A small gateway: one core's worth of collector and compiler, little memory. */
  public static final List<String> JAVA_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx128m",
          "-Xss512k",
          "-XX:-UsePerfData");

  private final Deployment deployment;
  private final List<ProgramProcess> processes = new ArrayList<>();
  private final Thread hook = new Thread(this::endAll, "check-end");
  private boolean kept;

  private Children(Deployment deployment, boolean kept) {
    this.deployment = deployment;
    this.kept = kept;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * @param folder kept afterwards; null for a temporary one
   */
  public static Children in(@Nullable Path folder, String name) throws IOException {
    if (folder == null) {
      return new Children(Deployment.create(Files.createTempDirectory("ebbmesh-" + name)), false);
    }
    if (Files.exists(folder.resolve("pki"))) {
      throw new UserErrorException(folder + " holds an earlier run: name a new directory");
    }
    try {
      return new Children(Deployment.create(folder), true);
    } catch (IOException e) {
      throw new UserErrorException("--dir " + UserErrorException.of(e).getMessage(), e);
    }
  }

  /** The report of a run that came to no figures: an earlier one's must not stand for it. */
  record Broken(String problem) {}

  /** What is done with the processes, and what it comes to. */
  @FunctionalInterface
  public interface Work<R> {
    R run(Children children) throws Exception;
  }

  /**
   * Does one piece of work with processes of its own, and says and writes what it came to. The
   * folder is kept if that is not what was promised.
   *
   * @param folder as in {@link #in}
   * @param json file for the report; null for none
   * @return the exit code
   */
  public static <R> int judge(
      @Nullable Path folder,
      String name,
      @Nullable Path json,
      Work<R> work,
      Consumer<R> print,
      Predicate<R> holds)
      throws Exception {
    JsonFile.requireWritable(json);
    try (Children children = in(folder, name)) {
      R report;
      try {
        report = work.run(children);
      } catch (IOException e) {
        System.out.println("the promise does not hold: " + e.getMessage());
        JsonFile.write(json, new Broken(String.valueOf(e.getMessage())));
        children.keep();
        return ExitCode.FAILED;
      } catch (UserErrorException e) {
        throw e;
      } catch (RuntimeException e) {
        children.keep();
        throw e;
      }
      print.accept(report);
      JsonFile.write(json, report);
      if (holds.test(report)) {
        return ExitCode.OK;
      }
      children.keep();
      return ExitCode.FAILED;
    }
  }

  public Deployment deployment() {
    return deployment;
  }

  ProgramProcess start(String name, Map<String, String> environment, List<String> words)
      throws IOException {
    return start(name, List.of(), environment, JAVA_OPTIONS, words);
  }

  /**
   * Starts a process.
   *
   * @param prefix words before {@code java}, such as those that enter a network namespace
   */
  public ProgramProcess start(
      String name,
      List<String> prefix,
      Map<String, String> environment,
      List<String> javaOptions,
      List<String> words)
      throws IOException {
    ProgramProcess process =
        ProgramProcess.start(name, deployment.log(name), prefix, environment, javaOptions, words);
    synchronized (processes) {
      processes.add(process);
    }
    return process;
  }

  /** Keeps the folder, because something in it is worth a look. */
  public void keep() {
    if (!kept) {
      kept = true;
      System.out.println("everything is kept in " + deployment.root());
    }
  }

  private void endAll() {
    synchronized (processes) {
      processes.forEach(ProgramProcess::close);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (ProgramProcess process : processes) {
      process.kill();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook ends the children too.
      return;
    }
    if (!kept) {
      StoreBits.delete(deployment.root());
    }
  }
}
