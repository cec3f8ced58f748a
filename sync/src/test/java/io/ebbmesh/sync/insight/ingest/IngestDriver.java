package io.ebbmesh.sync.insight.ingest;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.session.CreditWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Ingest of one session for tests: the machine, with decoding and the store's answers as steps that
 * the test takes.
 */
public final class IngestDriver {

  public static final IngestSettings SETTINGS =
      IngestSettings.of(ConfigFactory.defaultReference().getConfig("ebbmesh.sync"));

  private final InsightStore store;
  private final Standing standing;
  private final IngestMachine machine;
  private final List<Trouble> troubles = new ArrayList<>();
  private final Consumer<Frame> sender;
  private final Deque<IngestMachine.Decode> decodes = new ArrayDeque<>();
  private final Deque<IngestMachine.Input> answers = new ArrayDeque<>();
  private String gaveUp = "";

  public IngestDriver(
      InsightStore store,
      NodeId node,
      Incarnation incarnation,
      Map<Lane, SeqRanges> held,
      long creditBytes,
      Chance chance,
      Consumer<Frame> sender) {
    this(
        store,
        new Standing(
            node,
            incarnation,
            Ancestry.NONE,
            EnumSet.of(Lane.ALARM, Lane.INSIGHT),
            Map.of(Lane.INSIGHT, 100L),
            held),
        creditBytes,
        chance,
        sender);
  }

  IngestDriver(
      InsightStore store,
      Standing standing,
      long creditBytes,
      Chance chance,
      Consumer<Frame> sender) {
    this.store = store;
    this.standing = standing;
    this.machine =
        new IngestMachine(
            standing,
            CreditWindow.fixed(creditBytes),
            SETTINGS,
            new DecodeBudget(Long.MAX_VALUE).join(() -> {}),
            chance,
            0);
    this.sender = sender;
  }

  List<Trouble> troubles() {
    return troubles;
  }

  public void frame(long nowNanos, Frame frame) {
    feed(nowNanos, new IngestMachine.FrameIn(frame));
  }

  /** Lets one block be decoded. Returns false if none waits. */
  public boolean decode(long nowNanos) {
    IngestMachine.Decode next = decodes.poll();
    if (next != null) {
      feed(nowNanos, new IngestMachine.DecodeDone(next.lane(), next.id(), Decoded.of(next.push())));
    }
    return next != null;
  }

  /** Takes one answer of the store. Returns false if none is there. */
  public boolean answer(long nowNanos) {
    IngestMachine.Input next = answers.poll();
    if (next != null) {
      feed(nowNanos, next);
    }
    return next != null;
  }

  public void wake(long nowNanos) {
    if (machine.wakeAtNanos() <= nowNanos) {
      feed(nowNanos, new IngestMachine.Wake());
    }
  }

  public long outstandingBytes() {
    return machine.outstandingBytes();
  }

  /** Why the session was given up; empty if it was not. */
  public String gaveUp() {
    return gaveUp;
  }

  private void feed(long nowNanos, IngestMachine.Input input) {
    for (IngestMachine.Output output : machine.on(nowNanos, input)) {
      if (output instanceof IngestMachine.Send send) {
        sender.accept(send.frame());
      } else if (output instanceof IngestMachine.Decode decode) {
        decodes.add(decode);
      } else if (output instanceof IngestMachine.Apply apply) {
        apply(apply);
      } else if (output instanceof IngestMachine.ReadCursors) {
        readCursors();
      } else if (output instanceof IngestMachine.Troubled troubled) {
        troubles.add(troubled.kind());
      } else if (output instanceof IngestMachine.GiveUp giveUp) {
        gaveUp = giveUp.reason();
      }
    }
  }

  private void readCursors() {
    CompletionStage<Map<LaneKey, Cursor>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    List<Incarnation> incarnations = new ArrayList<>(List.of(standing.incarnation()));
    standing.ancestry().ancestors().forEach(each -> incarnations.add(each.incarnation()));
    for (Incarnation each : incarnations) {
      all =
          all.thenCombine(
              store.cursors(standing.node(), each),
              (known, cursors) -> {
                cursors.forEach(
                    (lane, cursor) -> known.put(new LaneKey(standing.node(), each, lane), cursor));
                return known;
              });
    }
    answerLater(all, IngestMachine.CursorsRead::new, new IngestMachine.CursorsUnknown("crashed"));
  }

  private void apply(IngestMachine.Apply apply) {
    Change change = apply.change();
    LaneKey lane = change.lane();
    answerLater(
        store.apply(change),
        outcome -> new IngestMachine.Applied(lane, apply.id(), outcome),
        new IngestMachine.ApplyFailed(lane, apply.id(), "crashed"));
  }

  private <T> void answerLater(
      CompletionStage<T> stage,
      java.util.function.Function<T, IngestMachine.Input> good,
      IngestMachine.Input failed) {
    stage.whenComplete(
        (result, failure) -> answers.add(failure == null ? good.apply(result) : failed));
  }
}
