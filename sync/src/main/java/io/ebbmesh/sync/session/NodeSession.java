package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node's half of a session, fed with (now, input).
 *
 * <pre>
 * state      input                        next       outputs
 * IDLE       Standing                     DIALLING   Dial            (or IDLE to the interval's end)
 * IDLE       Wake, the interval is over   DIALLING   Dial
 * DIALLING   LinkUp                       GREETING   Send(Hello)
 * GREETING   Welcome it can speak         LIVE       Synchronise, Started
 * GREETING   Refused                      WAITING    Close           (waits what the hub asked for)
 * GREETING   Refused FORKED, with points  WAITING    Close, Forked   (the same)
 * GREETING   any other frame              WAITING    Close
 * LIVE       Ack, BlockRefused            LIVE       ToInsights
 * LIVE       Wish, Chunk                  LIVE       ToModels
 * LIVE       Heartbeat                    LIVE       ToInsights, if the hub's store is away
 * LIVE       BytesIn                      LIVE       (moves the deadline, as each frame does)
 * LIVE       Refused, any other frame     WAITING    Close, Ended
 * LIVE       GiveUp                       WAITING    Close, Ended
 * LIVE       Wake, heartbeat is due       LIVE       Send(Heartbeat)
 * not IDLE   LinkDown                     WAITING    Ended if LIVE
 * not IDLE   Wake, deadline has passed    WAITING    Close, Ended if LIVE
 * WAITING    Wake, wait is over           DIALLING   Dial
 * WAITING    Reachable, no hub said wait  WAITING    (the wait is cut to a jitter)
 * WAITING    Standing, other incarnation  DIALLING   Dial            (or WAITING to the interval's end)
 * DIALLING   Reachable                    DIALLING   (dials again after a jitter)
 * DIALLING   Wake, the jitter is over     DIALLING   Dial            (the older attempt is forgotten)
 * </pre>
 *
 * Two dials are never closer than the shortest interval. What comes from an older attempt than the
 * current one is ignored.
 */
final class NodeSession {

  /** What happens to a session. */
  sealed interface Input {}

  /** The outbox is open: Hello can be said. */
  record Standing(Session.InsightStanding insights) implements Input {}

  record Serving(List<ModelRelease> releases) implements Input {}

  /** Connected. */
  record LinkUp(long attempt, BootTime clock) implements Input {}

  record LinkDown(long attempt, String reason) implements Input {}

  record FrameIn(long attempt, Frame frame) implements Input {}

  /** Part of a frame that is not whole yet. */
  record BytesIn(long attempt) implements Input {}

  record GiveUp(long attempt, String reason) implements Input {}

  /** The hub may be reachable again. */
  record Reachable() implements Input {}

  /**
   * The time that {@link #wakeAtNanos} named has come.
   *
   * @param clock the node's time, for a heartbeat
   */
  record Wake(BootTime clock) implements Input {}

  /** What is to be done, in order. */
  sealed interface Output {}

  record Dial(long attempt) implements Output {}

  record Send(Frame frame) implements Output {}

  record Close() implements Output {}

  record Synchronise(long hubWallMillis, long atMonotonicNanos) implements Output {}

  record Started(Frame.Welcome welcome) implements Output {}

  record ToInsights(Frame frame) implements Output {}

  record ToModels(Frame frame) implements Output {}

  record Ended(String reason) implements Output {}

  /** The insight road has to go on as another incarnation. */
  record Forked(Incarnation incarnation, Map<Lane, Long> forkPoints) implements Output {}

  private enum State {
    IDLE,
    DIALLING,
    GREETING,
    LIVE,
    WAITING
  }

  /**
   * What a successor has to know.
   *
   * @param attempt number of the last attempt; 0 if there was none
   * @param earliestDialNanos no dial before
   */
  record Dialled(long attempt, long earliestDialNanos) {
    static final Dialled NEVER = new Dialled(0, Long.MIN_VALUE);
  }

  /** No wake-up is due. */
  static final long NEVER = Long.MAX_VALUE;

  private final NodeId node;
  private final int maxBlockVersion;
  private final SessionSettings settings;
  private final Backoff backoff;

  private State state = State.IDLE;
  private Session.@Nullable InsightStanding standing;
  private List<ModelRelease> serving = List.of();
  private long attempt;
  private long sessions;
  private String lastProblem = "";
  private long deadlineNanos = NEVER;
  private long heartbeatDueNanos = NEVER;
  private long heartbeatNanos;
  private long helloSentNanos;
  private long liveSinceNanos;
  private boolean hubSaidWait;
  private long earliestDialNanos;
  private long redialNanos = NEVER;

  /**
   * @param before of a predecessor
   */
  NodeSession(
      NodeId node, int maxBlockVersion, SessionSettings settings, Chance chance, Dialled before) {
    this.attempt = before.attempt();
    this.earliestDialNanos = before.earliestDialNanos();
    this.node = node;
    this.maxBlockVersion = maxBlockVersion;
    this.settings = settings;
    this.backoff = new Backoff(settings.backoffBaseNanos(), settings.backoffCapNanos(), chance);
  }

  /** When to feed {@link Wake} at the latest; {@link #NEVER} if nothing is due. */
  long wakeAtNanos() {
    return Math.min(redialNanos, Math.min(deadlineNanos, heartbeatDueNanos));
  }

  Dialled dialled() {
    return new Dialled(attempt, earliestDialNanos);
  }

  /** Whether a connection of this attempt is still wanted. */
  boolean awaitsLink(long ofAttempt) {
    return ofAttempt == attempt && state == State.DIALLING;
  }

  Session.Status status() {
    return new Session.Status(
        state == State.LIVE, attempt, sessions, backoff.failures(), lastProblem);
  }

  List<Output> on(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>(2);
    if (input instanceof FrameIn in) {
      if (isCurrent(in.attempt())) {
        onFrame(nowNanos, in.frame(), out);
      }
    } else if (input instanceof BytesIn in) {
      if (isCurrent(in.attempt()) && state == State.LIVE) {
        deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
      }
    } else if (input instanceof Wake wake) {
      onWake(nowNanos, wake.clock(), out);
    } else if (input instanceof LinkUp up) {
      if (awaitsLink(up.attempt())) {
        greet(nowNanos, up.clock(), out);
      }
    } else if (input instanceof LinkDown down) {
      if (isCurrent(down.attempt())) {
        end(nowNanos, down.reason(), backOff(nowNanos, 0), false, out);
      }
    } else if (input instanceof Reachable) {
      if (state == State.DIALLING || (state == State.WAITING && !hubSaidWait)) {
        // Once: a link that flaps says so often, and must not push the dial away each time.
        long soon = nowNanos + backoff.jitterNanos();
        redialNanos = Math.min(redialNanos, Math.max(soon, earliestDialNanos));
      }
    } else if (input instanceof GiveUp giveUp) {
      if (isCurrent(giveUp.attempt())) {
        end(nowNanos, giveUp.reason(), backOff(nowNanos, 0), true, out);
      }
    } else if (input instanceof Standing now) {
      onStanding(nowNanos, now.insights(), out);
    } else if (input instanceof Serving now) {
      serving = now.releases();
    }
    return out;
  }

  /** What a hub said to another incarnation is no reason to wait. */
  private void onStanding(long nowNanos, Session.InsightStanding now, List<Output> out) {
    Session.InsightStanding before = standing;
    standing = now;
    boolean isOther = before != null && !before.incarnation().equals(now.incarnation());
    boolean dials = state == State.IDLE || (state == State.WAITING && isOther);
    if (dials && nowNanos >= earliestDialNanos) {
      dial(nowNanos, out);
    } else if (dials) {
      redialNanos = earliestDialNanos;
    }
  }

  private boolean isCurrent(long ofAttempt) {
    return ofAttempt == attempt && state != State.WAITING && state != State.IDLE;
  }

  private void dial(long nowNanos, List<Output> out) {
    state = State.DIALLING;
    attempt++;
    redialNanos = NEVER;
    earliestDialNanos = nowNanos + settings.minDialIntervalNanos();
    deadlineNanos = nowNanos + settings.connectTimeoutNanos();
    out.add(new Dial(attempt));
  }

  private void greet(long nowNanos, BootTime clock, List<Output> out) {
    Session.InsightStanding known = standing;
    if (known == null) {
      throw new IllegalStateException("dialled before the outbox was open");
    }
    state = State.GREETING;
    redialNanos = NEVER;
    helloSentNanos = nowNanos;
    deadlineNanos = nowNanos + settings.welcomeTimeoutNanos();
    out.add(
        new Send(
            new Frame.Hello(
                node,
                SessionLimits.PROTOCOL,
                SessionLimits.PROTOCOL,
                known.incarnation(),
                known.lineage(),
                known.ancestry(),
                known.heads(),
                clock,
                maxBlockVersion,
                serving)));
  }

  private void onFrame(long nowNanos, Frame frame, List<Output> out) {
    if (frame instanceof Frame.Refused refused) {
      String reason = "hub refuses (" + refused.reason() + "): " + refused.message();
      boolean forked = state == State.GREETING && !refused.forkPoints().isEmpty();
      end(nowNanos, reason, waitAfter(nowNanos, refused), true, out);
      hubSaidWait = refused.retryAfterMillis() > 0;
      redialNanos = hubSaidWait ? NEVER : redialNanos;
      if (forked && standing != null) {
        out.add(new Forked(standing.incarnation(), refused.forkPoints()));
      }
    } else if (state == State.GREETING && frame instanceof Frame.Welcome welcome) {
      onWelcome(nowNanos, welcome, out);
    } else if (state == State.LIVE && isForNode(frame)) {
      deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
      if (frame instanceof Frame.Heartbeat heartbeat) {
        if (heartbeat.storeAway()) {
          out.add(new ToInsights(frame));
        }
      } else if (frame instanceof Frame.Ack || frame instanceof Frame.BlockRefused) {
        out.add(new ToInsights(frame));
      } else {
        out.add(new ToModels(frame));
      }
    } else {
      String name = frame.getClass().getSimpleName();
      fail(nowNanos, "hub sent " + name + " while " + state, out);
    }
  }

  /**
   * What the hub asked for, and a draw on top. A hub that is busy spreads its nodes itself, so that
   * being sent away by it is no failure; any other refusal is.
   */
  private long waitAfter(long nowNanos, Frame.Refused refused) {
    long wait = Math.max(0, refused.retryAfterMillis());
    long waitNanos =
        wait > settings.retryAfterCapNanos() / 1_000_000L
            ? settings.retryAfterCapNanos()
            : wait * 1_000_000L;
    return refused.reason() == Frame.RefusalReason.BUSY && wait > 0
        ? waitNanos + backoff.jitterNanos()
        : backOff(nowNanos, waitNanos);
  }

  private static boolean isForNode(Frame frame) {
    return frame instanceof Frame.Ack
        || frame instanceof Frame.BlockRefused
        || frame instanceof Frame.Heartbeat
        || frame instanceof Frame.Chunk
        || frame instanceof Frame.Wish;
  }

  private void onWelcome(long nowNanos, Frame.Welcome welcome, List<Output> out) {
    if (welcome.protocol() != SessionLimits.PROTOCOL) {
      String reason =
          "hub chose protocol "
              + welcome.protocol()
              + ", this node speaks "
              + SessionLimits.PROTOCOL;
      fail(nowNanos, reason, out);
      return;
    }
    if (welcome.heartbeatMillis() < 1) {
      fail(nowNanos, "hub asks for a heartbeat of " + welcome.heartbeatMillis() + " ms", out);
      return;
    }
    state = State.LIVE;
    sessions++;
    liveSinceNanos = nowNanos;
    // A heartbeat that is slower than half the deadline would let the hub find a healthy node dead.
    heartbeatNanos =
        Math.min(
            settings.livenessDeadlineNanos() / 2,
            Math.min(welcome.heartbeatMillis(), Long.MAX_VALUE / 2_000_000L) * 1_000_000L);
    heartbeatDueNanos = nowNanos + heartbeatNanos;
    deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
    // The hub read its clock about half a round trip ago.
    long halfRoundTripMillis = (nowNanos - helloSentNanos) / 2_000_000L;
    out.add(new Synchronise(welcome.hubWallMillis() + halfRoundTripMillis, nowNanos));
    out.add(new Started(welcome));
  }

  private void onWake(long nowNanos, BootTime clock, List<Output> out) {
    if (nowNanos >= redialNanos) {
      dial(nowNanos, out);
    } else if (nowNanos >= deadlineNanos) {
      switch (state) {
        case WAITING -> dial(nowNanos, out);
        case DIALLING -> fail(nowNanos, "no connection within the deadline", out);
        case GREETING -> fail(nowNanos, "no answer to Hello within the deadline", out);
        case LIVE -> fail(nowNanos, "nothing heard within the deadline", out);
        case IDLE -> {}
      }
    } else if (nowNanos >= heartbeatDueNanos) {
      heartbeatDueNanos = nowNanos + heartbeatNanos;
      out.add(new Send(new Frame.Heartbeat(clock)));
    }
  }

  private long backOff(long nowNanos, long atLeastNanos) {
    if (state == State.LIVE && nowNanos - liveSinceNanos >= settings.stableAfterNanos()) {
      backoff.reset();
    }
    return backoff.nextDelayNanos(atLeastNanos);
  }

  private void fail(long nowNanos, String reason, List<Output> out) {
    end(nowNanos, reason, backOff(nowNanos, 0), true, out);
  }

  private void end(long nowNanos, String reason, long waitNanos, boolean close, List<Output> out) {
    boolean wasLive = state == State.LIVE;
    state = State.WAITING;
    lastProblem = reason;
    hubSaidWait = false;
    heartbeatDueNanos = NEVER;
    deadlineNanos = Math.max(nowNanos + waitNanos, earliestDialNanos);
    if (close) {
      out.add(new Close());
    }
    if (wasLive) {
      out.add(new Ended(reason));
    }
  }
}
