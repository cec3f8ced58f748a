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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OfferBookTest {

  private static final long PAUSE = 100;
  private static final long TIMEOUT = 1000;
  private static final long PATIENCE = 5000;
  private static final Lane LANE = Lane.SAMPLE;

  private final List<String> sent = new ArrayList<>();
  private final LongAdder refused = new LongAdder();
  private final OfferBook book = book(OnFull.REJECT);

  private OfferBook book(OnFull onFull) {
    return new OfferBook(
        LANE,
        onFull,
        new FullLane(LANE, refused),
        new OfferBook.Times(PAUSE, TIMEOUT, PATIENCE),
        (ticket, generation, insight) -> sent.add(insight.stream() + "@" + generation));
  }

  /** The n-th ticket that the book gives out. */
  private static long ticket(int n) {
    return LANE.ordinal() + (long) n * Lane.values().length;
  }

  @Test
  void nothingIsOfferedBeforeTheGenerationIsKnown() {
    add("a", 1);
    assertThat(sent).isEmpty();
    book.generation(7, 0);
    add("a", 2);
    assertThat(sent).containsExactly("a1@7", "a2@7");
  }

  @Test
  void anUnknownOutcomeIsRepeatedInOrderInTheNewGeneration() {
    book.generation(1, 0);
    add("a", 1);
    add("a", 2);
    add("a", 3);
    assertThat(book.answer(new Outbox.Accepted(new long[] {ticket(1)}, new long[] {10}), 1))
        .extracting(end -> end.job().position(), OfferBook.Ended::seq)
        .containsExactly(tuple(1L, 10L));
    sent.clear();
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(2), ticket(3)}), 2);
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(3)}), 3);
    assertThat(sent).containsExactly("a2@2", "a3@2");
  }

  @Test
  void aFullOutboxIsAskedAgainAfterAPauseInOrder() {
    book.generation(1, 0);
    add("a", 1);
    add("a", 2);
    sent.clear();
    book.answer(new Outbox.Rejected(ticket(1), 2, Outbox.RejectReason.FULL, "full"), 10);
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(2)}), 11);
    add("a", 3);
    book.tick(10 + PAUSE - 1);
    assertThat(sent).isEmpty();
    book.tick(10 + PAUSE);
    assertThat(sent).containsExactly("a1@2", "a2@2", "a3@2");
  }

  @Test
  void anInvalidInsightIsLeftOutAndTheOthersStay() {
    book.generation(1, 0);
    add("a", 1);
    add("a", 2);
    sent.clear();
    assertThat(
            book.answer(new Outbox.Rejected(ticket(1), 1, Outbox.RejectReason.INVALID, "long"), 1))
        .singleElement()
        .matches(end -> end.outcome() == OfferBook.Outcome.INVALID && end.message().equals("long"));
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(2)}), 2);
    assertThat(sent).containsExactly("a2@2");
  }

  @Test
  void aSingleReadingIsToldThatTheOutboxIsBusyOrTheOutcomeUnknown() {
    book.generation(1, 0);
    addSingle();
    assertThat(book.answer(new Outbox.OutcomeUnknown(1, new long[] {ticket(1)}), 1))
        .singleElement()
        .matches(end -> end.outcome() == OfferBook.Outcome.UNKNOWN);
    addSingle();
    assertThat(book.answer(new Outbox.Rejected(ticket(2), 2, Outbox.RejectReason.BUSY, "busy"), 1))
        .singleElement()
        .matches(end -> end.outcome() == OfferBook.Outcome.BUSY);
    assertThat(book.isEmpty()).isTrue();
    assertThat(refused.sum()).isZero();
  }

  @Test
  void singleReadingsBehindARefusedOneAreRefusedAtOnceAndCounted() {
    book.generation(1, 0);
    addSingle();
    add("a", 2);
    addSingle();
    addSingle();
    sent.clear();
    assertThat(book.answer(new Outbox.Rejected(ticket(2), 2, Outbox.RejectReason.FULL, "full"), 10))
        .extracting(OfferBook.Ended::outcome, OfferBook.Ended::message)
        .containsExactly(
            tuple(OfferBook.Outcome.BUSY, "full"), tuple(OfferBook.Outcome.BUSY, "full"));
    assertThat(book.answer(new Outbox.Accepted(new long[] {ticket(1)}, new long[] {10}), 11))
        .extracting(OfferBook.Ended::outcome)
        .containsExactly(OfferBook.Outcome.ACCEPTED);
    book.tick(10 + PAUSE);
    assertThat(sent).containsExactly("a2@2");
    assertThat(refused.sum()).isEqualTo(2);
  }

  @Test
  void aReadingThatMayHaveBeenWrittenBeforeIsNotToldThatItWasNot() {
    book.generation(1, 0);
    book.add(single(new SourcePosition("k1", 1)), insight("k1", new SourcePosition("k1", 1)), 0);
    book.add(single(new SourcePosition("k2", 1)), insight("k2", new SourcePosition("k2", 1)), 0);
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(1), ticket(2)}), 1);
    assertThat(sent).containsExactly("k1@1", "k2@1", "k1@2", "k2@2");
    assertThat(book.answer(new Outbox.Rejected(ticket(1), 3, Outbox.RejectReason.FULL, "full"), 2))
        .extracting(OfferBook.Ended::outcome)
        .containsExactly(OfferBook.Outcome.BUSY, OfferBook.Outcome.UNKNOWN);
    assertThat(refused.sum()).isEqualTo(1);
  }

  @Test
  void whereProducersWaitAReadingWithoutAKeyIsOfferedAgainWithThoseBeforeIt() {
    OfferBook waiting = book(OnFull.WAIT);
    waiting.generation(1, 0);
    waiting.add(single(null), insight("x", null), 0);
    waiting.add(single(null), insight("y", null), 0);
    waiting.answer(new Outbox.Rejected(ticket(1), 2, Outbox.RejectReason.FULL, "full"), 10);
    assertThat(waiting.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(2)}), 11)).isEmpty();
    waiting.tick(10 + PAUSE);
    assertThat(sent).containsExactly("x@1", "y@1", "x@2", "y@2");
    assertThat(waiting.tick(PATIENCE)).hasSize(2);
  }

  @Test
  void anOutboxThatSaysNothingIsOfferedEverythingAgain() {
    book.generation(1, 0);
    add("a", 1);
    sent.clear();
    book.tick(TIMEOUT - 1);
    assertThat(sent).isEmpty();
    book.tick(TIMEOUT);
    assertThat(sent).containsExactly("a1@1");
  }

  @Test
  void anOutboxThatCountsFromTheBeginningAgainIsBelieved() {
    book.generation(5, 0);
    add("a", 1);
    sent.clear();
    book.answer(new Outbox.OutcomeUnknown(1, new long[] {ticket(1)}), 1);
    assertThat(sent).containsExactly("a1@1");
  }

  @Test
  void aSourceThatBeginsAgainIsForgotten() {
    book.generation(1, 0);
    add("a", 1);
    add("b", 1);
    book.forget("a");
    sent.clear();
    book.answer(new Outbox.OutcomeUnknown(2, new long[] {ticket(1), ticket(2)}), 1);
    assertThat(sent).containsExactly("b1@2");
  }

  private void add(String source, long position) {
    SourcePosition at = new SourcePosition(source, position);
    Job job = new Job(0, reading(at), features(), null, null, Long.MAX_VALUE);
    book.add(job, insight(source + position, at), 0);
  }

  private void addSingle() {
    book.add(single(null), insight("single", null), 0);
  }

  private static Job single(@Nullable SourcePosition at) {
    return Job.single(0, reading(at), features(), new CompletableFuture<>(), 0);
  }

  private static Reading reading(@Nullable SourcePosition at) {
    return new Reading("s", at, 0, List.of(), new double[0]);
  }

  private static Features features() {
    return new Features(new float[Features.WIDTH], 0, true);
  }

  private static Insight insight(String name, @Nullable SourcePosition at) {
    return new Insight(InsightKind.ANOMALY, name, "", "", "", 0, 0, new float[0], at);
  }
}
