package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Applied;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Apply;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Decode;
import io.ebbmesh.sync.insight.ingest.IngestMachine.DecodeDone;
import io.ebbmesh.sync.insight.ingest.IngestMachine.FrameIn;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Input;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Output;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Room;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.session.CreditWindow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecodeBudgetTest {

  private final DecodeBudget budget = new DecodeBudget(100);
  private final List<String> woken = new ArrayList<>();

  private DecodeBudget.Share share(String name) {
    return budget.join(() -> woken.add(name));
  }

  @Test
  void all_together_take_no_more_than_the_limit_and_take_turns_for_the_rest() {
    DecodeBudget.Share greedy = share("greedy");
    DecodeBudget.Share other = share("other");
    assertThat(greedy.take(60)).isTrue();
    assertThat(other.take(50)).isFalse();
    assertThat(greedy.take(40)).as("there is room, and it is not its turn").isFalse();
    assertThat(budget.taken()).isEqualTo(60);
    greedy.keep(40);
    assertThat(woken).containsExactly("other");
    assertThat(other.take(50)).isTrue();
    assertThat(woken).as("40 + 50 + 40 is too much").containsExactly("other");
    other.keep(0);
    assertThat(woken).containsExactly("other", "greedy");
    assertThat(greedy.take(40)).isTrue();
  }

  @Test
  void a_block_above_the_limit_is_let_in_alone() {
    DecodeBudget.Share one = share("one");
    DecodeBudget.Share large = share("large");
    assertThat(one.take(1)).isTrue();
    assertThat(large.take(500)).isFalse();
    one.keep(0);
    assertThat(large.take(500)).isTrue();
    assertThat(one.take(1)).isFalse();
  }

  @Test
  void one_that_ends_or_does_not_wait_any_more_holds_nobody_up() {
    DecodeBudget.Share holder = share("holder");
    DecodeBudget.Share quitter = share("quitter");
    DecodeBudget.Share ended = share("ended");
    DecodeBudget.Share last = share("last");
    assertThat(holder.take(90)).isTrue();
    assertThat(quitter.take(20)).isFalse();
    assertThat(ended.take(20)).isFalse();
    assertThat(last.take(5)).isFalse();
    quitter.withdraw();
    ended.close();
    assertThat(woken).containsExactly("last");
    assertThat(last.take(5)).isTrue();
    assertThat(ended.take(1)).isFalse();
    holder.close();
    last.close();
    assertThat(budget.taken()).isZero();
  }

  @Test
  void sessions_whose_store_does_not_answer_decode_no_more_than_the_limit_and_all_get_on() {
    List<IngestMachine> sessions = new ArrayList<>();
    List<Integer> turns = new ArrayList<>();
    List<Output> open = new ArrayList<>();
    List<Integer> whose = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      sessions.add(
          new IngestMachine(
              new Standing(
                  new NodeId("node-" + i),
                  Samples.INCARNATION,
                  Ancestry.NONE,
                  EnumSet.of(Lane.INSIGHT),
                  Map.of(),
                  Map.of()),
              CreditWindow.fixed(1 << 20),
              IngestDriver.SETTINGS,
              budget.join(() -> turns.add(number)),
              new io.ebbmesh.sync.clock.SeededChance(1),
              0));
      for (long first = 1; first <= 91; first += 30) {
        feed(sessions, i, push(first, first + 29), open, whose);
      }
    }
    assertThat(budget.taken()).isEqualTo(90);
    int[] stored = new int[8];
    // The store answers at last, one after the other.
    while (!open.isEmpty()) {
      Output output = open.remove(0);
      int session = whose.remove(0);
      if (output instanceof Decode decode) {
        feed(sessions, session, decoded(decode), open, whose);
      } else if (output instanceof Apply apply) {
        stored[session]++;
        var seqs = ((io.ebbmesh.sync.insight.store.InsightStore.StoreBlock) apply.change()).seqs();
        Cursor now =
            new Cursor(apply.change().expected().plus(seqs), Samples.ranges(), Samples.ranges(), 0);
        feed(
            sessions,
            session,
            new Applied(apply.change().lane(), apply.id(), new Outcome(true, now)),
            open,
            whose);
      }
      assertThat(budget.taken()).isLessThanOrEqualTo(100);
      while (!turns.isEmpty()) {
        feed(sessions, turns.remove(0), new Room(), open, whose);
      }
    }
    assertThat(stored).containsOnly(4);
    assertThat(budget.taken()).isZero();
  }

  private static void feed(
      List<IngestMachine> sessions,
      int session,
      Input input,
      List<Output> open,
      List<Integer> whose) {
    for (Output output : sessions.get(session).on(0, input)) {
      open.add(output);
      whose.add(session);
    }
  }

  private static FrameIn push(long first, long last) {
    return new FrameIn(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(first, last), new byte[10]));
  }

  private static DecodeDone decoded(Decode decode) {
    SeqRange seqs = decode.push().seqs();
    return new DecodeDone(
        decode.lane(),
        decode.id(),
        new Decoded.Good(
            Samples.BASE,
            io.ebbmesh.protocol.block.Digest.of(new byte[1]),
            Samples.insights(seqs)));
  }
}
