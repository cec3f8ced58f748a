package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneRelief.GetFolds;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Moved;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.OfferPast;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fold of two aggregates, event 7 of its lane. */
class FoldMoverTest {

  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestProbe<LaneReader.Command> log = kit.createTestProbe(LaneReader.Command.class);
  private final TestProbe<Outbox.Command> intake = kit.createTestProbe(Outbox.Command.class);
  private final ActorRef<FoldMover.Command> mover =
      kit.spawn(FoldMover.create(new OneFold(), log.getRef(), intake.getRef(), INTERVAL));

  private static final class OneFold extends NoJournal {
    @Override
    public void read(String persistenceId, long[] eventNrs, RunReader reader) {
      BlockEncoder encoder = new BlockEncoder(3);
      encoder.add(Samples.insight("a", 1));
      encoder.add(Samples.insight("b", 2));
      byte[] block = encoder.encode(Lane.AGGREGATE, 1, new SettableClock().now()).bytes();
      SeqRanges folded = SeqRanges.of(new SeqRange(1, 9));
      reader.onEvent(7, new RangeFolded(Losses.damaged(Lane.INSIGHT, 7, folded, 0).loss(), block));
      reader.onEnd(null);
    }
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Attach begin() {
    log.expectMessageClass(GetFolds.class);
    mover.tell(new FoldMover.Folds(List.of(7L)));
    return intake.expectMessageClass(Attach.class);
  }

  private OfferPast attached(Attach attach, int generation) {
    attach.replyTo().tell(new Attached(Lane.AGGREGATE, generation, 0, 0));
    OfferPast offered = intake.expectMessageClass(OfferPast.class);
    assertThat(offered.offers()).hasSize(2).allMatch(offer -> offer.generation() == generation);
    return offered;
  }

  private static long[] tickets(OfferPast offered) {
    return offered.offers().stream().mapToLong(Outbox.Offer::ticket).toArray();
  }

  @Test
  void aTickDoesNotDisturbAMoveThatIsUnderWay() {
    Attach attach = begin();
    time.timePasses(INTERVAL);
    mover.tell(new FoldMover.Folds(List.of(7L, 9L)));
    OfferPast offered = attached(attach, 1);
    attach.replyTo().tell(new Accepted(tickets(offered), new long[] {1, 2}));
    assertThat(log.expectMessageClass(Moved.class).eventNr()).isEqualTo(7);
    mover.tell(new FoldMover.Folds(List.of(7L, 9L)));
    intake.expectNoMessage(Duration.ZERO);
    mover.tell(new FoldMover.Folds(List.of(9L)));
    intake.expectMessageClass(Attach.class);
  }

  @Test
  void whatNobodyKnowsTheOutcomeOfIsOfferedAgainAtOnce() {
    Attach attach = begin();
    OfferPast offered = attached(attach, 1);
    for (long ticket : tickets(offered)) {
      attach.replyTo().tell(new OutcomeUnknown(2, new long[] {ticket}));
    }
    Attach again = intake.expectMessageClass(Attach.class);
    offered = attached(again, 2);
    again.replyTo().tell(new Accepted(tickets(offered), new long[] {1, 2}));
    log.expectMessageClass(Moved.class);
  }

  @Test
  void aLaneThatIsFullIsAskedAgainWithTheNextTick() {
    Attach attach = begin();
    OfferPast offered = attached(attach, 1);
    attach.replyTo().tell(new Rejected(tickets(offered)[0], 2, RejectReason.FULL, "full"));
    attach.replyTo().tell(new OutcomeUnknown(2, new long[] {tickets(offered)[1]}));
    log.expectNoMessage(Duration.ZERO);
    time.timePasses(INTERVAL);
    attached(begin(), 2);
  }
}
