package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SiteWorkerTest {

  private static final Duration BUDGET = Duration.ofSeconds(1);
  private static final SiteSettings.Limits LIMITS = new SiteSettings.Limits(4, 2, 8, 64);
  private static final Decided DECIDED = new Decided(1, "node-1", Map.of());

  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.defaultReference()));

  private final ManualTime time = ManualTime.get(KIT.system());
  private final Queue<CompletableFuture<InferenceAnswer>> runs = new LinkedBlockingQueue<>();
  private final TestProbe<SiteWire.Answered> asker = KIT.createTestProbe();

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private ActorRef<SiteWorker.Command> worker() {
    return KIT.spawn(
        SiteWorker.create(
            request -> {
              CompletableFuture<InferenceAnswer> run = new CompletableFuture<>();
              runs.add(run);
              return run;
            },
            LIMITS));
  }

  private void ask(ActorRef<SiteWorker.Command> worker, long attempt) {
    worker.tell(new SiteWire.Ask(attempt, TestSite.request(BUDGET), asker.ref()));
  }

  private CompletableFuture<InferenceAnswer> run() {
    return asker.awaitAssert(
        () -> {
          assertThat(runs).isNotEmpty();
          return runs.remove();
        });
  }

  private void expectFailed(long attempt, Reason reason) {
    SiteWire.Answered answered = asker.receiveMessage();
    assertThat(answered.attempt()).isEqualTo(attempt);
    assertThat(answered.answer())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.reason()).isEqualTo(reason));
  }

  @Test
  void whatTheDeviceSaysIsAnswered() {
    ask(worker(), 7);
    run().complete(DECIDED);

    asker.expectMessage(new SiteWire.Answered(7, DECIDED));
  }

  @Test
  void moreThanTheLimitIsBusyUntilOneEnds() {
    ActorRef<SiteWorker.Command> worker = worker();
    ask(worker, 1);
    ask(worker, 2);
    ask(worker, 3);
    expectFailed(3, Reason.BUSY);

    run().complete(DECIDED);
    asker.expectMessage(new SiteWire.Answered(1, DECIDED));
    ask(worker, 4);
    asker.expectNoMessage();
  }

  @Test
  void aDeviceThatDoesNotAnswerInTimeHoldsNoPlace() {
    ActorRef<SiteWorker.Command> worker = worker();
    ask(worker, 1);
    ask(worker, 2);
    List<CompletableFuture<InferenceAnswer>> late = List.of(run(), run());
    time.timePasses(BUDGET);
    assertThat(List.of(asker.receiveMessage(), asker.receiveMessage()))
        .extracting(SiteWire.Answered::answer)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.DEADLINE)));

    late.forEach(run -> run.complete(DECIDED));
    ask(worker, 3);
    run().complete(DECIDED);
    asker.expectMessage(new SiteWire.Answered(3, DECIDED));
  }

  @Test
  void aDeviceThatFailsIsSaidToHaveFailed() {
    ask(worker(), 1);
    run().completeExceptionally(new IllegalStateException("planted"));
    expectFailed(1, Reason.DEVICE_FAILED);

    ActorRef<SiteWorker.Command> throwing =
        KIT.spawn(
            SiteWorker.create(
                request -> {
                  throw new IllegalStateException("planted");
                },
                LIMITS));
    ask(throwing, 2);
    expectFailed(2, Reason.DEVICE_FAILED);
  }

  @Test
  void anAnswerThatIsTooLargeIsNotSent() {
    ask(worker(), 1);
    run()
        .complete(
            new Decided(1, "node-1", Map.of("y", Tensor.ofFloats(new long[] {17}, new float[17]))));

    expectFailed(1, Reason.BAD_INPUT);
  }
}
