package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Give;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Given;
import io.ebbmesh.sync.insight.outbox.LaneRelief.How;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Moment;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Taken;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane with three blocks of ten, the second and third as large as three of the first. */
class LaneReliefTest {

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Given> given = kit.createTestProbe(Given.class);
  private final List<long[]> reads = new ArrayList<>();
  private final LaneState state = LaneState.empty(10);
  private final LaneRelief relief =
      new LaneRelief(
          Lane.INSIGHT,
          OutboxSettings.of(ConfigFactory.load()),
          new SettableClock(),
          new NoJournal() {
            @Override
            public void read(String persistenceId, long[] eventNrs, RunReader reader) {
              reads.add(eventNrs);
            }
          });

  LaneReliefTest() {
    for (int i = 0; i < 3; i++) {
      byte[] block = new byte[i == 0 ? 1_000 : 3_000];
      SeqRange seqs = new SeqRange(10L * i + 1, 10L * i + 10);
      state.apply(i + 1, new LaneEvent.BlockAppended(seqs, block, List.of()));
    }
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Moment moment(SeqRanges held) {
    return new Moment(4, held, SeqRanges.EMPTY, kit.system().ignoreRef());
  }

  private List<BlockRef> blocks(int count) {
    return state.blocks().after(0, count, Long.MAX_VALUE, SeqRanges.EMPTY);
  }

  @Test
  void aFoldThatNoEventCanHoldIsTriedWithFewerBlocksEachTime() {
    byte[] tooLarge = new byte[3 << 20];
    Give all = new Give(How.FOLD, 7_000, given.getRef());
    relief.on(all, state, moment(SeqRanges.EMPTY));
    for (int count = 3; count > 1; count = reads.get(reads.size() - 1).length) {
      assertThat(reads.get(reads.size() - 1)).hasSize(count);
      int before = reads.size();
      relief.on(
          new Taken(all, blocks(count), new byte[0], tooLarge), state, moment(SeqRanges.EMPTY));
      assertThat(reads).hasSize(before + 1);
      assertThat(reads.get(before).length).isLessThan(count);
    }
    relief.on(new Taken(all, blocks(1), new byte[0], tooLarge), state, moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage()).isEqualTo(new Given(Lane.INSIGHT, How.FOLD, 0, true, false));
  }

  @Test
  void whatIsNotWorthFoldingIsLeftAndWhatFollowsIsFolded() {
    Give some = new Give(How.FOLD, 3_000, given.getRef());
    relief.on(some, state, moment(SeqRanges.EMPTY));
    relief.on(new Taken(some, blocks(1), new byte[0], null), state, moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage()).isEqualTo(new Given(Lane.INSIGHT, How.FOLD, 0, true, false));
    relief.on(some, state, moment(SeqRanges.EMPTY));
    assertThat(reads.get(1)).containsExactly(2);
    // Nothing of it can be read.
    relief.on(new Taken(some, List.of(), new byte[0], null), state, moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage().again()).isTrue();
    relief.on(some, state, moment(SeqRanges.EMPTY));
    assertThat(reads.get(2)).containsExactly(3);
    relief.on(
        new Taken(
            some, state.blocks().after(20, 1, Long.MAX_VALUE, SeqRanges.EMPTY), new byte[0], null),
        state,
        moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage().again()).isTrue();
    relief.on(some, state, moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage())
        .as("there is nothing to fold")
        .isEqualTo(new Given(Lane.INSIGHT, How.FOLD, 0, false, false));
    relief.on(some, state, moment(SeqRanges.EMPTY));
    assertThat(reads.get(3)).as("later it is looked at again").containsExactly(1, 2);
  }

  @Test
  void whatTheHubHoldsIsNotReadToBeGivenUp() {
    Give all = new Give(How.DROP, 7_000, given.getRef());
    relief.on(all, state, moment(SeqRanges.of(new SeqRange(1, 10))));
    assertThat(reads).hasSize(1);
    assertThat(reads.get(0)).containsExactly(2, 3);
  }

  @Test
  void foldingWaitsForFoldsThatAreNotMovedAndTheKeeperHearsWhenOneIs() {
    TestProbe<DiskKeeper.Command> keeper = kit.createTestProbe(DiskKeeper.Command.class);
    relief.on(
        new LaneRelief.Limits(1 << 20, 2 << 20, keeper.getRef()), state, moment(SeqRanges.EMPTY));
    for (int i = 4; i < 4 + 16; i++) {
      SeqRange seqs = new SeqRange(10L * i - 9, 10L * i);
      LossRecord loss =
          new LossRecord(Lane.INSIGHT, i, SeqRanges.of(seqs), LossReason.FOLDED, 0, new byte[0]);
      state.apply(i, new LaneEvent.RangeFolded(loss, new byte[10]));
    }
    Give fold = new Give(How.FOLD, 7_000, given.getRef());
    relief.on(fold, state, moment(SeqRanges.EMPTY));
    assertThat(given.receiveMessage()).isEqualTo(new Given(Lane.INSIGHT, How.FOLD, 0, false, true));
    assertThat(reads).isEmpty();

    LaneEvent moved =
        relief.on(
            new LaneRelief.Moved(4, kit.system().ignoreRef()), state, moment(SeqRanges.EMPTY));
    state.apply(20, Objects.requireNonNull(moved));
    relief.written(state);
    keeper.expectMessage(DiskKeeper.FoldMoves.INSTANCE);
    relief.on(fold, state, moment(SeqRanges.EMPTY));
    assertThat(reads).hasSize(1);
  }

  @Test
  void whoSaysTwiceThatAFoldIsMovedIsAnsweredTwice() {
    TestProbe<FoldMover.Folds> folds = kit.createTestProbe(FoldMover.Folds.class);
    LaneRelief.Moved moved = new LaneRelief.Moved(2, folds.getRef());
    assertThat(relief.on(moved, state, moment(SeqRanges.EMPTY))).isNull();
    assertThat(folds.receiveMessage().eventNrs()).isEmpty();
  }
}
