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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One lane on its way up; loss records go before blocks. Everything but what is acknowledged is
 * forgotten at the end of a session.
 *
 * <pre>
 * at the start of a session     flows
 * little is held                one, from the oldest block on
 * much is held                  one from the oldest block up to the head, and a fresh one from there
 * as many gaps as allowed       one, from the oldest block on: it closes them
 * then
 * the first meets the second    the fresh one alone
 * the one at the head is late   it jumps to the head, and what it left is filled from the oldest on
 * </pre>
 */
final class LaneUplink {

  private final Lane lane;
  private final UplinkSettings settings;
  private final FreshnessMark freshness;

  private @Nullable LaneHead head;
  private SeqRanges acknowledged = SeqRanges.EMPTY;

  private boolean stopped;

  /** Blocks wait, as the link is metered; loss records do not. */
  private boolean heldBack;

  /** They waited until now. */
  private boolean goesOn;

  /** The one that fills from the oldest block first; the last one reaches the head. */
  private final List<LaneFlow> flows = new ArrayList<>();

  /** What has a lower number is history to whoever watches the hub. */
  private long liveFromSeq;

  private long lastReadId;

  /** Sent and not acknowledged, by first sequence number. */
  private final TreeMap<Long, Sent> inFlight = new TreeMap<>();

  private long lossSent;
  private long lossHeld;

  /**
   * A block on its way.
   *
   * @param bytes as it was sent
   */
  record Sent(BlockRef block, int bytes, LaneFlow flow, long atNanos) {}

  LaneUplink(Lane lane, UplinkSettings settings) {
    this.lane = lane;
    this.settings = settings;
    this.freshness = new FreshnessMark(settings.maxStaleNanos());
  }

  Lane lane() {
    return lane;
  }

  boolean isKnown() {
    return head != null;
  }

  /** Highest sequence number accepted; 0 if none. */
  long headSeq() {
    return nextSeq() - 1;
  }

  private long nextSeq() {
    return head == null ? 1 : head.nextSeq();
  }

  List<LaneFlow> flows() {
    return flows;
  }

  /**
   * Where this lane parts from the store that the hub knows.
   *
   * @param told by the hub; null if the other store never wrote to this lane
   */
  long forkPoint(@Nullable Long told) {
    long next = nextSeq();
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
    long first = 0;
    for (LaneFlow flow : flows) {
      long at = flow.notBeforeNanos();
      first = first == 0 || at > 0 && at < first ? at : first;
    }
    return first;
  }

  /** What it costs on a metered link to send what is being read. */
  long costReading() {
    long cost = 0;
    for (LaneFlow flow : flows) {
      cost += Metering.cost(flow.bytesReading(), flow.blocksReading());
    }
    return cost;
  }

  int blocksUnderWay() {
    int underWay = inFlight.size();
    for (LaneFlow flow : flows) {
      underWay += flow.blocksReading();
    }
    return underWay;
  }

  void onHead(LaneHead now) {
    head = now;
    acknowledged = acknowledged.plus(now.acknowledged());
  }

  /** Starts a session from what the hub holds. */
  void start(long nowNanos, SeqRanges cursor, List<Output> out) {
    forget();
    SeqRanges news = cursor.minus(acknowledged);
    acknowledged = acknowledged.plus(cursor);
    if (!news.isEmpty()) {
      out.add(new UplinkMachine.Acknowledge(lane, cursor, 0));
    }
    liveFromSeq = nextSeq();
    freshness.start(nowNanos, nextSeq());
    boolean backlog = head != null && head.heldBytes() >= settings.freshBacklogBytes();
    if (backlog && mayLeaveAGap()) {
      flows.add(oldest(nextSeq()));
      flows.add(new LaneFlow(settings.freshWeight(lane), nextSeq() - 1, LaneFlow.NO_END));
    } else {
      flows.add(new LaneFlow(settings.weight(lane), 0, LaneFlow.NO_END));
    }
  }

  private LaneFlow oldest(long end) {
    return new LaneFlow(settings.backfillWeight(lane), 0, end);
  }

  private boolean mayLeaveAGap() {
    return acknowledged.ranges().size() < settings.maxRanges() - 1;
  }

  /** Forgets the session. */
  void forget() {
    stopped = false;
    heldBack = false;
    goesOn = false;
    flows.clear();
    inFlight.clear();
    lossSent = 0;
    lossHeld = 0;
  }

  /** Whether blocks have to wait from now on, or need not any more. */
  void holdBack(boolean now) {
    goesOn = (heldBack || goesOn) && !now;
    heldBack = now;
  }

  void onBlocks(HeldBlocks answer) {
    for (LaneFlow flow : flows) {
      if (flow.awaits(answer)) {
        flow.onBlocks(answer, nextSeq());
        return;
      }
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

  /** Also of a lane that may not ask now: a wait that is over must not wake anybody again. */
  void endWaits(long nowNanos) {
    flows.forEach(flow -> flow.lookAgainFrom(nowNanos));
  }

  /** Lets flows meet and jump, and asks for names of further blocks where there may be some. */
  void proceed(long nowNanos, List<Output> out) {
    if (head == null || stopped || flows.isEmpty()) {
      return;
    }
    if (heldBack) {
      // It is not late, and what is not asked for may be merged.
      freshness.start(nowNanos, nextSeq());
      return;
    }
    if (goesOn) {
      goesOn = false;
      // The time in which it waited does not make it late.
      freshness.start(nowNanos, nextSeq());
      goOn(head);
    }
    if (flows.size() > 1 && flows.get(0).hasMet()) {
      flows.remove(0);
      flows.get(0).weigh(settings.weight(lane));
    }
    LaneFlow front = flows.get(flows.size() - 1);
    if (freshness.isStale(nowNanos, nextSeq(), front.position()) && mayLeaveAGap()) {
      jump(front);
    }
    for (LaneFlow flow : flows) {
      if (flow.asks(nextSeq())) {
        out.add(
            new UplinkMachine.AskForBlocks(
                lane, flow.position(), settings.maxReadBlocks(), settings.maxReadBytes()));
      }
    }
  }

  /** As at the start of a session: what gathered meanwhile is history. */
  private void goOn(LaneHead known) {
    liveFromSeq = nextSeq();
    LaneFlow front = flows.get(flows.size() - 1);
    boolean behind = front.position() < nextSeq() - 1;
    if (behind && known.heldBytes() >= settings.freshBacklogBytes() && mayLeaveAGap()) {
      jump(front);
    }
  }

  private void jump(LaneFlow front) {
    liveFromSeq = nextSeq();
    if (flows.size() > 1) {
      flows.get(0).extendTo(nextSeq());
    } else {
      LaneFlow filling = oldest(nextSeq());
      filling.catchUp(front.served());
      flows.add(0, filling);
    }
    front.weigh(settings.freshWeight(lane));
    front.jumpTo(nextSeq() - 1);
  }

  /** The block that a flow would read now; null if there is none. */
  @Nullable BlockRef next(LaneFlow flow) {
    return stopped || heldBack || flow.isReading() ? null : flow.next(this::isSettled);
  }

  /** Whether a flow has blocks left, ready or not. */
  boolean isActive(LaneFlow flow) {
    return !stopped && !heldBack && flow.hasMore(nextSeq());
  }

  private boolean isSettled(BlockRef block) {
    Sent sent = inFlight.get(block.seqs().first());
    return sent != null && sent.block().equals(block) || acknowledged.containsAll(block.seqs());
  }

  /**
   * Starts to read the next blocks of a flow that fit.
   *
   * @param mayExceed whether a single block above {@code mostBytes} may go
   * @return bytes taken
   */
  long read(LaneFlow flow, long mostBytes, boolean mayExceed, int mostBlocks, List<Output> out) {
    List<BlockRef> run =
        flow.take(lastReadId + 1, mostBytes, mayExceed, mostBlocks, this::isSettled);
    if (run.isEmpty()) {
      return 0;
    }
    lastReadId++;
    out.add(new UplinkMachine.Read(lane, lastReadId, run));
    return flow.bytesReading();
  }

  /** Pushes a block that was read; null if it is not wanted any more. */
  @Nullable BlockRef push(
      long nowNanos, long ofRead, long eventNr, byte[] block, List<Output> out) {
    for (LaneFlow flow : flows) {
      BlockRef ref = flow.reads(ofRead) ? flow.given(eventNr) : null;
      if (ref != null) {
        inFlight.put(ref.seqs().first(), new Sent(ref, block.length, flow, nowNanos));
        boolean backfilled = ref.seqs().first() < liveFromSeq;
        out.add(new UplinkMachine.Send(new Frame.BlockPush(lane, ref.seqs(), block, backfilled)));
        return ref;
      }
    }
    return null;
  }

  /**
   * A reading is over. What it did not give is reported, if the journal says that it has no more,
   * and looked for again a little later.
   *
   * @return bytes that were taken for it and not used
   */
  long readOver(long ofRead, boolean complete, long nowNanos, List<Output> out) {
    long bytes = 0;
    for (LaneFlow flow : flows) {
      if (flow.reads(ofRead)) {
        for (BlockRef missing : flow.readOver(nowNanos + settings.retryDelayNanos())) {
          bytes += missing.bytes();
          if (complete) {
            out.add(new UplinkMachine.ReportUnreadable(lane, missing));
          }
        }
      }
    }
    return bytes;
  }

  /** Takes an acknowledgement; returns the pushed blocks that it completes. */
  List<Sent> acknowledge(Frame.Ack ack, List<Output> out) {
    acknowledged = acknowledged.plus(ack.held());
    lossHeld = Math.max(lossHeld, Math.min(ack.lossId(), lossSent));
    List<Sent> done = new ArrayList<>();
    for (SeqRange range : ack.held().ranges()) {
      Long from = inFlight.floorKey(range.first());
      Iterator<Map.Entry<Long, Sent>> touched =
          inFlight
              .subMap(from == null ? range.first() : from, true, range.last(), true)
              .entrySet()
              .iterator();
      while (touched.hasNext()) {
        Sent sent = touched.next().getValue();
        if (acknowledged.containsAll(sent.block().seqs())) {
          touched.remove();
          sent.flow().acknowledged();
          done.add(sent);
        }
      }
    }
    out.add(new UplinkMachine.Acknowledge(lane, ack.held(), ack.lossId()));
    return done;
  }

  /** Stops until the next session; returns the bytes that were taken for blocks under way. */
  long stop() {
    long bytes = 0;
    for (Sent sent : inFlight.values()) {
      bytes += sent.bytes();
    }
    for (LaneFlow flow : flows) {
      bytes += flow.bytesReading();
    }
    forget();
    stopped = true;
    return bytes;
  }
}
