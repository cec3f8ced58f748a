package io.ebbmesh.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.outbox.LaneSettings.OnFull;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OffersTest {

  private static final OfferBook.Times TIMES = new OfferBook.Times(100, 1000, 5000);

  private final Map<Lane, TestInbox<Outbox.Command>> lanes = new EnumMap<>(Lane.class);
  private final TestInbox<Outbox.Reply> answers = TestInbox.create();
  private Offers offers = offers(OnFull.REJECT);

  private Offers offers(OnFull onFull) {
    Map<Lane, LaneDoor> doors = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      TestInbox<Outbox.Command> inbox = TestInbox.create();
      lanes.put(lane, inbox);
      doors.put(lane, new LaneDoor(inbox.getRef(), onFull));
    }
    return new Offers(doors, TIMES, answers.getRef());
  }

  @BeforeEach
  void open() {
    for (Lane lane : Lane.values()) {
      offers.generation(new Outbox.Attached(lane, 1, 0, 0), 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindHasItsLane(InsightKind kind) {
    offers.add(job("a", 1, kind), 0);
    Lane expected =
        switch (kind) {
          case ANOMALY -> Lane.ALARM;
          case AGGREGATE -> Lane.AGGREGATE;
          case SAMPLE -> Lane.SAMPLE;
          case CLASSIFICATION, DETECTION -> Lane.INSIGHT;
        };
    assertThat(lanes.get(expected).hasMessages()).isTrue();
    assertThat(lanes.values().stream().filter(TestInbox::hasMessages)).hasSize(1);
  }

  @Test
  void aSourceWaitsWithTheNextLaneUntilTheOneBeforeHasAnswered() {
    offers.add(job("a", 1, InsightKind.CLASSIFICATION), 0);
    offers.add(job("a", 2, InsightKind.CLASSIFICATION), 0);
    offers.add(job("a", 3, InsightKind.ANOMALY), 0);
    offers.add(job("a", 4, InsightKind.ANOMALY), 0);
    offers.add(job("a", 5, InsightKind.CLASSIFICATION), 0);
    List<Outbox.Offer> insights = taken(Lane.INSIGHT);
    assertThat(positions(insights)).containsExactly(1L, 2L);
    accept(insights.get(0));
    assertThat(taken(Lane.ALARM)).isEmpty();
    accept(insights.get(1));
    List<Outbox.Offer> alarms = taken(Lane.ALARM);
    assertThat(positions(alarms)).containsExactly(3L, 4L);
    assertThat(taken(Lane.INSIGHT)).isEmpty();
    accept(alarms.get(0), alarms.get(1));
    assertThat(positions(taken(Lane.INSIGHT))).containsExactly(5L);
  }

  @Test
  void sourcesDoNotWaitForEachOther() {
    offers.add(job("a", 1, InsightKind.CLASSIFICATION), 0);
    offers.add(job("b", 1, InsightKind.ANOMALY), 0);
    offers.add(job(null, 0, InsightKind.ANOMALY), 0);
    assertThat(taken(Lane.ALARM)).hasSize(2);
  }

  @Test
  void anInsightWhoseOutcomeIsUnknownIsRepeatedInItsOwnLaneBeforeTheNextOneGoes() {
    offers.add(job("a", 1, InsightKind.ANOMALY), 0);
    offers.add(job("a", 2, InsightKind.CLASSIFICATION), 0);
    Outbox.Offer first = taken(Lane.ALARM).get(0);
    offers.answer(new Outbox.OutcomeUnknown(2, new long[] {first.ticket()}), 1);
    List<Outbox.Offer> again = taken(Lane.ALARM);
    assertThat(positions(again)).containsExactly(1L);
    assertThat(taken(Lane.INSIGHT)).isEmpty();
    accept(again.get(0));
    assertThat(positions(taken(Lane.INSIGHT))).containsExactly(2L);
  }

  @Test
  void aReadingIsAcceptedOnlyAfterAllThatWasMadeOfIt() {
    Job job = job("a", 1, InsightKind.CLASSIFICATION);
    job.extras =
        List.of(
            insight(InsightKind.SAMPLE, at("a#sample", 1)),
            insight(InsightKind.AGGREGATE, at("a#aggregate", 1)));
    offers.add(job, 0);
    offers.add(job("a", 2, InsightKind.CLASSIFICATION), 0);
    Outbox.Offer sample = taken(Lane.SAMPLE).get(0);
    Outbox.Offer aggregate = taken(Lane.AGGREGATE).get(0);
    assertThat(accept(sample)).isEmpty();
    assertThat(taken(Lane.INSIGHT)).isEmpty();
    assertThat(accept(aggregate)).isEmpty();
    List<Outbox.Offer> insights = taken(Lane.INSIGHT);
    assertThat(positions(insights)).containsExactly(1L, 2L);
    assertThat(accept(insights.get(0))).extracting(OfferBook.Ended::job).containsExactly(job);
  }

  @Test
  void anAlarmDoesNotWaitForItsSample() {
    Job job = job("a", 1, InsightKind.ANOMALY);
    job.extras = List.of(insight(InsightKind.SAMPLE, at("a#sample", 1)));
    offers.add(job, 0);
    assertThat(taken(Lane.SAMPLE)).isEmpty();
    assertThat(taken(Lane.ALARM)).hasSize(1);
  }

  @Test
  void aSingleReadingOfAFullLaneIsToldSoAndItsSourceIsFreeAgain() {
    offers.add(single("http/k", InsightKind.ANOMALY), 0);
    Outbox.Offer offer = taken(Lane.ALARM).get(0);
    assertThat(reject(offer))
        .extracting(OfferBook.Ended::outcome, OfferBook.Ended::message)
        .containsExactly(tuple(OfferBook.Outcome.BUSY, "full"));
    offers.add(single("http/k", InsightKind.CLASSIFICATION), 1);
    assertThat(taken(Lane.INSIGHT)).hasSize(1);
  }

  @Test
  void aSingleReadingOfALaneThatWaitsIsOfferedAgainAndGivenUpWithTheReason() {
    offers = offers(OnFull.WAIT);
    open();
    offers.add(single("http/k", InsightKind.ANOMALY), 0);
    assertThat(reject(taken(Lane.ALARM).get(0))).isEmpty();
    assertThat(offers.tick(TIMES.pause() + 1)).isEmpty();
    assertThat(reject(taken(Lane.ALARM).get(0))).isEmpty();
    assertThat(offers.tick(TIMES.patience()))
        .extracting(OfferBook.Ended::message)
        .containsExactly("full");
    assertThat(offers.isEmpty()).isTrue();
  }

  @Test
  void aSourceThatBeginsAgainLeavesNothingBehind() {
    offers.add(job("a", 1, InsightKind.CLASSIFICATION), 0);
    offers.add(job("a", 2, InsightKind.ANOMALY), 0);
    Outbox.Offer first = taken(Lane.INSIGHT).get(0);
    offers.forget("a");
    offers.add(job("a", 2, InsightKind.CLASSIFICATION), 0);
    accept(first);
    assertThat(positions(taken(Lane.INSIGHT))).containsExactly(2L);
    assertThat(taken(Lane.ALARM)).isEmpty();
  }

  private List<OfferBook.Ended> accept(Outbox.Offer... accepted) {
    long[] tickets = Arrays.stream(accepted).mapToLong(Outbox.Offer::ticket).toArray();
    return offers.answer(new Outbox.Accepted(tickets, new long[tickets.length]), 1);
  }

  private List<OfferBook.Ended> reject(Outbox.Offer offer) {
    return offers.answer(
        new Outbox.Rejected(
            offer.ticket(), offer.generation() + 1, Outbox.RejectReason.FULL, "full"),
        1);
  }

  private List<Outbox.Offer> taken(Lane lane) {
    List<Outbox.Offer> taken = new ArrayList<>();
    for (Outbox.Command command : lanes.get(lane).getAllReceived()) {
      taken.add((Outbox.Offer) command);
    }
    return taken;
  }

  private static List<Long> positions(List<Outbox.Offer> taken) {
    return taken.stream().map(offer -> offer.insight().source().position()).toList();
  }

  private static Job job(@Nullable String source, long position, InsightKind kind) {
    SourcePosition at = source == null ? null : at(source, position);
    Job job = new Job(0, reading(at), features(), null, null, Long.MAX_VALUE);
    job.insight = insight(kind, at);
    return job;
  }

  private static Job single(String key, InsightKind kind) {
    SourcePosition at = at(key, 1);
    Job job = Job.single(0, reading(at), features(), new CompletableFuture<>(), Long.MAX_VALUE);
    job.insight = insight(kind, at);
    return job;
  }

  private static SourcePosition at(String source, long position) {
    return new SourcePosition(source, position);
  }

  private static Reading reading(@Nullable SourcePosition at) {
    return new Reading("s", at, 0, List.of(), new double[0]);
  }

  private static Features features() {
    return new Features(new float[Features.WIDTH], 0, true);
  }

  private static Insight insight(InsightKind kind, @Nullable SourcePosition at) {
    return new Insight(kind, "s", "", "", "", 0, 0, new float[0], at);
  }
}
