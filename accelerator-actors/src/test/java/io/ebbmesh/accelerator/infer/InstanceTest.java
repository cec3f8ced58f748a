package io.ebbmesh.accelerator.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.accelerator.infer.Instance.State;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class InstanceTest {

  private final Instance instance =
      new Instance(
          new Generation(
              new DeviceActor.Load(
                  new ModelRelease("m", 1),
                  Path.of("m"),
                  session -> {},
                  TestInbox.<LoadResult>create().getRef())),
          1,
          self -> TestInbox.<SessionWorker.Command>create().getRef());

  @Test
  void goesThroughItsLife() {
    assertThat(instance.state()).isEqualTo(State.OPENING);
    instance.opened();
    assertThat(instance.state()).isEqualTo(State.IDLE);
    instance.given(batch(), 5);
    assertThat(instance.state()).isEqualTo(State.RUNNING);
    assertThat(instance.takesAhead()).isTrue();
    List<Pending> ahead = batch();
    instance.given(ahead, 6);
    assertThat(instance.takesAhead()).isFalse();
    instance.finished(9);
    assertThat(instance.running()).isSameAs(ahead);
    assertThat(instance.startedNanos()).isEqualTo(9);
    instance.finished(12);
    assertThat(instance.state()).isEqualTo(State.IDLE);
    instance.failed();
    assertThat(instance.state()).isEqualTo(State.WAITING);
    instance.reopening(self -> TestInbox.<SessionWorker.Command>create().getRef());
    assertThat(instance.state()).isEqualTo(State.OPENING);
  }

  @Test
  void staysRetired() {
    instance.opened();
    instance.given(batch(), 1);
    instance.retired();
    instance.finished(2);
    instance.opened();
    instance.failed();
    assertThat(instance.state()).isEqualTo(State.RETIRED);
  }

  @Test
  void takesNoBatchThatItCannotRun() {
    assertThatThrownBy(() -> instance.given(batch(), 1))
        .hasMessageContaining("instance 1 of m@1 (OPENING)");
  }

  @Test
  void waitsTwiceAsLongAfterEachFailureUpToTheLongest() {
    instance.failed();
    assertThat(instance.backoffNanos(100, 500)).isEqualTo(100);
    instance.failed();
    assertThat(instance.backoffNanos(100, 500)).isEqualTo(200);
    for (int i = 0; i < 100; i++) {
      instance.failed();
    }
    assertThat(instance.backoffNanos(100, 500)).isEqualTo(500);
  }

  @Test
  void aRunThatFinishedMakesTheNextFailureWaitShortAgain() {
    instance.failed();
    instance.failed();
    instance.reopening(self -> TestInbox.<SessionWorker.Command>create().getRef());
    instance.opened();
    instance.failed();
    assertThat(instance.backoffNanos(100, 500)).as("opening alone proves nothing").isEqualTo(400);
    instance.reopening(self -> TestInbox.<SessionWorker.Command>create().getRef());
    instance.opened();
    instance.given(batch(), 1);
    instance.finished(2);
    instance.failed();
    assertThat(instance.backoffNanos(100, 500)).isEqualTo(100);
  }

  private static List<Pending> batch() {
    return List.of(
        new Pending(
            new DeviceActor.Infer(
                1,
                new InferenceRequest("m", Map.of(), 0),
                0,
                TestInbox.<Answered>create().getRef())));
  }
}
