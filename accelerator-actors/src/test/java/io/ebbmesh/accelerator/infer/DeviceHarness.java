package io.ebbmesh.accelerator.infer;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A device actor over a scripted device, in time that stands still until it is moved. */
final class DeviceHarness implements AutoCloseable {

  static final long FAR = Long.MAX_VALUE / 2;

  final ActorTestKit kit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  final ManualTime time = ManualTime.get(kit.system());
  final TestClock clock = new TestClock();
  final ScriptedDevice device = new ScriptedDevice();
  final TestProbe<Answered> answers = kit.createTestProbe();
  final TestProbe<LoadResult> loads = kit.createTestProbe();
  final TestProbe<ServingChanged> changes = kit.createTestProbe();
  final ActorRef<DeviceActor.Command> actor;

  /**
   * @param overrides keys of {@code ebbmesh.accelerator.device}
   */
  DeviceHarness(String overrides) {
    DeviceSettings settings =
        DeviceSettings.of(
            ConfigFactory.parseString("device { " + overrides + " }")
                .withFallback(kit.system().settings().config().getConfig("ebbmesh.accelerator")),
            "m");
    actor =
        kit.spawn(
            DeviceActor.create(settings, "node-1", "m", device, clock), DeviceActor.dispatcher());
    actor.tell(new DeviceActor.Watch(changes.ref()));
    changes.expectMessage(new ServingChanged("m", null, false));
  }

  /** With release 1 serving. */
  static DeviceHarness serving(String overrides) {
    DeviceHarness harness = new DeviceHarness(overrides);
    harness.load(1);
    harness.loads.expectMessage(new Loaded(new ModelRelease("m", 1)));
    harness.changes.expectMessage(new ServingChanged("m", 1L, true));
    return harness;
  }

  void load(long release) {
    load(release, session -> {});
  }

  void load(long release, SessionCheck check) {
    actor.tell(
        new DeviceActor.Load(new ModelRelease("m", release), Path.of("m"), check, loads.ref()));
  }

  void ask(long token, float... values) {
    askBy(FAR, token, values);
  }

  void askBy(long deadlineNanos, long token, float... values) {
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {values.length}, values));
    actor.tell(
        new DeviceActor.Infer(
            token, new InferenceRequest("m", inputs, 0), deadlineNanos, answers.ref()));
  }

  InferenceAnswer answer(long token) {
    Answered answered = answers.receiveMessage();
    if (answered.token() != token) {
      throw new AssertionError("expected the answer to " + token + ", got " + answered);
    }
    return answered.answer();
  }

  Failed failure(long token) {
    InferenceAnswer answer = answer(token);
    if (answer instanceof Failed failed) {
      return failed;
    }
    throw new AssertionError("expected a failure, got " + answer);
  }

  /** The reason of the next answer, which is to one of the two. */
  InferenceAnswer.Reason failureOfEither(long token, long otherToken) {
    Answered answered = answers.receiveMessage();
    if (answered.token() != token && answered.token() != otherToken) {
      throw new AssertionError("unexpected " + answered);
    }
    return ((Failed) answered.answer()).reason();
  }

  /** Whether a request is refused with that message now. */
  boolean isRefusedWith(String message) {
    ask(99, 1);
    return failure(99).message().contains(message);
  }

  /** Moves both the clock and the timers. */
  void pass(Duration duration) {
    clock.advance(duration.toNanos());
    time.timePasses(duration);
  }

  @Override
  public void close() {
    device.letGo(1_000);
    kit.shutdownTestKit();
  }
}
