package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what goes up and when, fed with (now, input). The flows of all lanes share the link as
 * {@link FlowTurns} says; how much is on its way is bounded by the hub's credit and by {@link
 * SendWindow}; on a metered link, bulk lanes wait as {@link Metering} says.
 *
 * <pre>
 * state    input                   next    what happens
 * OFFLINE  Up                      LIVE    lanes start from the hub's cursors
 * LIVE     Ack                     LIVE    credit comes back, the lane's log is told
 * LIVE     BlockRefused            LIVE    its lane stops until the next session
 * LIVE     Heartbeat, store away   LIVE    the deadline of progress starts again
 * LIVE     Wake, no progress       OFFLINE GiveUp; then Down comes
 * LIVE     Wake, lanes may go      LIVE    those that waited on a metered link go on
 * LIVE     Down                    OFFLINE lanes forget everything but what is acknowledged
 * any      LaneHead                same    the lane is watched again
 * </pre>
 */
final class UplinkMachine {

  /** What happens. */
  sealed interface Input {}

  record Up(Frame.Welcome welcome) implements Input {}

  /** An {@link Frame.Ack}, {@link Frame.BlockRefused} or {@link Frame.Heartbeat}. */
  record FrameIn(Frame frame) implements Input {}

  record Down() implements Input {}

  /** The hub takes the store for a copy, whose lanes parted where it says. */
  record Forked(Map<Lane, Long> forkPoints) implements Input {}

  record HeadIn(LaneHead head) implements Input {}

  record BlocksIn(HeldBlocks blocks) implements Input {}

  /** One block of a {@link Read}, in its order. */
  record BlockRead(Lane lane, long readId, long eventNr, byte[] block) implements Input {}

  /**
   * A {@link Read} is over.
   *
   * @param complete whether the journal was read to the end of the run, so that what did not come
   *     is not there
   */
  record ReadOver(Lane lane, long readId, boolean complete) implements Input {}

  /** What the clock says; before {@link Up} and {@link Wake}. */
  record TimeIs(BootTime time) implements Input {}

  record Wake() implements Input {}

  /** What is to be done, in order. */
  sealed interface Output {}

  record Watch(Lane lane, long knownRevision) implements Output {}

  /** Nothing that the lane told is on its way any more. */
  record StartOver(Lane lane) implements Output {}

  record AskForBlocks(Lane lane, long afterSeq, int maxBlocks, long maxBytes) implements Output {}

  /** Read these from the journal, ascending by event number. */
  record Read(Lane lane, long readId, List<BlockRef> blocks) implements Output {}

  record ReportUnreadable(Lane lane, BlockRef block) implements Output {}

  record Acknowledge(Lane lane, SeqRanges held, long lossId) implements Output {}

  /** What the next Hello says. */
  record Standing(Map<Lane, Long> heads) implements Output {}

  /** The store has to go on as a new incarnation, from these numbers on. */
  record Rehome(Map<Lane, Long> forkPoints) implements Output {}

  record Send(Frame frame) implements Output {}

  record GiveUp(String reason) implements Output {}

  /** To be written down: what was spent on a metered link. */
  record Remember(Metering.Spent spent) implements Output {}

  /** What bulk lanes wait for now, as it changed. */
  record Waiting(Uplink.WaitsFor what) implements Output {}

  /** Nothing is due. */
  static final long NEVER = Long.MAX_VALUE;

  private final UplinkSettings settings;
  private final Map<Lane, LaneUplink> lanes = new EnumMap<>(Lane.class);
  private final List<LaneUplink> all = new ArrayList<>();
  private final SendWindow window;
  private final FlowTurns turns = new FlowTurns(all);
  private final Metering metering;
  private final MeteredLanes metered;
  private final Progress progress;

  private boolean live;
  private long creditBytes;
  private long usedBytes;

  private Map<Lane, Long> standing = new EnumMap<>(Lane.class);

  private long blocksSent;
  private long insightsSent;
  private long bytesSent;
  private long insightsAcknowledged;
  private long bytesAcknowledged;
  private long lossesSent;

  /**
   * @param spent of the budget of a metered link, as far as it was written down
   */
  UplinkMachine(List<Lane> lanes, UplinkSettings settings, Metering.Spent spent) {
    this.settings = settings;
    this.metering = new Metering(settings.metered(), spent);
    this.progress = new Progress(settings);
    this.metered = new MeteredLanes(all, metering);
    this.window =
        new SendWindow(
            settings.firstWindowBytes(),
            settings.minWindowBytes(),
            settings.queueTargetNanos(),
            settings.delayMemoryNanos());
    for (Lane lane : lanes) {
      LaneUplink uplink = new LaneUplink(lane, settings);
      this.lanes.put(lane, uplink);
      all.add(uplink);
    }
  }

  /** Starts to watch all lanes. */
  List<Output> start() {
    List<Output> out = new ArrayList<>();
    startOver(out);
    lanes.keySet().forEach(lane -> out.add(new Watch(lane, -1)));
    return out;
  }

  private void startOver(List<Output> out) {
    lanes.keySet().forEach(lane -> out.add(new StartOver(lane)));
  }

  /** When to feed {@link Wake} at the latest; {@link #NEVER} if nothing is due. */
  long wakeAtNanos() {
    long at = live ? metered.goOnAtNanos() : NEVER;
    if (live) {
      for (LaneUplink lane : all) {
        if (lane.hasUnanswered()) {
          at = Math.min(at, progress.dueNanos());
        }
        if (lane.notBeforeNanos() > 0) {
          at = Math.min(at, lane.notBeforeNanos());
        }
      }
    }
    return at;
  }

  Uplink.Totals totals(long nowNanos) {
    return new Uplink.Totals(
        blocksSent,
        insightsSent,
        bytesSent,
        insightsAcknowledged,
        bytesAcknowledged,
        lossesSent,
        live ? usedBytes : 0,
        metering.spentBytes(nowNanos),
        metered.waitsFor());
  }

  long windowBytes() {
    return window.bytes();
  }

  List<Output> on(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>();
    if (input instanceof BlockRead read) {
      onBlockRead(nowNanos, read, out);
    } else if (input instanceof FrameIn in) {
      onFrame(nowNanos, in.frame(), out);
    } else if (input instanceof HeadIn in) {
      onHead(in.head(), out);
    } else if (input instanceof BlocksIn in) {
      lane(in.blocks().lane()).onBlocks(nowNanos, in.blocks());
    } else if (input instanceof ReadOver over) {
      usedBytes -= lane(over.lane()).readOver(over.readId(), over.complete(), nowNanos, out);
    } else if (input instanceof Up up) {
      onUp(nowNanos, up.welcome(), out);
    } else if (input instanceof Down) {
      onDown(out);
    } else if (input instanceof Forked forked) {
      onForked(forked.forkPoints(), out);
    } else if (input instanceof Wake) {
      onWake(nowNanos, out);
    } else if (input instanceof TimeIs is) {
      metering.onTime(is.time());
      return out;
    }
    if (live) {
      proceed(nowNanos, out);
    }
    return out;
  }

  private LaneUplink lane(Lane lane) {
    LaneUplink uplink = lanes.get(lane);
    if (uplink == null) {
      throw new IllegalArgumentException("this node has no lane " + lane.id());
    }
    return uplink;
  }

  private void onUp(long nowNanos, Frame.Welcome welcome, List<Output> out) {
    live = true;
    creditBytes = welcome.creditBytes();
    usedBytes = 0;
    progress.start(nowNanos);
    window.start(nowNanos, creditBytes);
    lanes.forEach(
        (lane, uplink) ->
            uplink.start(nowNanos, welcome.cursors().getOrDefault(lane, SeqRanges.EMPTY), out));
  }

  private void onDown(List<Output> out) {
    live = false;
    all.forEach(LaneUplink::forget);
    startOver(out);
    tellStanding(out);
  }

  private void onForked(Map<Lane, Long> told, List<Output> out) {
    Map<Lane, Long> points = new EnumMap<>(Lane.class);
    lanes.forEach((lane, uplink) -> points.put(lane, uplink.forkPoint(told.get(lane))));
    out.add(new Rehome(points));
  }

  private void onHead(LaneHead head, List<Output> out) {
    lane(head.lane()).onHead(head);
    out.add(new Watch(head.lane(), head.revision()));
    if (!live) {
      tellStanding(out);
    }
  }

  /** Once every lane is known; only a Hello needs it, so it is not told during a session. */
  private void tellStanding(List<Output> out) {
    Map<Lane, Long> heads = new EnumMap<>(Lane.class);
    for (Map.Entry<Lane, LaneUplink> each : lanes.entrySet()) {
      if (!each.getValue().isKnown()) {
        return;
      }
      heads.put(each.getKey(), each.getValue().headSeq());
    }
    if (!heads.equals(standing)) {
      standing = heads;
      out.add(new Standing(heads));
    }
  }

  private void onFrame(long nowNanos, Frame frame, List<Output> out) {
    if (!live) {
      return;
    }
    if (frame instanceof Frame.Ack ack && lanes.containsKey(ack.lane())) {
      progress.made(nowNanos);
      // Credit that is not what was acknowledged makes the window wider or narrower.
      creditBytes += ack.creditBytes();
      for (LaneUplink.Sent sent : lane(ack.lane()).acknowledge(ack, out)) {
        usedBytes -= sent.bytes();
        creditBytes -= sent.bytes();
        onDelay(nowNanos, sent);
        insightsAcknowledged += sent.block().seqs().count();
        bytesAcknowledged += sent.bytes();
      }
      window.limitTo(creditBytes);
    } else if (frame instanceof Frame.BlockRefused refused && lanes.containsKey(refused.lane())) {
      progress.made(nowNanos);
      usedBytes = Math.max(0, usedBytes - lane(refused.lane()).stop());
      out.add(new StartOver(refused.lane()));
    } else if (frame instanceof Frame.Heartbeat heartbeat && heartbeat.storeAway()) {
      progress.storeIsAway(nowNanos);
    }
  }

  private void onDelay(long nowNanos, LaneUplink.Sent sent) {
    if (progress.isOfLink(sent.atNanos())) {
      window.onAcknowledged(nowNanos, nowNanos - sent.atNanos(), sent.bytes(), turns.heldBack());
    }
  }

  private void onBlockRead(long nowNanos, BlockRead read, List<Output> out) {
    boolean first = all.stream().noneMatch(LaneUplink::hasUnanswered);
    BlockRef ref =
        lane(read.lane()).push(nowNanos, read.readId(), read.eventNr(), read.block(), out);
    if (ref != null) {
      if (first) {
        progress.begin(nowNanos);
      }
      progress.sent(read.block().length);
      blocksSent++;
      insightsSent += ref.seqs().count();
      bytesSent += read.block().length;
      metering.onSent(nowNanos, read.lane(), read.block().length, 1);
      // A block that was written again for an older hub takes more of its credit.
      usedBytes += read.block().length - ref.bytes();
    }
  }

  private void onWake(long nowNanos, List<Output> out) {
    boolean waits = all.stream().anyMatch(LaneUplink::hasUnanswered);
    if (live && waits && nowNanos >= progress.dueNanos()) {
      live = false;
      all.forEach(LaneUplink::forget);
      out.add(new GiveUp("the hub acknowledged nothing within the deadline"));
    }
  }

  private void proceed(long nowNanos, List<Output> out) {
    metered.holdBack(nowNanos);
    for (LaneUplink lane : all) {
      lane.endWaits(nowNanos);
      if (sendLosses(nowNanos, lane, out)) {
        lane.proceed(nowNanos, out);
      }
    }
    long taken;
    do {
      taken = readNext(nowNanos, out);
      usedBytes += taken;
    } while (taken > 0);
    metered.tell(out);
  }

  /** Lets the flow read whose turn it is; returns the bytes taken. */
  private long readNext(long nowNanos, List<Output> out) {
    FlowTurns.Turn turn = turns.next(Math.min(creditBytes, window.bytes()), usedBytes);
    while (turn != null && !metered.letGo(nowNanos, turn)) {
      turn = turns.next(Math.min(creditBytes, window.bytes()), usedBytes);
    }
    if (turn == null) {
      return 0;
    }
    // Near the end of a budget, one at a time: each is held against what is left.
    int mostBlocks =
        metering.isAmple(2 * all.size() * settings.maxReadBytes()) ? settings.maxReadBlocks() : 1;
    return turn.lane()
        .read(
            turn.flow(),
            Math.min(turn.roomBytes(), settings.maxReadBytes()),
            usedBytes == 0,
            Math.min(mostBlocks, blocksLeft()),
            out);
  }

  /** What to write down before the end; null if that was done. */
  Metering.@Nullable Spent toRememberAtTheEnd() {
    return metering.toRememberAtTheEnd();
  }

  private boolean sendLosses(long nowNanos, LaneUplink lane, List<Output> out) {
    boolean waited = lane.hasUnanswered();
    int before = out.size();
    boolean all = lane.sendLosses(out);
    int sent = out.size() - before;
    lossesSent += sent;
    metered.onLosses(nowNanos, lane, out.subList(before, out.size()));
    if (sent > 0 && !waited) {
      progress.made(nowNanos);
    }
    return all;
  }

  private int blocksLeft() {
    int underWay = 0;
    for (LaneUplink lane : all) {
      underWay += lane.blocksUnderWay();
    }
    return Math.max(0, settings.maxBlocksInFlight() - underWay);
  }
}
