package io.ebbmesh.accelerator.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DeviceActorTest {

  private static final ModelRelease FIRST = new ModelRelease("m", 1);
  private static final ModelRelease SECOND = new ModelRelease("m", 2);

  @Test
  void anAnswerCarriesOutputsReleaseAndNode() {
    try (DeviceHarness harness = DeviceHarness.serving("")) {
      harness.ask(7, 3, 4);

      Decided decided = (Decided) harness.answer(7);
      assertThat(decided.release()).isEqualTo(1);
      assertThat(decided.decidedBy()).isEqualTo("node-1");
      assertThat(Objects.requireNonNull(decided.outputs().get("x")).floats()).containsExactly(3, 4);
    }
  }

  @Test
  void withoutAReleaseThereIsNoDevice() {
    try (DeviceHarness harness = new DeviceHarness("")) {
      harness.ask(1, 3);
      InferenceAnswer.Failed failed = harness.failure(1);
      assertThat(failed.reason()).isEqualTo(InferenceAnswer.Reason.NO_DEVICE);
      assertThat(failed.retryable()).isTrue();
    }
  }

  @Test
  void anotherModelIsUnknown() {
    try (DeviceHarness harness = DeviceHarness.serving("")) {
      harness.actor.tell(
          new DeviceActor.Infer(
              1,
              new InferenceRequest("other", Map.of(), 0),
              DeviceHarness.FAR,
              harness.answers.ref()));
      assertThat(harness.failure(1).reason()).isEqualTo(InferenceAnswer.Reason.UNKNOWN_MODEL);
    }
  }

  @Test
  void whatDoesNotFitTheModelIsRefusedBeforeItWaits() {
    try (DeviceHarness harness = DeviceHarness.serving("max-input-bytes = 64")) {
      harness.device.hold();
      harness.actor.tell(
          new DeviceActor.Infer(
              1,
              new InferenceRequest("m", Map.of("y", Tensor.ofFloats(new long[] {1}, 1)), 0),
              DeviceHarness.FAR,
              harness.answers.ref()));
      assertThat(harness.failure(1).message()).contains("m@1").contains("input 'x'");

      harness.ask(2, new float[17]);
      InferenceAnswer.Failed tooLarge = harness.failure(2);
      assertThat(tooLarge.reason()).isEqualTo(InferenceAnswer.Reason.BAD_INPUT);
      assertThat(tooLarge.message()).contains("68 bytes").contains("max-input-bytes 64");
    }
  }

  @Test
  void beyondTheQueueLimitTheAnswerIsBusyAtOnce() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1, queue-limit = 2")) {
      harness.device.hold();
      // One runs, one is handed ahead, two wait.
      for (int token = 1; token <= 5; token++) {
        harness.ask(token, token);
      }
      InferenceAnswer.Failed busy = harness.failure(5);
      assertThat(busy.reason()).isEqualTo(InferenceAnswer.Reason.BUSY);
      assertThat(busy.message()).contains("queue-limit 2");
      assertThat(busy.retryable()).isTrue();

      harness.device.letGo(4);
      for (int token = 1; token <= 4; token++) {
        assertThat(harness.answer(token)).isInstanceOf(Decided.class);
      }
    }
  }

  @Test
  void everyAnswerTellsHowManyPlacesAreFree() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1, queue-limit = 3")) {
      harness.device.hold();
      for (int token = 1; token <= 5; token++) {
        harness.ask(token, token);
      }
      harness.ask(6, 6);
      assertThat(harness.answers.receiveMessage().credit()).isZero();
      harness.device.letGo(1);
      assertThat(harness.answers.receiveMessage().credit()).isEqualTo(1);
    }
  }

  @Test
  void aWaitingRequestIsAnsweredWhenItsDeadlinePassesAndNeverAgain() {
    try (DeviceHarness harness =
        DeviceHarness.serving("instances = 1, sweep-every = 100ms, stuck-after = 1h")) {
      harness.device.hold();
      long deadline = harness.clock.monotonicNanos() + 50_000_000;
      harness.ask(1, 1);
      harness.askBy(deadline, 2, 2);
      harness.askBy(deadline, 3, 3);
      awaitBatches(harness, 1);
      harness.pass(Duration.ofMillis(100));

      assertThat(harness.failureOfEither(2, 3)).isEqualTo(InferenceAnswer.Reason.DEADLINE);
      assertThat(harness.failureOfEither(2, 3)).isEqualTo(InferenceAnswer.Reason.DEADLINE);
      harness.device.letGo(10);
      assertThat(harness.answer(1)).isInstanceOf(Decided.class);
      harness.ask(4, 4);
      assertThat(harness.answer(4)).isInstanceOf(Decided.class);
      assertThat(harness.device.batches()).as("late requests do not run").containsExactly(1, 1);
    }
  }

  @Test
  void aRequestThatIsLateWhenItComesDoesNotRun() {
    try (DeviceHarness harness = DeviceHarness.serving("")) {
      harness.askBy(harness.clock.monotonicNanos(), 1, 1);
      assertThat(harness.failure(1).reason()).isEqualTo(InferenceAnswer.Reason.DEADLINE);
      assertThat(harness.device.batches()).isEmpty();
    }
  }

  @Test
  void whatWaitsRunsTogetherUpToTheLimitWhereShapesAreEqual() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1, max-batch = 3")) {
      harness.device.hold();
      harness.ask(1, 1);
      awaitBatches(harness, 1);
      for (int token = 2; token <= 5; token++) {
        harness.ask(token, token);
      }
      harness.ask(6, 6, 6);
      harness.ask(7, 7, 7);
      harness.device.letGo(10);
      for (int token = 1; token <= 7; token++) {
        Decided decided = (Decided) harness.answer(token);
        assertThat(Objects.requireNonNull(decided.outputs().get("x")).floats()[0]).isEqualTo(token);
      }
      assertThat(harness.device.batches()).containsExactly(1, 3, 1, 2);
    }
  }

  @Test
  void oneBadItemDoesNotFailItsNeighboursInTheBatch() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1, max-batch = 3")) {
      harness.device.hold();
      harness.ask(1, 1);
      awaitBatches(harness, 1);
      harness.ask(2, 2);
      harness.ask(3, ScriptedDevice.POISON);
      harness.ask(4, 4);
      harness.device.letGo(10);
      assertThat(harness.answer(1)).isInstanceOf(Decided.class);
      assertThat(harness.answer(2)).isInstanceOf(Decided.class);
      assertThat(harness.failure(3).reason()).isEqualTo(InferenceAnswer.Reason.BAD_INPUT);
      assertThat(harness.answer(4)).isInstanceOf(Decided.class);
    }
  }

  @Test
  void aFailedSessionIsClosedAndOpenedAgainAfterABackoffThatDoubles() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1, reopen-min = 200ms")) {
      harness.device.nextRun(ScriptedDevice.failure(Reason.FAILED, "unplugged"));
      harness.ask(1, 1);
      assertThat(harness.failure(1).reason()).isEqualTo(InferenceAnswer.Reason.DEVICE_FAILED);
      harness.changes.expectMessage(new ServingChanged("m", 1L, false));
      assertThat(harness.device.open()).isZero();
      harness.ask(2, 2);
      InferenceAnswer.Failed none = harness.failure(2);
      assertThat(none.reason()).isEqualTo(InferenceAnswer.Reason.NO_DEVICE);
      assertThat(none.message()).contains("unplugged");

      harness.device.nextOpen(ScriptedDevice.failure(Reason.FAILED, "still unplugged"));
      harness.pass(Duration.ofMillis(200));
      await().until(() -> harness.isRefusedWith("still unplugged"));
      harness.pass(Duration.ofMillis(399));
      assertThat(harness.device.opened()).isEqualTo(1);
      harness.pass(Duration.ofMillis(1));
      harness.changes.expectMessage(new ServingChanged("m", 1L, true));
      harness.ask(3, 3);
      assertThat(harness.answer(3)).isInstanceOf(Decided.class);
    }
  }

  @Test
  void whatWasHandedToASessionThatFailedRunsOnAnother() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 2")) {
      harness.device.hold();
      harness.device.nextRun(ScriptedDevice.failure(Reason.FAILED, "unplugged"));
      for (int token = 1; token <= 4; token++) {
        harness.ask(token, token);
      }
      awaitBatches(harness, 2);
      harness.device.letGo(1);
      assertThat(harness.answers.receiveMessage().answer())
          .isInstanceOf(InferenceAnswer.Failed.class);
      harness.device.letGo(10);
      for (int i = 0; i < 3; i++) {
        assertThat(harness.answers.receiveMessage().answer()).isInstanceOf(Decided.class);
      }
      harness.changes.expectNoMessage(Duration.ofMillis(50));
    }
  }

  @Test
  void aDriverThatThrowsWhatItShouldNotIsAFailedSession() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1")) {
      harness.device.nextRun(
          () -> {
            throw new IllegalStateException("driver bug");
          });
      harness.ask(1, 1);
      assertThat(harness.failure(1).message()).contains("driver bug");
      harness.changes.expectMessage(new ServingChanged("m", 1L, false));
      harness.pass(Duration.ofMillis(200));
      harness.changes.expectMessage(new ServingChanged("m", 1L, true));
    }
  }

  @Test
  void aWorkerThatDiesLeavesNobodyWaiting() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1")) {
      harness.device.nextRun(
          () -> {
            throw new AssertionError("worse than a bug");
          });
      harness.ask(1, 1);
      InferenceAnswer.Failed failed = harness.failure(1);
      assertThat(failed.reason()).isEqualTo(InferenceAnswer.Reason.DEVICE_FAILED);
      assertThat(failed.message()).contains("died");
      harness.changes.expectMessage(new ServingChanged("m", 1L, false));
      harness.pass(Duration.ofMillis(200));
      harness.changes.expectMessage(new ServingChanged("m", 1L, true));
      assertThat(harness.device.open()).isEqualTo(1);
    }
  }

  @Test
  void aDeviceThatHangsIsNoDeviceUntilItReturns() {
    try (DeviceHarness harness =
        DeviceHarness.serving("instances = 1, sweep-every = 100ms, stuck-after = 1s")) {
      harness.device.hold();
      harness.ask(1, 1);
      harness.ask(2, 2);
      harness.ask(3, 3);
      awaitBatches(harness, 1);
      harness.pass(Duration.ofSeconds(1));

      harness.changes.expectMessage(new ServingChanged("m", 1L, false));
      InferenceAnswer.Failed none = harness.failure(3);
      assertThat(none.reason()).isEqualTo(InferenceAnswer.Reason.NO_DEVICE);
      assertThat(none.message()).contains("stuck-after");
      harness.device.letGo(10);
      assertThat(harness.answer(1)).isInstanceOf(Decided.class);
      harness.changes.expectMessage(new ServingChanged("m", 1L, true));
    }
  }

  @Test
  void aReleaseThatFailsItsCheckLeavesTheOldOneServing() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 2")) {
      harness.load(
          2, session -> ScriptedDevice.failure(Reason.BAD_MODEL, "golden input 1").happen());
      harness.loads.expectMessage(new LoadFailed(SECOND, FIRST, "golden input 1", false));
      harness.ask(1, 1);
      assertThat(((Decided) harness.answer(1)).release()).isEqualTo(1);
      await().until(() -> harness.device.open() == 2);
    }
  }

  @Test
  void aReleaseThatDoesNotOpenInTimeLeavesTheOldOneServing() {
    try (DeviceHarness harness = DeviceHarness.serving("load-within = 5s")) {
      harness.load(
          2,
          session -> {
            harness.device.hold();
            session.run(List.of());
          });
      await().until(() -> !harness.device.batches().isEmpty());
      harness.pass(Duration.ofSeconds(5));
      LoadFailed failed = (LoadFailed) harness.loads.receiveMessage();
      assertThat(failed.message()).contains("m@2").contains("5000 ms").contains("load-within");
      assertThat(failed.retryable()).isTrue();
      harness.load(3);
      harness.loads.expectMessage(new Loaded(new ModelRelease("m", 3)));
    }
  }

  @Test
  void oneReleaseLoadsAtATime() {
    try (DeviceHarness harness = DeviceHarness.serving("")) {
      harness.device.hold();
      harness.load(2, session -> session.run(List.of()));
      harness.load(3);
      harness.loads.expectMessage(
          new LoadFailed(new ModelRelease("m", 3), FIRST, "m@2 is still being loaded", true));
      harness.device.letGo(2);
      harness.loads.expectMessage(new Loaded(SECOND));
    }
  }

  @Test
  void theOldReleaseFinishesWhatItWasGivenAndIsClosed() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1")) {
      harness.device.hold();
      harness.ask(1, 1);
      harness.ask(2, 2);
      harness.ask(3, 3);
      awaitBatches(harness, 1);
      harness.load(2);
      harness.loads.expectMessage(new Loaded(SECOND));
      harness.changes.expectMessage(new ServingChanged("m", 2L, true));
      harness.device.letGo(10);
      for (int i = 0; i < 3; i++) {
        Answered answered = harness.answers.receiveMessage();
        assertThat(((Decided) answered.answer()).release()).isEqualTo(answered.token() < 3 ? 1 : 2);
      }
      await().until(() -> harness.device.open() == 1);
    }
  }

  @Test
  void whoeverWaitsWhenTheActorStopsIsAnswered() {
    try (DeviceHarness harness = DeviceHarness.serving("instances = 1")) {
      harness.device.hold();
      harness.ask(1, 1);
      harness.ask(2, 2);
      harness.ask(3, 3);
      awaitBatches(harness, 1);
      harness.device.letGo(10);
      harness.kit.stop(harness.actor);
      for (int i = 0; i < 3; i++) {
        harness.answers.receiveMessage();
      }
      await().until(() -> harness.device.open() == 0);
    }
  }

  private static void awaitBatches(DeviceHarness harness, int count) {
    await().until(() -> harness.device.batches().size() == count);
  }
}
