package io.ebbmesh.sim.bench;

import static io.ebbmesh.sim.report.Terminal.line;

import ai.onnxruntime.OrtException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.onnx.OnnxDevice;
import io.ebbmesh.accelerator.device.onnx.OnnxOptions;
import io.ebbmesh.accelerator.device.onnx.OnnxSession;
import io.ebbmesh.accelerator.infer.DeviceActor;
import io.ebbmesh.accelerator.infer.DeviceSettings;
import io.ebbmesh.accelerator.infer.LoadResult;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sim.report.JsonFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares requests through the device actor with the bare runtime in a loop, same sessions. */
@Command(
    name = "inference",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what the device actor costs: inferences a second and added latency, against the"
          + " bare ONNX Runtime in a loop with the same sessions, interleaved in the same process."
    },
    footer = {
      "",
      "Example:",
      "  ebbmesh bench inference --model all-minilm-l6-v2-q.onnx --seconds 5 --json bench.json"
    })
public final class InferenceBench implements Callable<Integer> {

  private static final ModelRelease RELEASE = new ModelRelease("bench", 1);
  private static final int ITEMS = 16;
  private static final long WARM_UP_NANOS = 5_000_000_000L;
  private static final double SLICE_SECONDS = 0.5;
  private static final long LOAD_SECONDS = 60;

  @Option(names = "--model", required = true, description = "ONNX file to run.")
  private Path model = Path.of("");

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "Length of each phase; a run has four, and one run is for warming up.")
  private double seconds;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Option(names = "--runs", defaultValue = "5", description = "Runs; the report is their median.")
  private int runs;

  @Option(names = "--sessions", defaultValue = "2", description = "Sessions, one thread each.")
  private int sessionCount;

  @Option(names = "--length", defaultValue = "32", description = "Extent of free dimensions.")
  private int length;

  private int loads;
  private int devices;

  /** Runs the benchmark by itself. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new InferenceBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (seconds <= 0 || runs < 1 || sessionCount < 1 || length < 1) {
      throw new UserErrorException("--seconds, --runs, --sessions and --length must be positive");
    }
    JsonFile.requireWritable(json);
    Config config =
        ConfigFactory.parseString("ebbmesh.accelerator.device.instances = " + sessionCount)
            .withFallback(ConfigFactory.load());
    Config accelerator = config.getConfig("ebbmesh.accelerator");
    List<OnnxSession> sessions =
        open(new OnnxDevice(OnnxOptions.of(accelerator.getConfig("onnx"))));
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench", config);
    try {
      InferenceReport report = measure(system, accelerator, sessions);
      print(report);
      JsonFile.write(json, report);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(1, TimeUnit.MINUTES);
      sessions.forEach(OnnxSession::close);
    }
    return ExitCode.OK;
  }

  private List<OnnxSession> open(OnnxDevice device) {
    List<OnnxSession> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < sessionCount; i++) {
        sessions.add(device.open(model));
      }
      return sessions;
    } catch (DeviceException e) {
      sessions.forEach(OnnxSession::close);
      throw new UserErrorException(e.getMessage(), e);
    }
  }

  private InferenceReport measure(
      ActorSystem<Void> system, Config accelerator, List<OnnxSession> sessions)
      throws OrtException, InterruptedException, ExecutionException {
    List<Map<String, Tensor>> items =
        new ModelInputs(sessions.get(0).signature(), length).items(ITEMS);
    DeviceSettings settings = DeviceSettings.of(accelerator, RELEASE.model());
    ActorRef<DeviceActor.Command> instant =
        device(system, settings, new InstantDevice(sessions.get(0).signature()));
    mesh(system, instant, items, 2 * sessionCount, WARM_UP_NANOS);
    ActorRef<DeviceActor.Command> all = device(system, settings, new SharedSessions(sessions));
    ActorRef<DeviceActor.Command> single =
        device(
            system,
            DeviceSettings.of(
                ConfigFactory.parseString("device.instances = 1").withFallback(accelerator),
                RELEASE.model()),
            new SharedSessions(sessions.subList(0, 1)));
    List<InferenceReport.Run> measured = new ArrayList<>();
    try (RawLoop raw = new RawLoop(sessions, items)) {
      for (int run = 0; run <= runs; run++) {
        Pair throughput =
            interleave(
                nanos -> raw.run(sessionCount, nanos),
                nanos -> mesh(system, all, items, 2 * sessionCount, nanos));
        Pair latency =
            interleave(nanos -> raw.run(1, nanos), nanos -> mesh(system, single, items, 1, nanos));
        // The first run warms up.
        if (run > 0) {
          measured.add(
              InferenceReport.Run.of(throughput.mesh, throughput.raw, latency.mesh, latency.raw));
          print(run, measured.get(measured.size() - 1));
        }
      }
    }
    return InferenceReport.of(sessionCount, seconds, measured);
  }

  private record Pair(Measured raw, Measured mesh) {}

  /** Measures for the given time. */
  private interface Phase {
    Measured run(long nanos) throws InterruptedException, ExecutionException;
  }

  /** Both phases in slices, in turns: what else the machine does meets both alike. */
  private Pair interleave(Phase raw, Phase mesh) throws InterruptedException, ExecutionException {
    int slices = (int) Math.max(1, Math.round(seconds / SLICE_SECONDS));
    long nanos = (long) (seconds * 1e9 / slices);
    Measured rawTotal = Measured.nothing();
    Measured meshTotal = Measured.nothing();
    for (int slice = 0; slice < slices; slice++) {
      if (slice % 2 == 0) {
        rawTotal = rawTotal.plus(raw.run(nanos));
        meshTotal = meshTotal.plus(mesh.run(nanos));
      } else {
        meshTotal = meshTotal.plus(mesh.run(nanos));
        rawTotal = rawTotal.plus(raw.run(nanos));
      }
    }
    return new Pair(rawTotal, meshTotal);
  }

  private ActorRef<DeviceActor.Command> device(
      ActorSystem<Void> system, DeviceSettings settings, Device lent)
      throws InterruptedException, ExecutionException {
    ActorRef<DeviceActor.Command> device =
        system.systemActorOf(
            DeviceActor.create(settings, "bench", RELEASE.model(), lent, new MachineClock()),
            "device-" + ++devices,
            DeviceActor.dispatcher());
    LoadResult loaded =
        AskPattern.<DeviceActor.Command, LoadResult>ask(
                device,
                replyTo -> new DeviceActor.Load(RELEASE, model, session -> {}, replyTo),
                Duration.ofSeconds(LOAD_SECONDS),
                system.scheduler())
            .toCompletableFuture()
            .get();
    if (loaded instanceof LoadFailed failed) {
      throw new UserErrorException(failed.message());
    }
    return device;
  }

  private Measured mesh(
      ActorSystem<Void> system,
      ActorRef<DeviceActor.Command> device,
      List<Map<String, Tensor>> items,
      int inFlight,
      long nanos)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Measured> result = new CompletableFuture<>();
    system.systemActorOf(
        InferenceLoad.create(device, RELEASE.model(), items, inFlight, nanos, result),
        "load-" + ++loads,
        // As whoever feeds a device may: on its dispatcher, one wake-up carries answer and request.
        DeviceActor.dispatcher());
    return result.get();
  }

  private static void print(int run, InferenceReport.Run measured) {
    line(
        "run %d: mesh %.1f/s, raw %.1f/s, ratio %.4f, CPU %.0f us each (raw %.0f); one in flight p50 %.0f us (raw %.0f), p99"
            + " %.0f us (raw %.0f)",
        run,
        measured.meshPerSecond(),
        measured.rawPerSecond(),
        measured.ratio(),
        measured.meshCpuMicrosEach(),
        measured.rawCpuMicrosEach(),
        measured.meshP50Micros(),
        measured.rawP50Micros(),
        measured.meshP99Micros(),
        measured.rawP99Micros());
  }

  private static void print(InferenceReport report) {
    line(
        "median: mesh %.1f/s, raw %.1f/s, ratio %.4f; added p50 %.0f us, p99 %.0f us",
        report.meshPerSecond(),
        report.rawPerSecond(),
        report.ratio(),
        report.addedP50Micros(),
        report.addedP99Micros());
  }
}
