package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One lane on its way up. In each session it starts from the oldest block that neither the lane nor
 * the hub knows as acknowledged, and goes through named → reading → in flight; loss records go
 * before blocks. Everything but what is acknowledged is forgotten at the end of a session.
 */
final class LaneUplink {

  private final Lane lane;
  private final UplinkSettings settings;

  private @Nullable LaneHead head;
  private SeqRanges acknowledged = SeqRanges.EMPTY;

  private boolean stopped;
  private long position;
  private long emptyBeforeSeq;
  private boolean asked;
  private long notBeforeNanos;
  private final Deque<BlockRef> named = new ArrayDeque<>();
  private final Map<Long, BlockRef> reading = new LinkedHashMap<>();
  private long readId;
  private final TreeMap<Long, BlockRef> inFlight = new TreeMap<>();
  private long lossSent;
  private long lossHeld;

  LaneUplink(Lane lane, UplinkSettings settings) {
    this.lane = lane;
    this.settings = settings;
  }

  boolean isKnown() {
    return head != null;
  }

  /** Highest sequence number accepted; 0 if none. */
  long headSeq() {
    return head == null ? 0 : head.nextSeq() - 1;
  }

  /**
   * Where this lane parts from the store that the hub knows.
   *
   * @param told by the hub; null if the other store never wrote to this lane
   */
  long forkPoint(@Nullable Long told) {
    long next = headSeq() + 1;
    List<SeqRange> held = acknowledged.ranges();
    // What was acknowledged was not another insight's number, so it stays where it is.
    long settled = held.isEmpty() || held.get(0).first() > 1 ? 0 : held.get(0).last();
    return told == null ? next : Math.min(next, Math.max(told, settled + 1));
  }

  boolean hasUnanswered() {
    return !inFlight.isEmpty() || lossSent > lossHeld;
  }

  /** When to look again after a failed reading; 0 if nothing waits. */
  long notBeforeNanos() {
    return notBeforeNanos;
  }

  void lookAgainFrom(long nowNanos) {
    if (notBeforeNanos <= nowNanos) {
      notBeforeNanos = 0;
    }
  }

  int blocksUnderWay() {
    return inFlight.size() + reading.size();
  }

  void onHead(LaneHead now) {
    head = now;
    acknowledged = acknowledged.plus(now.acknowledged());
  }

  /** Starts a session from what the hub holds. */
  void start(SeqRanges cursor, List<Output> out) {
    forget();
    SeqRanges news = cursor.minus(acknowledged);
    acknowledged = acknowledged.plus(cursor);
    if (!news.isEmpty()) {
      out.add(new UplinkMachine.Acknowledge(lane, cursor, 0));
    }
  }

  /** Forgets the session. */
  void forget() {
    stopped = false;
    position = 0;
    emptyBeforeSeq = 0;
    asked = false;
    notBeforeNanos = 0;
    named.clear();
    reading.clear();
    inFlight.clear();
    lossSent = 0;
    lossHeld = 0;
  }

  void onBlocks(HeldBlocks answer, boolean live) {
    if (!live || !asked || answer.afterSeq() != position) {
      return;
    }
    asked = false;
    for (BlockRef ref : answer.blocks()) {
      position = ref.seqs().last();
      named.add(ref);
    }
    if (answer.blocks().isEmpty() && head != null) {
      emptyBeforeSeq = head.nextSeq();
    }
  }

  /** Sends new loss records. Returns whether all known ones are sent. */
  boolean sendLosses(List<Output> out) {
    if (head == null || stopped) {
      return false;
    }
    int underWay = 0;
    for (LossRecord loss : head.losses()) {
      if (loss.id() <= lossHeld) {
        continue;
      }
      underWay++;
      if (loss.id() > lossSent) {
        if (underWay > settings.maxLossesInFlight()) {
          return false;
        }
        lossSent = loss.id();
        out.add(new UplinkMachine.Send(new Frame.LossDeclared(loss)));
      }
    }
    return true;
  }

  /** Asks for names of further blocks if there may be some. */
  void askForBlocks(List<Output> out) {
    if (head == null || stopped || asked || !named.isEmpty() || notBeforeNanos > 0) {
      return;
    }
    if (position < head.nextSeq() - 1 && emptyBeforeSeq < head.nextSeq()) {
      asked = true;
      out.add(
          new UplinkMachine.AskForBlocks(
              lane, position, settings.maxReadBlocks(), settings.maxReadBytes()));
    }
  }

  /**
   * Starts to read the next named blocks that fit.
   *
   * @param credit bytes that may be taken
   * @param mayExceed whether a single block above the credit may go
   * @param room blocks that may be taken
   * @return bytes taken
   */
  long read(long credit, boolean mayExceed, int room, List<Output> out) {
    if (stopped || !reading.isEmpty()) {
      return 0;
    }
    List<BlockRef> run = new ArrayList<>();
    long bytes = 0;
    for (BlockRef next = named.peek(); next != null; next = named.peek()) {
      if (acknowledged.containsAll(next.seqs()) || next.equals(inFlight.get(next.seqs().first()))) {
        named.remove();
        continue;
      }
      boolean fits = bytes + next.bytes() <= credit || (mayExceed && run.isEmpty());
      // Blocks that were merged stand later in the journal than their neighbours.
      boolean follows = run.isEmpty() || run.get(run.size() - 1).eventNr() < next.eventNr();
      if (!fits || !follows || run.size() >= room) {
        break;
      }
      run.add(named.remove());
      bytes += next.bytes();
    }
    if (!run.isEmpty()) {
      readId++;
      run.forEach(ref -> reading.put(ref.eventNr(), ref));
      out.add(new UplinkMachine.Read(lane, readId, run));
    }
    return bytes;
  }

  /** Pushes a block that was read; null if it is not wanted any more. */
  @Nullable BlockRef push(long ofRead, long eventNr, byte[] block, List<Output> out) {
    if (ofRead != readId) {
      return null;
    }
    BlockRef ref = reading.remove(eventNr);
    if (ref != null) {
      inFlight.put(ref.seqs().first(), ref);
      out.add(new UplinkMachine.Send(new Frame.BlockPush(lane, ref.seqs(), block)));
    }
    return ref;
  }

  /**
   * A reading is over. What it did not give is reported, if the journal says that it has no more,
   * and looked for again a little later.
   *
   * @return bytes that were taken for it and not used
   */
  long readOver(long ofRead, boolean complete, long nowNanos, List<Output> out) {
    if (ofRead != readId || reading.isEmpty()) {
      return 0;
    }
    long bytes = 0;
    long first = Long.MAX_VALUE;
    for (BlockRef ref : reading.values()) {
      bytes += ref.bytes();
      first = Math.min(first, ref.seqs().first());
      if (complete) {
        out.add(new UplinkMachine.ReportUnreadable(lane, ref));
      }
    }
    reading.clear();
    named.clear();
    asked = false;
    position = first - 1;
    emptyBeforeSeq = 0;
    notBeforeNanos = nowNanos + settings.retryDelayNanos();
    return bytes;
  }

  /** Takes an acknowledgement; returns the pushed blocks that it completes. */
  List<BlockRef> acknowledge(Frame.Ack ack, List<Output> out) {
    acknowledged = acknowledged.plus(ack.held());
    lossHeld = Math.max(lossHeld, Math.min(ack.lossId(), lossSent));
    List<BlockRef> done = new ArrayList<>();
    for (SeqRange range : ack.held().ranges()) {
      Long from = inFlight.floorKey(range.first());
      Iterator<BlockRef> touched =
          inFlight
              .subMap(from == null ? range.first() : from, true, range.last(), true)
              .values()
              .iterator();
      while (touched.hasNext()) {
        BlockRef ref = touched.next();
        if (acknowledged.containsAll(ref.seqs())) {
          touched.remove();
          done.add(ref);
        }
      }
    }
    out.add(new UplinkMachine.Acknowledge(lane, ack.held(), ack.lossId()));
    return done;
  }

  /** Stops until the next session; returns the bytes that were taken for blocks under way. */
  long stop() {
    long bytes = 0;
    for (BlockRef ref : inFlight.values()) {
      bytes += ref.bytes();
    }
    for (BlockRef ref : reading.values()) {
      bytes += ref.bytes();
    }
    forget();
    stopped = true;
    // What an old reading still gives is not wanted.
    readId++;
    return bytes;
  }
}
