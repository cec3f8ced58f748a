package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.insight.ingest.IngestMachine.Output;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * One lane of one session, or what one incarnation names of it: submits changes in the order
 * received, several at a time, each expecting what the one before leaves behind; acknowledges from
 * the front, only what is durable.
 *
 * <pre>
 * mode       input                                  next
 * FLOWING    outcome applied                        FLOWING
 * FLOWING    outcome not applied                    SETTLING
 * FLOWING    change failed                          FAILING
 * SETTLING   last answer under way                  FLOWING, planning from the cursor learnt
 * FAILING    last answer under way                  PAUSED
 * PAUSED     wait is over                           REREADING
 * REREADING  cursor                                 FLOWING, planning from it
 * REREADING  no cursor                              PAUSED
 * FLOWING    front is too new                       STOPPED, for the rest of the session
 * </pre>
 */
final class LaneIngest {

  /** What the lane is doing. */
  enum Mode {
    FLOWING,
    SETTLING,
    FAILING,
    PAUSED,
    REREADING,
    STOPPED
  }

  private final LaneKey lane;
  private final boolean own;

  /** Not answered yet, by id, in the order received. */
  private final LinkedHashMap<Long, Item> items = new LinkedHashMap<>();

  /** Of these, those that wait to be submitted, and those that wait to be decoded. */
  private final Deque<Item> unsubmitted = new ArrayDeque<>();

  private final Deque<Item> undecoded = new ArrayDeque<>();
  private Mode mode = Mode.FLOWING;
  private SeqRanges durable;
  private long durableLossId;
  private SeqRanges planned;
  private int underWay;
  private int waitingLosses;
  private long decodedInsights;

  /**
   * @param own whether the numbers are those of the session's incarnation, not of an ancestor; only
   *     then are the numbers of loss records its own, too
   */
  LaneIngest(LaneKey lane, boolean own, SeqRanges held) {
    this.lane = lane;
    this.own = own;
    this.durable = held;
    this.planned = held;
  }

  LaneKey key() {
    return lane;
  }

  Mode mode() {
    return mode;
  }

  int waitingLosses() {
    return waitingLosses;
  }

  /** Insights that are decoded, or soon will be, and are still needed. */
  long decodedInsights() {
    return decodedInsights;
  }

  void add(Item item) {
    if (item.step == Item.Step.RECEIVED) {
      undecoded.add(item);
    }
    waitingLosses += item.lossId() > 0 ? 1 : 0;
    items.put(item.id, item);
    unsubmitted.add(item);
  }

  /** How many insights the next block to decode has; 0 if there is none. */
  long nextToDecode() {
    Item next = undecoded.peek();
    return next == null ? 0 : next.insights();
  }

  /** The next block to decode; there must be one. */
  Item startDecoding() {
    Item next = undecoded.remove();
    next.step = Item.Step.DECODING;
    next.countsAsDecoded = true;
    decodedInsights += next.insights();
    return next;
  }

  void decoded(long id, Decoded decoded) {
    Item item = items.get(id);
    if (item != null && item.step == Item.Step.DECODING) {
      item.decoded = decoded;
      item.step = Item.Step.READY;
    }
  }

  void applied(long id, Outcome outcome) {
    learn(outcome.cursor());
    Item item = items.get(id);
    if (item != null) {
      item.conflicts = outcome.conflicts();
    }
    answered(id, outcome.applied() ? Item.Step.PLANNED : Item.Step.READY);
    if (!outcome.applied() && mode == Mode.FLOWING) {
      mode = Mode.SETTLING;
    }
  }

  void failed(long id) {
    answered(id, Item.Step.READY);
    if (mode != Mode.STOPPED) {
      mode = Mode.FAILING;
    }
  }

  private void answered(long id, Item.Step step) {
    underWay--;
    Item item = items.get(id);
    if (item != null) {
      item.step = step;
    }
  }

  /** The lane pauses now, if all answers to what failed are there. */
  boolean pauseIfSettled() {
    boolean pauses = mode == Mode.FAILING && underWay == 0;
    if (pauses) {
      mode = Mode.PAUSED;
    }
    return pauses;
  }

  void reread() {
    if (mode == Mode.PAUSED) {
      mode = Mode.REREADING;
    }
  }

  void cursorRead(Cursor cursor) {
    learn(cursor);
    if (mode == Mode.REREADING) {
      replan();
    }
  }

  void cursorUnknown() {
    if (mode == Mode.REREADING) {
      mode = Mode.PAUSED;
    }
  }

  private void learn(Cursor cursor) {
    // Answers of one lane may overtake each other only in what they say, never in what is durable.
    durable = durable.plus(cursor.held());
    durableLossId = Math.max(durableLossId, cursor.lossId());
  }

  private void replan() {
    mode = Mode.FLOWING;
    planned = durable;
    unsubmitted.clear();
    undecoded.clear();
    for (Item item : items.values()) {
      if (item.step == Item.Step.PLANNED && !item.isCoveredBy(durable, durableLossId)) {
        boolean needsDecoding = item.decoded == null && item.lossId() == 0;
        item.step = needsDecoding ? Item.Step.RECEIVED : Item.Step.READY;
      }
      if (item.step == Item.Step.RECEIVED) {
        undecoded.add(item);
      }
      unsubmitted.add(item);
    }
  }

  /** Acknowledges, refuses and submits what can be. Returns the credit given back. */
  long proceed(List<Output> out) {
    if (mode == Mode.SETTLING && underWay == 0) {
      replan();
    }
    long credit = acknowledge(out);
    if (mode == Mode.FLOWING) {
      submit(out);
      credit += acknowledge(out);
      credit += stopAtTooNew(out);
    }
    return credit;
  }

  private void submit(List<Output> out) {
    while (!unsubmitted.isEmpty() && unsubmitted.peek().isPastDecoding()) {
      Item item = unsubmitted.remove();
      if (item.step == Item.Step.READY && item.isSettledBy(planned, durableLossId)) {
        item.step = Item.Step.PLANNED;
      } else if (item.step == Item.Step.READY) {
        item.step = Item.Step.SUBMITTED;
        underWay++;
        out.add(new IngestMachine.Apply(item.id, item.change(lane, planned)));
        planned = planned.plus(item.seqs);
      }
    }
  }

  private long acknowledge(List<Output> out) {
    SeqRanges held = SeqRanges.EMPTY;
    long lossId = 0;
    long credit = 0;
    long total = 0;
    boolean any = false;
    Iterator<Item> front = items.values().iterator();
    while (front.hasNext()) {
      Item item = front.next();
      if (item.step != Item.Step.PLANNED || !item.isCoveredBy(durable, durableLossId)) {
        break;
      }
      front.remove();
      item.done = true;
      forget(item);
      tellTrouble(item, out);
      any |= own || item.lossId() == 0;
      lossId = Math.max(lossId, item.lossId());
      credit += item.creditBytes();
      if (item.frame instanceof Frame.BlockPush) {
        held = held.plus(item.seqs);
      }
      if (held.ranges().size() == SessionLimits.MAX_RANGES) {
        out.add(ack(held, lossId, credit));
        total += credit;
        held = SeqRanges.EMPTY;
        credit = 0;
        any = false;
      }
    }
    if (any) {
      out.add(ack(held, lossId, credit));
    }
    return total + credit;
  }

  private IngestMachine.Send ack(SeqRanges held, long lossId, long credit) {
    long told = own ? Math.max(lossId, durableLossId) : 0;
    return new IngestMachine.Send(new Frame.Ack(lane.lane(), held, told, credit));
  }

  private static void tellTrouble(Item item, List<Output> out) {
    if (item.decoded instanceof Decoded.Damaged damaged) {
      out.add(new IngestMachine.Troubled(Trouble.DAMAGED, item.seqs + ": " + damaged.problem()));
    } else if (!item.conflicts.isEmpty()) {
      out.add(
          new IngestMachine.Troubled(
              Trouble.CONFLICT, "other insights are stored under " + item.conflicts));
    }
  }

  private void forget(Item item) {
    waitingLosses -= item.lossId() > 0 ? 1 : 0;
    decodedInsights -= item.countsAsDecoded ? item.insights() : 0;
  }

  private long stopAtTooNew(List<Output> out) {
    Item front = unsubmitted.peek();
    boolean isFirst = front != null && items.values().iterator().next() == front;
    if (!isFirst || !(front.decoded instanceof Decoded.TooNew tooNew)) {
      return 0;
    }
    SeqRange seqs = front.seqs.ranges().get(0);
    out.add(
        new IngestMachine.Send(
            new Frame.BlockRefused(
                lane.lane(), seqs, Frame.RefusalReason.UPGRADE_HUB, tooNew.problem())));
    out.add(new IngestMachine.Troubled(Trouble.TOO_NEW, tooNew.problem()));
    return stop();
  }

  /** Forgets everything and takes nothing more. Returns the credit given back. */
  long stop() {
    mode = Mode.STOPPED;
    long credit = 0;
    for (Item item : items.values()) {
      credit += item.creditBytes();
    }
    items.clear();
    unsubmitted.clear();
    undecoded.clear();
    decodedInsights = 0;
    waitingLosses = 0;
    return credit;
  }
}
