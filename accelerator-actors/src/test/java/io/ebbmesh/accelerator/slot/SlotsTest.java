package io.ebbmesh.accelerator.slot;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.onnx.OnnxDevice;
import io.ebbmesh.accelerator.device.onnx.OnnxOptions;
import io.ebbmesh.accelerator.device.onnx.TinyOnnx;
import io.ebbmesh.accelerator.infer.Answered;
import io.ebbmesh.accelerator.infer.LoadResult;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.accelerator.infer.ServingChanged;
import io.ebbmesh.accelerator.infer.TestClock;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotsTest {

  private static final long FAR = Long.MAX_VALUE / 2;

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Answered> answers = kit.createTestProbe();
  private final TestProbe<LoadResult> loads = kit.createTestProbe();
  private final TestProbe<ServingChanged> changes = kit.createTestProbe();
  private final TestClock clock = new TestClock();
  @TempDir Path directory;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void eachModelIsDecidedByItsOwnRelease() throws Exception {
    ActorRef<Slots.Command> slots = slots("", SlotsTest::onnx);
    serve(slots, "tens", 4, 10);
    serve(slots, "hundreds", 7, 100);

    ask(slots, 1, "tens");
    ask(slots, 2, "hundreds");

    for (int i = 0; i < 2; i++) {
      Answered answered = answers.receiveMessage();
      Decided decided = (Decided) answered.answer();
      assertThat(decided.release()).isEqualTo(answered.token() == 1 ? 4 : 7);
      assertThat(value(decided)).isEqualTo(answered.token() == 1 ? 11 : 101);
    }
  }

  @Test
  void aModelThatWasNeverServedIsUnknown() throws Exception {
    ActorRef<Slots.Command> slots = slots("", SlotsTest::onnx);
    serve(slots, "tens", 1, 10);
    ask(slots, 1, "other");
    Failed failed = (Failed) answers.receiveMessage().answer();
    assertThat(failed.reason()).isEqualTo(Reason.UNKNOWN_MODEL);
    assertThat(failed.message()).contains("'other'").contains("[tens]");
  }

  @Test
  void aNodeWithoutAcceleratorSaysSo() throws Exception {
    ActorRef<Slots.Command> slots = slots("", null);
    ask(slots, 1, "tens");
    assertThat(((Failed) answers.receiveMessage().answer()).reason()).isEqualTo(Reason.NO_DEVICE);
    slots.tell(new Slots.Serve(manifest("tens", 1, 10), Path.of("m"), loads.ref()));
    assertThat(((LoadFailed) loads.receiveMessage()).message()).contains("no accelerator");
  }

  @Test
  void aReleaseWithAWrongGoldenAnswerNeverServes() throws Exception {
    ActorRef<Slots.Command> slots = slots("", SlotsTest::onnx);
    serve(slots, "tens", 1, 10);
    Path file = TinyOnnx.adder(directory, "wrong.onnx", 1, 11);
    slots.tell(new Slots.Serve(manifest("tens", 2, 10), file, loads.ref()));

    LoadFailed failed = (LoadFailed) loads.receiveMessage();
    assertThat(failed.kept()).isEqualTo(new ModelRelease("tens", 1));
    assertThat(failed.message()).contains("golden input 1 of tens@2").contains("is 12.0, not 11.0");
    ask(slots, 1, "tens");
    assertThat(((Decided) answers.receiveMessage().answer()).release()).isEqualTo(1);
  }

  @Test
  void servingTheSameReleaseAgainChangesNothing() throws Exception {
    ActorRef<Slots.Command> slots = slots("", SlotsTest::onnx);
    serve(slots, "tens", 1, 10);
    slots.tell(new Slots.Serve(manifest("tens", 1, 10), Path.of("gone"), loads.ref()));
    loads.expectMessage(new Loaded(new ModelRelease("tens", 1)));
  }

  @Test
  void oneModelMoreThanThereAreSlotsIsRefused() throws Exception {
    ActorRef<Slots.Command> slots = slots("max-slots = 1", SlotsTest::onnx);
    serve(slots, "tens", 1, 10);
    Path file = TinyOnnx.adder(directory, "more.onnx", 1, 10);
    slots.tell(new Slots.Serve(manifest("more", 1, 10), file, loads.ref()));
    assertThat(((LoadFailed) loads.receiveMessage()).message()).contains("max-slots");
  }

  @Test
  void whoWatchesHearsOfEveryModelAndOfLateComersToo() throws Exception {
    ActorRef<Slots.Command> slots = slots("", SlotsTest::onnx);
    serve(slots, "tens", 1, 10);
    slots.tell(new Slots.Watch(changes.ref()));
    awaitServing();
    serve(slots, "tens", 2, 20);
    changes.expectMessage(new ServingChanged("tens", 2L, true));
    serve(slots, "more", 1, 30);
    changes.expectMessage(new ServingChanged("more", 1L, true));
  }

  @Test
  void aDeviceActorThatDiesIsMadeAgainAndServesWhatItServed() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ActorRef<Slots.Command> slots =
        slots(
            "restore-after = 1ms",
            () -> made.getAndIncrement() == 0 ? new Unsteady(onnx()) : onnx());
    slots.tell(new Slots.Watch(changes.ref()));
    serve(slots, "tens", 1, 10);
    changes.expectMessage(new ServingChanged("tens", 1L, true));
    Path file = TinyOnnx.adder(directory, "next.onnx", 1, 20);
    slots.tell(new Slots.Serve(manifest("tens", 2, 20), file, loads.ref()));

    assertThat(((LoadFailed) loads.receiveMessage()).message()).contains("died");
    changes.expectMessage(new ServingChanged("tens", 1L, false));
    awaitServing();
    ask(slots, 1, "tens");
    assertThat(((Decided) answers.receiveMessage().answer()).release()).isEqualTo(1);
  }

  @Test
  void noRequestIsLostOrWrongWhileReleasesFlipUnderLoad() throws Exception {
    int requests = 4_000;
    int inFlight = 50;
    ActorRef<Slots.Command> slots = slots("device.instances = 2", SlotsTest::onnx);
    serve(slots, "tens", 1, 1);
    BitSet answered = new BitSet();
    long released = 1;
    for (int token = 0; token < inFlight; token++) {
      ask(slots, token, "tens");
    }
    for (int done = 0; done < requests; done++) {
      Answered answer = answers.receiveMessage();
      Decided decided = (Decided) answer.answer();
      assertThat(value(decided)).as("decided by what it says").isEqualTo(1 + decided.release());
      assertThat(answered.get((int) answer.token())).isFalse();
      answered.set((int) answer.token());
      if (done + inFlight < requests) {
        ask(slots, done + inFlight, "tens");
      }
      if (done % 500 == 499) {
        released++;
        Path file = TinyOnnx.adder(directory, released + ".onnx", 1, released);
        slots.tell(new Slots.Serve(manifest("tens", released, released), file, loads.ref()));
        loads.expectMessage(new Loaded(new ModelRelease("tens", released)));
      }
    }
    assertThat(answered.cardinality()).isEqualTo(requests);
    assertThat(released).isEqualTo(9);
  }

  private ActorRef<Slots.Command> slots(String overrides, @Nullable Supplier<Device> devices) {
    Config config =
        ConfigFactory.parseString(overrides)
            .withFallback(kit.system().settings().config().getConfig("ebbmesh.accelerator"));
    return kit.spawn(Slots.create(config, "node-1", devices, clock));
  }

  private void serve(ActorRef<Slots.Command> slots, String model, long release, float addend)
      throws IOException {
    Path file = TinyOnnx.adder(directory, model + release + ".onnx", 1, addend);
    slots.tell(new Slots.Serve(manifest(model, release, addend), file, loads.ref()));
    loads.expectMessage(new Loaded(new ModelRelease(model, release)));
  }

  private void ask(ActorRef<Slots.Command> slots, long token, String model) {
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {1}, 1));
    slots.tell(new Slots.Infer(token, new InferenceRequest(model, inputs, 0), FAR, answers.ref()));
  }

  private void awaitServing() {
    changes.fishForMessage(
        Duration.ofSeconds(3),
        change ->
            change.deviceOk() ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
  }

  private static float value(Decided decided) {
    return Objects.requireNonNull(decided.outputs().get("y")).floats()[0];
  }

  private static ModelManifest manifest(String model, long release, float addend) {
    Golden golden = new Golden(new float[] {1}, new float[] {1 + addend}, 1e-6f);
    return new ModelManifest(
        new ModelRelease(model, release), List.of(), Map.of(), List.of(golden));
  }

  private static Device onnx() {
    return new OnnxDevice(new OnnxOptions(1, false, true, null));
  }

  /** Makes the actor that owns it fail when a second release opens. */
  private static final class Unsteady implements Device {
    private final Device device;
    private final AtomicInteger asked = new AtomicInteger();

    Unsteady(Device device) {
      this.device = device;
    }

    @Override
    public String kind() {
      if (asked.incrementAndGet() > 2) {
        throw new IllegalStateException("no longer sure what it is");
      }
      return device.kind();
    }

    @Override
    public DeviceSession open(Path file) throws DeviceException {
      return device.open(file);
    }

    @Override
    public void close() {}
  }
}
