package io.ebbmesh.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private static final String SOURCE = "csv/x";

  private static final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(kit.system());

  private final TestClock clock = new TestClock();

  /** All lanes in one, as they would answer. */
  private final TestProbe<Outbox.Command> outbox = kit.createTestProbe(Outbox.Command.class);

  private final OpenLanes lanes = new OpenLanes(kit, outbox.getRef());
  private final TestProbe<Pipeline.Reply> producer = kit.createTestProbe(Pipeline.Reply.class);
  private final PipelineFixture.Scripted local = new PipelineFixture.Scripted();
  private final PipelineFixture.Scripted neighbours = new PipelineFixture.Scripted();

  @AfterAll
  static void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void insightsAreOfferedInTheOrderOfTheSourceHoweverDecisionsCome() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    for (int i = 1; i <= 3; i++) {
      submit(pipeline, i);
    }
    var first = local.next();
    var second = local.next();
    var third = local.next();
    third.complete(PipelineFixture.decided(0, "here"));
    second.complete(PipelineFixture.decided(0, "here"));
    outbox.expectNoMessage(Duration.ZERO);
    first.complete(PipelineFixture.decided(0, "here"));
    assertThat(List.of(position(offer()), position(offer()), position(offer())))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void theInsightCarriesWhatWasDecided() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    submit(pipeline, 1);
    local.next().complete(PipelineFixture.decided(0, "here"));
    Insight insight = offer().insight();
    assertThat(insight.kind()).isEqualTo(InsightKind.CLASSIFICATION);
    assertThat(insight.label()).isEqualTo(Judge.UNSETTLED);
    assertThat(insight.model()).isEqualTo("detector@1");
    assertThat(insight.decidedBy()).isEmpty();
    assertThat(insight.stream()).isEqualTo("mote-1");
    assertThat(insight.values()).containsExactly(21, 45);
  }

  @Test
  void aHumidityFarFromWhatTheModelExpectsIsAnAnomaly() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    for (int i = 1; i <= 200; i++) {
      submit(pipeline, i);
      local.next().complete(PipelineFixture.decided(0, "here"));
      accept(offer());
    }
    pipeline.tell(new Pipeline.Submit(reading(new SourcePosition(SOURCE, 201), 70), ref()));
    local.next().complete(PipelineFixture.decided(0, "here"));
    Insight insight = offer().insight();
    assertThat(insight.kind()).isEqualTo(InsightKind.ANOMALY);
    assertThat(insight.label()).isEqualTo(Judge.ANOMALY);
    assertThat(insight.score()).isGreaterThan(1);
  }

  @Test
  void aNeighbourDecidesWhenTheDeviceCannot() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    submit(pipeline, 1);
    local.next().complete(failed());
    neighbours.next().complete(PipelineFixture.decided(0, "gw-2"));
    assertThat(offer().insight().decidedBy()).isEqualTo("gw-2");
  }

  @Test
  void aDeviceThatDoesNotAnswerIsGivenUpForANeighbour() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    submit(pipeline, 1);
    var late = local.next();
    pass(Duration.ofSeconds(1));
    neighbours.next().complete(PipelineFixture.decided(0, "gw-2"));
    assertThat(offer().insight().decidedBy()).isEqualTo("gw-2");
    late.complete(PipelineFixture.decided(0, "here"));
    outbox.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aReadingOfASourceWaitsUntilSomeoneDecides() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("source-credit = 1");
    submit(pipeline, 1);
    for (int i = 0; i < 100; i++) {
      local.next().complete(failed());
      neighbours.next().complete(failed());
      settle(pipeline);
      pass(Duration.ofMillis(250));
    }
    producer.expectNoMessage(Duration.ZERO);
    local.next().complete(PipelineFixture.decided(0, "here"));
    Outbox.Offer offer = offer();
    submit(pipeline, 2);
    assertThat(producer.expectMessageClass(Pipeline.Refused.class).message())
        .contains("source-credit = 1");
    offer.replyTo().tell(new Outbox.Accepted(new long[] {offer.ticket()}, new long[] {17}));
    producer.expectMessage(new Pipeline.Accepted(1, Lane.INSIGHT, 17));
  }

  @Test
  void anUnknownOutcomeIsOfferedAgainInOrderInTheNewGeneration() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    submit(pipeline, 1);
    submit(pipeline, 2);
    local.next().complete(PipelineFixture.decided(0, "here"));
    local.next().complete(PipelineFixture.decided(0, "here"));
    Outbox.Offer first = offer();
    Outbox.Offer second = offer();
    first
        .replyTo()
        .tell(new Outbox.OutcomeUnknown(9, new long[] {first.ticket(), second.ticket()}));
    Outbox.Offer again = offer();
    assertThat(again.generation()).isEqualTo(9);
    assertThat(List.of(position(again), position(offer()))).containsExactly(1L, 2L);
  }

  @Test
  void aSourceIsHeldBackUntilAModelServes() {
    lanes.stand(Lane.INSIGHT, SOURCE, 41, 7);
    ActorRef<Pipeline.Command> pipeline = pipeline("");
    pipeline.tell(new Pipeline.Attach(SOURCE, ref()));
    producer.expectNoMessage(Duration.ZERO);
    pipeline.tell(new Pipeline.Serve(PipelineFixture.release(1)));
    producer.expectMessage(new Pipeline.Attached(41, 256));
  }

  @Test
  void aReadingWithoutAChannelIsRefusedByName() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    pipeline.tell(
        new Pipeline.Submit(
            new Reading(
                "mote-1", new SourcePosition(SOURCE, 1), 0, List.of("volt"), new double[] {3}),
            ref()));
    assertThat(producer.expectMessageClass(Pipeline.Refused.class).message())
        .contains("has no channel 'temperature', it has [volt]");
  }

  @Test
  void aSingleReadingIsAnsweredOnceItIsDurableAndItsRepetitionLikewise() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    PipelineSink sink = new PipelineSink(() -> pipeline);
    Reading reading = reading(new SourcePosition("http/k", 1), 45);
    CompletionStage<ReadingOutcome> outcome = sink.submit(reading);
    local.next().complete(PipelineFixture.decided(0, "here"));
    Outbox.Offer offer = offer();
    assertThat(sink.submit(reading).toCompletableFuture().get(3, TimeUnit.SECONDS))
        .isInstanceOf(ReadingOutcome.Busy.class);
    offer.replyTo().tell(new Outbox.Accepted(new long[] {offer.ticket()}, new long[] {5}));
    ReadingOutcome expected =
        new ReadingOutcome.Accepted(
            Lane.INSIGHT,
            5,
            new ReadingOutcome.Decision(InsightKind.CLASSIFICATION, Judge.UNSETTLED, 0));
    assertThat(get(outcome)).isEqualTo(expected);
    assertThat(get(sink.submit(reading))).isEqualTo(expected);
    outbox.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aSourceIsDurableAsFarAsAnyLaneKnows() {
    lanes.stand(Lane.INSIGHT, SOURCE, 41, 7);
    lanes.stand(Lane.ALARM, SOURCE, 43, 2);
    lanes.stand(Lane.SAMPLE, SOURCE + "#sample", 50, 3);
    ActorRef<Pipeline.Command> pipeline = pipeline("");
    pipeline.tell(new Pipeline.Serve(PipelineFixture.release(1)));
    pipeline.tell(new Pipeline.Attach(SOURCE, ref()));
    producer.expectMessage(new Pipeline.Attached(43, 256));
  }

  @Test
  void aSingleReadingThatAnyLaneKnowsIsARepetitionAndNotDecidedAnew() throws Exception {
    lanes.stand(Lane.ALARM, "http/k", 1, 12);
    ActorRef<Pipeline.Command> pipeline = attached("");
    assertThat(
            get(
                new PipelineSink(() -> pipeline)
                    .submit(reading(new SourcePosition("http/k", 1), 45))))
        .isEqualTo(new ReadingOutcome.Accepted(Lane.ALARM, 12, null));
    outbox.expectNoMessage(Duration.ZERO);
  }

  @Test
  void samplesAndAggregatesGoToTheOutboxBeforeTheirReading() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("samples.every = 1, aggregates.readings = 1");
    submit(pipeline, 1);
    local.next().complete(PipelineFixture.decided(0, "here"));
    Outbox.Offer sample = offer();
    Outbox.Offer aggregate = offer();
    assertThat(List.of(sample.insight().kind(), aggregate.insight().kind()))
        .containsExactlyInAnyOrder(InsightKind.SAMPLE, InsightKind.AGGREGATE);
    accept(sample);
    accept(aggregate);
    Outbox.Offer reading = offer();
    assertThat(reading.insight().kind()).isEqualTo(InsightKind.CLASSIFICATION);
    accept(reading);
    producer.expectMessage(new Pipeline.Accepted(1, Lane.INSIGHT, 1));
  }

  @Test
  void aSingleReadingThatNobodyDecidesInTimeIsUndecided() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("decide-timeout = 1 s");
    CompletionStage<ReadingOutcome> outcome =
        new PipelineSink(() -> pipeline).submit(reading(null, 45));
    for (int i = 0; i < 4; i++) {
      local.next().complete(failed());
      neighbours.next().complete(failed());
      settle(pipeline);
      pass(Duration.ofMillis(250));
    }
    assertThat(get(outcome))
        .isInstanceOfSatisfying(
            ReadingOutcome.Undecided.class,
            undecided ->
                assertThat(undecided.message())
                    .contains(
                        "decided within 1000 ms; the device here: NO_DEVICE: no device; neighbours: NO_DEVICE: no device"));
  }

  @Test
  void aReadingThatTheModelAnswersWithNoNumberIsRefusedAndTheNextIsTaken() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    submit(pipeline, 1);
    submit(pipeline, 2);
    var first = local.next();
    local.next().complete(PipelineFixture.decided(0, "here"));
    first.complete(PipelineFixture.decided(Float.POSITIVE_INFINITY, "here"));
    Pipeline.Refused refused = producer.expectMessageClass(Pipeline.Refused.class);
    assertThat(refused.position()).isEqualTo(1);
    assertThat(refused.message())
        .contains("release 1 of model 'detector' answers Infinity", "[21.0, 45.0]");
    assertThat(position(offer())).isEqualTo(2);
  }

  @Test
  void nothingIsTakenBehindARefusedReadingOfASourceThatEndsThere() throws Exception {
    ActorRef<Pipeline.Command> pipeline = pipeline("");
    pipeline.tell(new Pipeline.Serve(PipelineFixture.release(1)));
    pipeline.tell(new Pipeline.Attach(SOURCE, ref(), true));
    producer.expectMessageClass(Pipeline.Attached.class);
    for (int i = 1; i <= 3; i++) {
      submit(pipeline, i);
    }
    var first = local.next();
    var second = local.next();
    local.next().complete(PipelineFixture.decided(0, "here"));
    second.complete(PipelineFixture.decided(Float.NaN, "here"));
    first.complete(PipelineFixture.decided(0, "here"));
    assertThat(position(offer())).isEqualTo(1);
    assertThat(producer.expectMessageClass(Pipeline.Refused.class).message()).contains("NaN");
    producer.expectMessage(new Pipeline.Refused(3, "a reading before it was refused"));
    submit(pipeline, 4);
    producer.expectMessage(new Pipeline.Refused(4, "a reading before it was refused"));
    outbox.expectNoMessage(Duration.ZERO);
  }

  @Test
  void inputThatADeviceCannotTakeIsTheReadingsFaultOnceOthersWereDecided() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    PipelineSink sink = new PipelineSink(() -> pipeline);
    InferenceAnswer bad =
        new InferenceAnswer.Failed(InferenceAnswer.Reason.BAD_INPUT, "not this one", false);
    CompletionStage<ReadingOutcome> outcome = sink.submit(reading(null, 45));
    local.next().complete(bad);
    neighbours.next().complete(bad);
    settle(pipeline);
    assertThat(outcome.toCompletableFuture()).isNotDone();
    submit(pipeline, 1);
    local.next().complete(PipelineFixture.decided(0, "here"));
    offer();
    pass(Duration.ofMillis(250));
    local.next().complete(bad);
    assertThat(get(outcome))
        .isEqualTo(
            new ReadingOutcome.Rejected(
                ReadingOutcome.RejectReason.INVALID, "BAD_INPUT: not this one"));
  }

  @Test
  void aValueBeyondTheLimitIsRejectedAndTheStreamJudgesAsBefore() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    assertThat(get(new PipelineSink(() -> pipeline).submit(reading(null, 3e38))))
        .isInstanceOfSatisfying(
            ReadingOutcome.Rejected.class,
            rejected ->
                assertThat(rejected.message())
                    .isEqualTo(
                        "channel 'humidity' is 3.0E38, not a number between -1.0E30 and 1.0E30"));
    submit(pipeline, 1);
    local.next().complete(PipelineFixture.decided(0, "here"));
    assertThat(offer().insight().score()).isZero();
  }

  @Test
  void aSingleReadingIsUndecidedBeforeTheFirstModel() throws Exception {
    ActorRef<Pipeline.Command> pipeline = pipeline("");
    assertThat(get(new PipelineSink(() -> pipeline).submit(reading(null, 45))))
        .isInstanceOf(ReadingOutcome.Undecided.class);
  }

  @Test
  void singleReadingsAreAnsweredWhenThePipelineStops() throws Exception {
    ActorRef<Pipeline.Command> pipeline = attached("");
    CompletionStage<ReadingOutcome> outcome =
        new PipelineSink(() -> pipeline).submit(reading(null, 45));
    local.next();
    kit.stop(pipeline);
    assertThat(get(outcome)).isInstanceOf(ReadingOutcome.Unknown.class);
  }

  private ActorRef<Pipeline.Command> pipeline(String overrides) {
    ActorRef<Pipeline.Command> pipeline =
        kit.spawn(
            Pipeline.create(
                PipelineFixture.settings(overrides), clock, local, neighbours, lanes.doors()));
    return pipeline;
  }

  private ActorRef<Pipeline.Command> attached(String overrides) {
    ActorRef<Pipeline.Command> pipeline = pipeline(overrides);
    pipeline.tell(new Pipeline.Serve(PipelineFixture.release(1)));
    pipeline.tell(new Pipeline.Attach(SOURCE, ref()));
    producer.expectMessageClass(Pipeline.Attached.class);
    return pipeline;
  }

  /** Waits until the pipeline has taken what was sent to it: it answers an empty warm-up. */
  /**
   * Twice, because an answer that was there before it was awaited is told by the pipeline itself.
   */
  private void settle(ActorRef<Pipeline.Command> pipeline) {
    for (int round = 0; round < 2; round++) {
      TestProbe<Pipeline.Reply> probe = kit.createTestProbe(Pipeline.Reply.class);
      pipeline.tell(new Pipeline.Warm(SOURCE, List.of(), probe.getRef()));
      probe.expectMessageClass(Pipeline.Warmed.class);
    }
  }

  private void pass(Duration duration) {
    clock.pass(duration);
    time.timePasses(duration);
  }

  private Outbox.Offer offer() {
    return outbox.expectMessageClass(Outbox.Offer.class);
  }

  private static void accept(Outbox.Offer offer) {
    long position = position(offer);
    offer.replyTo().tell(new Outbox.Accepted(new long[] {offer.ticket()}, new long[] {position}));
  }

  private static long position(Outbox.Offer offer) {
    SourcePosition source = offer.insight().source();
    return source == null ? 0 : source.position();
  }

  private void submit(ActorRef<Pipeline.Command> pipeline, long position) {
    pipeline.tell(new Pipeline.Submit(reading(new SourcePosition(SOURCE, position), 45), ref()));
  }

  private ActorRef<Pipeline.Reply> ref() {
    return producer.getRef();
  }

  private static Reading reading(@Nullable SourcePosition source, double humidity) {
    return new Reading("mote-1", source, 0, StreamWindows.CHANNELS, new double[] {21, humidity});
  }

  private static InferenceAnswer failed() {
    return new InferenceAnswer.Failed(InferenceAnswer.Reason.NO_DEVICE, "no device", true);
  }

  private static ReadingOutcome get(CompletionStage<ReadingOutcome> outcome) throws Exception {
    return outcome.toCompletableFuture().get(3, TimeUnit.SECONDS);
  }
}
