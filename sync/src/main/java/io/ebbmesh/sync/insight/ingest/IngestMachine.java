package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.block.BlockLimits;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.session.CreditWindow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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

  record DecodeDone(LaneKey lane, long id, Decoded decoded) implements Input {}

  record Applied(LaneKey lane, long id, Outcome outcome) implements Input {}

  record ApplyFailed(LaneKey lane, long id, String problem) implements Input {}

  record CursorsRead(Map<LaneKey, Cursor> cursors) implements Input {}

  record CursorsUnknown(String problem) implements Input {}

  record Wake() implements Input {}

  /** Others have given back what they had decoded. */
  record Room() implements Input {}

  /** What is to be done, in order. */
  sealed interface Output {}

  /** Decode off this thread and answer {@link DecodeDone}. */
  record Decode(LaneKey lane, long id, Frame.BlockPush push) implements Output {}

  /** Answer {@link Applied} or {@link ApplyFailed}. */
  record Apply(long id, Change change) implements Output {}

  /** Answer {@link CursorsRead} or {@link CursorsUnknown}. */
  record ReadCursors() implements Output {}

  record Send(Frame frame) implements Output {}

  /** The store fails; for the operator. */
  record Warn(String problem) implements Output {}

  /** Something was not taken as it came; for the operator. */
  record Troubled(Trouble kind, String problem) implements Output {}

  record GiveUp(String reason) implements Output {}

  static final long NEVER = Long.MAX_VALUE;

  private static final int MAX_DOUBLINGS = 20;

  /** Numbers that a node may be ahead of what is known of it when a session begins, in seconds. */
  private static final long HEAD_START_SECONDS = 60;

  private static final long NANOS = 1_000_000_000L;

  private final Standing standing;
  private final IngestSettings settings;
  private final DecodeBudget.Share share;
  private final CreditWindow credit;
  private final Chance chance;
  private final long startNanos;

  /** By what the incarnations of the session name of a lane, the oldest first. */
  private final Map<Lane, List<LaneIngest>> lanes = new EnumMap<>(Lane.class);

  private long lastId;
  private long outstandingBytes;
  private int failures;
  private long wakeAtNanos = NEVER;
  private boolean over;

  /**
   * @param credit what the node may have sent and not heard of
   */
  IngestMachine(
      Standing standing,
      CreditWindow credit,
      IngestSettings settings,
      DecodeBudget.Share share,
      Chance chance,
      long nowNanos) {
    this.standing = standing;
    this.credit = credit;
    this.settings = settings;
    this.share = share;
    this.chance = chance;
    this.startNanos = nowNanos;
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
      onFrame(nowNanos, in.frame(), out);
    } else if (input instanceof DecodeDone done) {
      ingest(done.lane()).decoded(done.id(), done.decoded());
    } else if (input instanceof Applied applied) {
      failures = applied.outcome().applied() ? 0 : failures;
      ingest(applied.lane()).applied(applied.id(), applied.outcome());
    } else if (input instanceof ApplyFailed failed) {
      ingest(failed.lane()).failed(failed.id());
      pause(nowNanos, failed.problem(), out);
    } else if (input instanceof CursorsRead read) {
      each(lane -> lane.cursorRead(read.cursors().getOrDefault(lane.key(), Cursor.EMPTY)));
    } else if (input instanceof CursorsUnknown unknown) {
      each(LaneIngest::cursorUnknown);
      pause(nowNanos, unknown.problem(), out);
    } else if (input instanceof Wake && nowNanos >= wakeAtNanos) {
      wakeAtNanos = NEVER;
      each(LaneIngest::reread);
      out.add(new ReadCursors());
    }
    proceed(nowNanos, out);
    return out;
  }

  private void each(Consumer<LaneIngest> action) {
    lanes.values().forEach(of -> of.forEach(action));
  }

  private void proceed(long nowNanos, List<Output> out) {
    if (over) {
      return;
    }
    for (List<LaneIngest> lane : lanes.values()) {
      for (LaneIngest ingest : lane) {
        int first = out.size();
        outstandingBytes -= ingest.proceed(out);
        grantCredit(nowNanos, out.subList(first, out.size()));
        // A lane whose last answer came after the others were read again waits for the next
        // reading.
        if (ingest.pauseIfSettled() && wakeAtNanos == NEVER) {
          wakeAtNanos = nowNanos + settings.retryBaseNanos();
        }
      }
      if (isStopped(lane)) {
        stop(lane);
      }
    }
    startDecoding(out);
  }

  private static boolean isStopped(List<LaneIngest> lane) {
    return lane.stream().anyMatch(ingest -> ingest.mode() == LaneIngest.Mode.STOPPED);
  }

  private void stop(List<LaneIngest> lane) {
    lane.forEach(ingest -> outstandingBytes -= ingest.stop());
  }

  /** The window may give back more than was acknowledged, or less. */
  private void grantCredit(long nowNanos, List<Output> out) {
    out.replaceAll(
        output ->
            output instanceof Send send && send.frame() instanceof Frame.Ack ack
                ? new Send(
                    new Frame.Ack(
                        ack.lane(),
                        ack.held(),
                        ack.lossId(),
                        credit.acknowledge(nowNanos, ack.creditBytes())))
                : output);
  }

  private List<LaneIngest> lane(Lane lane) {
    return lanes.computeIfAbsent(
        lane,
        key ->
            standing.stretches(key).stream()
                .map(
                    stretch ->
                        new LaneIngest(
                            standing.key(stretch, key),
                            stretch.incarnation().equals(standing.incarnation()),
                            standing.heldOf(key).within(stretch.seqs())))
                .toList());
  }

  private LaneIngest ingest(LaneKey key) {
    for (LaneIngest ingest : lane(key.lane())) {
      if (ingest.key().equals(key)) {
        return ingest;
      }
    }
    throw new IllegalArgumentException("no such lane in this session: " + key);
  }

  private void onFrame(long nowNanos, Frame frame, List<Output> out) {
    if (frame instanceof Frame.BlockPush push) {
      if (mayBe(nowNanos, push.lane(), push.seqs(), out)) {
        onPush(push, out);
      }
    } else if (frame instanceof Frame.LossDeclared declared) {
      List<SeqRange> ranges = declared.loss().ranges().ranges();
      if (mayBe(nowNanos, declared.loss().lane(), ranges.get(ranges.size() - 1), out)) {
        onLoss(declared, out);
      }
    }
  }

  /** Refuses what no honest node can have; its lane waits for the next session. */
  private boolean mayBe(long nowNanos, Lane lane, SeqRange seqs, List<Output> out) {
    if (isStopped(lane(lane))) {
      // Was under way when the lane was refused; comes again in the next session.
      return false;
    }
    long seconds = HEAD_START_SECONDS + (nowNanos - startNanos) / NANOS;
    long most = standing.highest(lane) + seconds * settings.maxInsightsPerSecond();
    if (!standing.lanes().contains(lane)) {
      refuse(
          lane,
          seqs,
          Trouble.WRONG_LANE,
          "the node said that it has " + standing.lanes() + ", not lane " + lane.id(),
          out);
    } else if (seqs.last() > most) {
      refuse(
          lane,
          seqs,
          Trouble.FROM_THE_FUTURE,
          "the node cannot have given out more than "
              + most
              + " numbers of lane "
              + lane.id()
              + " yet (max-insights-per-second)",
          out);
    } else {
      return true;
    }
    return false;
  }

  private void refuse(Lane lane, SeqRange seqs, Trouble why, String problem, List<Output> out) {
    out.add(new Troubled(why, seqs + ": " + problem));
    out.add(new Send(new Frame.BlockRefused(lane, seqs, Frame.RefusalReason.BAD_FRAME, problem)));
    stop(lane(lane));
  }

  private void onPush(Frame.BlockPush push, List<Output> out) {
    int bytes = push.block().length;
    if (push.seqs().count() > BlockLimits.DEFAULT.maxInsights()) {
      giveUp("block " + push.seqs() + " has more insights than a block may have", out);
    } else if (outstandingBytes > 0 && outstandingBytes + bytes > credit.bytes()) {
      giveUp(
          "node sent " + (outstandingBytes + bytes) + " bytes on credit of " + credit.bytes(), out);
    } else {
      outstandingBytes += bytes;
      int creditBytes = bytes;
      // A block that was merged over a fork point is stored in parts.
      for (Ancestry.Stretch stretch : standing.stretches(push.lane())) {
        long first = Math.max(stretch.seqs().first(), push.seqs().first());
        long last = Math.min(stretch.seqs().last(), push.seqs().last());
        if (first <= last) {
          ingest(standing.key(stretch, push.lane()))
              .add(new Item(++lastId, push, new SeqRange(first, last), creditBytes));
          creditBytes = 0;
        }
      }
    }
  }

  /**
   * What a loss record says of numbers of an ancestor becomes durable before the record itself: it
   * is acknowledged once, by its own number.
   */
  private void onLoss(Frame.LossDeclared declared, List<Output> out) {
    List<LaneIngest> lane = lane(declared.loss().lane());
    LaneIngest own = lane.get(lane.size() - 1);
    if (own.waitingLosses() >= settings.maxWaitingLosses()) {
      giveUp(
          "more than " + settings.maxWaitingLosses() + " loss records wait (max-waiting-losses)",
          out);
      return;
    }
    Item before = null;
    for (Ancestry.Stretch stretch : standing.stretches(declared.loss().lane())) {
      LaneIngest ingest = ingest(standing.key(stretch, declared.loss().lane()));
      SeqRanges part = declared.loss().ranges().within(stretch.seqs());
      if (ingest == own) {
        own.add(new Item(++lastId, declared, part, before));
      } else if (!part.isEmpty()) {
        before = Item.ofAncestor(++lastId, declared, part, before);
        ingest.add(before);
      }
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
    for (List<LaneIngest> lane : lanes.values()) {
      for (LaneIngest ingest : lane) {
        long started = startDecoding(ingest, decoded, out);
        if (started < 0) {
          return;
        }
        decoded += started;
      }
    }
    share.withdraw();
  }

  private long decodedInsights() {
    long decoded = 0;
    for (List<LaneIngest> lane : lanes.values()) {
      for (LaneIngest ingest : lane) {
        decoded += ingest.decodedInsights();
      }
    }
    return decoded;
  }

  /**
   * Returns how many insights more will be decoded; below 0 if it has to wait for other sessions.
   */
  private long startDecoding(LaneIngest lane, long decoded, List<Output> out) {
    long started = 0;
    long next = lane.nextToDecode();
    // A block above the limit is decoded alone.
    while (next > 0
        && (decoded + started == 0 || decoded + started + next <= settings.maxDecodedInsights())) {
      if (!share.take(next)) {
        return -1;
      }
      Item item = lane.startDecoding();
      out.add(new Decode(lane.key(), item.id, (Frame.BlockPush) item.frame));
      started += next;
      next = lane.nextToDecode();
    }
    return started;
  }
}
