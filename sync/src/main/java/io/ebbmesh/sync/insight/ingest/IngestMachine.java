package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.block.BlockLimits;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Ingest of one session, fed with (now, input): keeps the credit and the memory of decoded insights
 * within their limits, lets {@link LaneIngest} keep the order of each lane, and after a failure of
 * the store waits with backoff and reads the cursors again. A session is never ended because the
 * store fails; it is ended when its node breaks a limit.
 */
final class IngestMachine {

  /** What happens. */
  sealed interface Input {}

  /** A {@link Frame.BlockPush} or {@link Frame.LossDeclared}. */
  record FrameIn(Frame frame) implements Input {}

  record DecodeDone(Lane lane, long id, Decoded decoded) implements Input {}

  record Applied(Lane lane, long id, Outcome outcome) implements Input {}

  record ApplyFailed(Lane lane, long id, String problem) implements Input {}

  record CursorsRead(Map<Lane, Cursor> cursors) implements Input {}

  record CursorsUnknown(String problem) implements Input {}

  record Wake() implements Input {}

  /** Others have given back what they had decoded. */
  record Room() implements Input {}

  /** What is to be done, in order. */
  sealed interface Output {}

  /** Decode off this thread and answer {@link DecodeDone}. */
  record Decode(long id, Frame.BlockPush push) implements Output {}

  /** Answer {@link Applied} or {@link ApplyFailed}. */
  record Apply(long id, Change change) implements Output {}

  /** Answer {@link CursorsRead} or {@link CursorsUnknown}. */
  record ReadCursors() implements Output {}

  record Send(Frame frame) implements Output {}

  /** The store fails; for the operator. */
  record Warn(String problem) implements Output {}

  record GiveUp(String reason) implements Output {}

  static final long NEVER = Long.MAX_VALUE;

  private static final int MAX_DOUBLINGS = 20;

  private final NodeId node;
  private final Incarnation incarnation;
  private final IngestSettings settings;
  private final DecodeBudget.Share share;
  private final long creditBytes;
  private final Chance chance;
  private final Map<Lane, LaneIngest> lanes = new EnumMap<>(Lane.class);
  private final Map<Lane, SeqRanges> heldAtStart;

  private long lastId;
  private long outstandingBytes;
  private int failures;
  private long wakeAtNanos = NEVER;
  private boolean over;

  /**
   * @param held per lane, what the hub holds as far as known; the store's answers correct it
   * @param share of what all sessions may have decoded
   * @param creditBytes what the node may have sent and not heard of
   */
  IngestMachine(
      NodeId node,
      Incarnation incarnation,
      Map<Lane, SeqRanges> held,
      long creditBytes,
      IngestSettings settings,
      DecodeBudget.Share share,
      Chance chance) {
    this.node = node;
    this.incarnation = incarnation;
    this.heldAtStart = held;
    this.creditBytes = creditBytes;
    this.settings = settings;
    this.share = share;
    this.chance = chance;
  }

  /** When to feed {@link Wake}; {@link #NEVER} if nothing is due. */
  long wakeAtNanos() {
    return wakeAtNanos;
  }

  /** Bytes of blocks that were received and not answered. */
  long outstandingBytes() {
    return outstandingBytes;
  }

  List<Output> on(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>();
    if (over) {
      return out;
    }
    if (input instanceof FrameIn in) {
      onFrame(in.frame(), out);
    } else if (input instanceof DecodeDone done) {
      lane(done.lane()).decoded(done.id(), done.decoded());
    } else if (input instanceof Applied applied) {
      failures = applied.outcome().applied() ? 0 : failures;
      lane(applied.lane()).applied(applied.id(), applied.outcome());
    } else if (input instanceof ApplyFailed failed) {
      lane(failed.lane()).failed(failed.id());
      pause(nowNanos, failed.problem(), out);
    } else if (input instanceof CursorsRead read) {
      lanes.forEach(
          (lane, ingest) -> ingest.cursorRead(read.cursors().getOrDefault(lane, Cursor.EMPTY)));
    } else if (input instanceof CursorsUnknown unknown) {
      lanes.values().forEach(LaneIngest::cursorUnknown);
      pause(nowNanos, unknown.problem(), out);
    } else if (input instanceof Wake && nowNanos >= wakeAtNanos) {
      wakeAtNanos = NEVER;
      lanes.values().forEach(LaneIngest::reread);
      out.add(new ReadCursors());
    }
    proceed(nowNanos, out);
    return out;
  }

  private void proceed(long nowNanos, List<Output> out) {
    if (over) {
      return;
    }
    for (LaneIngest lane : lanes.values()) {
      outstandingBytes -= lane.proceed(out);
      // A lane whose last answer came after the others were read again waits for the next reading.
      if (lane.pauseIfSettled() && wakeAtNanos == NEVER) {
        wakeAtNanos = nowNanos + settings.retryBaseNanos();
      }
    }
    startDecoding(out);
  }

  private LaneIngest lane(Lane lane) {
    return lanes.computeIfAbsent(
        lane,
        key ->
            new LaneIngest(
                new LaneKey(node, incarnation, key),
                heldAtStart.getOrDefault(key, SeqRanges.EMPTY)));
  }

  private void onFrame(Frame frame, List<Output> out) {
    if (frame instanceof Frame.BlockPush push) {
      onPush(push, out);
    } else if (frame instanceof Frame.LossDeclared declared) {
      LaneIngest lane = lane(declared.loss().lane());
      if (lane.waitingLosses() >= settings.maxWaitingLosses()) {
        giveUp(
            "more than " + settings.maxWaitingLosses() + " loss records wait (max-waiting-losses)",
            out);
      } else if (lane.mode() != LaneIngest.Mode.STOPPED) {
        lane.add(new Item(++lastId, declared));
      }
    }
  }

  private void onPush(Frame.BlockPush push, List<Output> out) {
    LaneIngest lane = lane(push.lane());
    if (lane.mode() == LaneIngest.Mode.STOPPED) {
      // Was under way when the lane was refused; comes again in the next session.
      return;
    }
    int bytes = push.block().length;
    if (push.seqs().count() > BlockLimits.DEFAULT.maxInsights()) {
      giveUp("block " + push.seqs() + " has more insights than a block may have", out);
    } else if (outstandingBytes > 0 && outstandingBytes + bytes > creditBytes) {
      giveUp("node sent " + (outstandingBytes + bytes) + " bytes on credit of " + creditBytes, out);
    } else {
      outstandingBytes += bytes;
      lane.add(new Item(++lastId, push));
    }
  }

  private void giveUp(String reason, List<Output> out) {
    over = true;
    wakeAtNanos = NEVER;
    share.close();
    out.add(new GiveUp(reason));
  }

  private void pause(long nowNanos, String problem, List<Output> out) {
    if (wakeAtNanos == NEVER) {
      long bound =
          Math.min(
              settings.retryCapNanos(),
              settings.retryBaseNanos() << Math.min(failures, MAX_DOUBLINGS));
      failures++;
      wakeAtNanos = nowNanos + bound / 2 + (long) (chance.nextDouble() * bound / 2);
      out.add(new Warn(problem));
    }
  }

  /** Starts to decode in order, as far as the limits of decoded insights let it. */
  private void startDecoding(List<Output> out) {
    long decoded = decodedInsights();
    share.keep(decoded);
    for (LaneIngest lane : lanes.values()) {
      long next = lane.nextToDecode();
      // A block above the limit is decoded alone.
      while (next > 0 && (decoded == 0 || decoded + next <= settings.maxDecodedInsights())) {
        if (!share.take(next)) {
          return;
        }
        Item item = lane.startDecoding();
        out.add(new Decode(item.id, (Frame.BlockPush) item.frame));
        decoded += next;
        next = lane.nextToDecode();
      }
    }
    share.withdraw();
  }

  private long decodedInsights() {
    long decoded = 0;
    for (LaneIngest lane : lanes.values()) {
      decoded += lane.decodedInsights();
    }
    return decoded;
  }
}
