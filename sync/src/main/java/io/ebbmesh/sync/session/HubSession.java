package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hub's half of a session, fed with (now, input); one per connection.
 *
 * <pre>
 * state      input                        next       outputs
 * EXPECTING  Hello of the certified node  ADMITTING  RecordTime, Admit
 * EXPECTING  Hello of another node        CLOSED     Send(Refused IDENTITY), TurnAway, Close
 * EXPECTING  Hello, no common protocol    CLOSED     Send(Refused PROTOCOL), TurnAway, Close
 * ADMITTING  Admitted                     LIVE       Claim, Send(Welcome), Started
 * ADMITTING  Forked                       CLOSED     Send(Refused FORKED), TurnAway, Close
 * ADMITTING  Busy                         CLOSED     Send(Refused BUSY), TurnAway, Close
 * ADMITTING  AdmissionFailed              CLOSED     Send(Refused STORE_UNAVAILABLE), TurnAway, Close
 * LIVE       BlockPush, LossDeclared      LIVE       ToInsights
 * LIVE       Report, ChunkRequest         LIVE       ToModels
 * LIVE       Heartbeat                    LIVE       RecordTime, if the last one is half a heartbeat ago
 * LIVE       BytesIn                      LIVE       (moves the deadline, as each frame does)
 * LIVE       StoreIs                      LIVE       (heartbeats say so; if it is away, one is due at once)
 * LIVE       Wake, heartbeat is due       LIVE       Send(Heartbeat)
 * any        any other frame              CLOSED     Send(Refused BAD_FRAME), TurnAway, Close, Ended if LIVE
 * any        deadline passed              CLOSED     TurnAway, Close, Ended if LIVE
 * any        GiveUp                       CLOSED     Close, Ended if LIVE
 * any        LinkDown                     CLOSED     Ended if LIVE
 * </pre>
 *
 * A session that is CLOSED ignores everything. Claim waits for the admission: a store that is
 * refused must not end the session of the one that was not.
 */
final class HubSession {

  /** What happens to a session. */
  sealed interface Input {}

  record FrameIn(Frame frame, BootTime hubTime) implements Input {}

  /** Part of a frame that is not whole yet. */
  record BytesIn() implements Input {}

  record Admitted(Map<Lane, SeqRanges> cursors, long creditBytes, BootTime hubTime)
      implements Input {}

  record Forked(String message, Map<Lane, Long> forkPoints) implements Input {}

  record Busy(String message, long retryAfterMillis) implements Input {}

  record AdmissionFailed(String reason) implements Input {}

  record LinkDown(String reason) implements Input {}

  record GiveUp(String reason) implements Input {}

  /** Acknowledgements wait for the store, or do not any more. */
  record StoreIs(boolean away) implements Input {}

  record Wake(BootTime hubTime) implements Input {}

  /** What is to be done, in order. */
  sealed interface Output {}

  /** This is the node's newest session: any older one must end. */
  record Claim(NodeId node) implements Output {}

  record Admit(Frame.Hello hello) implements Output {}

  record RecordTime(NodeId node, BootTime nodeTime, long hubWallMillis) implements Output {}

  record Send(Frame frame) implements Output {}

  record Started(Frame.Hello hello, Frame.Welcome welcome) implements Output {}

  record ToInsights(Frame frame) implements Output {}

  record ToModels(Frame frame) implements Output {}

  /** Counts why the peer was sent away or given up. */
  record TurnAway(DoorCause cause, String reason) implements Output {}

  record Close(String reason) implements Output {}

  record Ended(String reason) implements Output {}

  private enum State {
    EXPECTING,
    ADMITTING,
    LIVE,
    CLOSED
  }

  /**
   * What this hub reads.
   *
   * @param maxBlockVersion newest block format
   * @param dictionaries zstd dictionaries
   */
  record Reads(int maxBlockVersion, List<Integer> dictionaries) {}

  static final long NEVER = Long.MAX_VALUE;

  private final String certifiedName;
  private final Reads reads;
  private final HubSessionSettings settings;

  private State state = State.EXPECTING;
  private Frame.@Nullable Hello hello;
  private long deadlineNanos;
  private long heartbeatDueNanos = NEVER;
  private long timeDueNanos;
  private boolean storeAway;

  /**
   * @param certifiedName as in the peer's certificate
   */
  HubSession(String certifiedName, Reads reads, HubSessionSettings settings, long nowNanos) {
    this.certifiedName = certifiedName;
    this.reads = reads;
    this.settings = settings;
    this.deadlineNanos = nowNanos + settings.helloTimeoutNanos();
  }

  /** When to feed {@link Wake} at the latest; {@link #NEVER} if nothing is due. */
  long wakeAtNanos() {
    return Math.min(deadlineNanos, heartbeatDueNanos);
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  List<Output> on(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>(2);
    if (state == State.CLOSED) {
      return out;
    }
    if (input instanceof FrameIn in) {
      onFrame(nowNanos, in.frame(), in.hubTime(), out);
    } else if (input instanceof BytesIn && state == State.LIVE) {
      deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
    } else if (input instanceof Wake wake) {
      onWake(nowNanos, wake.hubTime(), out);
    } else if (input instanceof StoreIs now) {
      storeAway = now.away();
      if (storeAway && state == State.LIVE) {
        heartbeatDueNanos = nowNanos;
      }
    } else if (input instanceof Admitted admitted) {
      onAdmitted(nowNanos, admitted, out);
    } else if (input instanceof Forked forked) {
      refuse(
          new Frame.Refused(
              Frame.RefusalReason.FORKED,
              forked.message(),
              settings.busyRetryAfterMillis(),
              forked.forkPoints()),
          out);
    } else if (input instanceof Busy busy) {
      refuse(Frame.RefusalReason.BUSY, busy.message(), busy.retryAfterMillis(), out);
    } else if (input instanceof AdmissionFailed failed) {
      String reason = "the hub's store cannot answer: " + failed.reason();
      refuse(Frame.RefusalReason.STORE_UNAVAILABLE, reason, settings.storeRetryAfterMillis(), out);
    } else if (input instanceof GiveUp giveUp) {
      end(giveUp.reason(), true, out);
    } else if (input instanceof LinkDown down) {
      end(down.reason(), false, out);
    }
    return out;
  }

  private void onFrame(long nowNanos, Frame frame, BootTime hubTime, List<Output> out) {
    Frame.Hello known = hello;
    if (state == State.EXPECTING && frame instanceof Frame.Hello said) {
      onHello(nowNanos, said, hubTime, out);
      return;
    }
    if (state != State.LIVE || known == null) {
      refuseFrame(frame, out);
      return;
    }
    deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
    if (frame instanceof Frame.BlockPush || frame instanceof Frame.LossDeclared) {
      out.add(new ToInsights(frame));
    } else if (frame instanceof Frame.Report || frame instanceof Frame.ChunkRequest) {
      out.add(new ToModels(frame));
    } else if (frame instanceof Frame.Heartbeat heartbeat) {
      onHeartbeat(nowNanos, known.node(), heartbeat, hubTime, out);
    } else {
      refuseFrame(frame, out);
    }
  }

  /** A node that sends them without end must not fill the store's queue with their times. */
  private void onHeartbeat(
      long nowNanos, NodeId node, Frame.Heartbeat heartbeat, BootTime hubTime, List<Output> out) {
    if (nowNanos >= timeDueNanos) {
      timeDueNanos = nowNanos + heartbeatNanos() / 2;
      out.add(new RecordTime(node, heartbeat.clock(), hubTime.wallMillis()));
    }
  }

  private void onHello(long nowNanos, Frame.Hello said, BootTime hubTime, List<Output> out) {
    if (!said.node().value().equals(certifiedName)) {
      refuse(
          Frame.RefusalReason.IDENTITY,
          "Hello says node '"
              + said.node()
              + "', the certificate says '"
              + certifiedName
              + "': give the node its own certificate or correct its id",
          settings.busyRetryAfterMillis(),
          out);
      return;
    }
    if (said.minProtocol() > SessionLimits.PROTOCOL
        || said.maxProtocol() < SessionLimits.PROTOCOL) {
      refuse(
          Frame.RefusalReason.PROTOCOL,
          "node speaks protocols "
              + said.minProtocol()
              + " to "
              + said.maxProtocol()
              + ", this hub "
              + SessionLimits.PROTOCOL
              + ": upgrade the older of the two",
          settings.busyRetryAfterMillis(),
          out);
      return;
    }
    state = State.ADMITTING;
    hello = said;
    deadlineNanos = nowNanos + settings.helloTimeoutNanos();
    out.add(new RecordTime(said.node(), said.clock(), hubTime.wallMillis()));
    out.add(new Admit(said));
  }

  private void onAdmitted(long nowNanos, Admitted admitted, List<Output> out) {
    Frame.Hello known = hello;
    if (state != State.ADMITTING || known == null) {
      return;
    }
    state = State.LIVE;
    deadlineNanos = nowNanos + settings.livenessDeadlineNanos();
    heartbeatDueNanos = nowNanos + heartbeatNanos();
    timeDueNanos = nowNanos;
    Frame.Welcome welcome =
        new Frame.Welcome(
            SessionLimits.PROTOCOL,
            admitted.cursors(),
            admitted.hubTime().wallMillis(),
            reads.maxBlockVersion(),
            reads.dictionaries(),
            admitted.creditBytes(),
            settings.heartbeatMillis());
    out.add(new Claim(known.node()));
    out.add(new Send(welcome));
    out.add(new Started(known, welcome));
  }

  private void onWake(long nowNanos, BootTime hubTime, List<Output> out) {
    if (nowNanos >= deadlineNanos) {
      switch (state) {
        case EXPECTING -> giveUp(DoorCause.NO_HELLO, "no Hello within the deadline", out);
        case ADMITTING ->
            refuse(
                Frame.RefusalReason.STORE_UNAVAILABLE,
                "the hub's store did not answer in time",
                settings.storeRetryAfterMillis(),
                out);
        case LIVE -> giveUp(DoorCause.NOTHING_HEARD, "nothing heard within the deadline", out);
        case CLOSED -> {}
      }
    } else if (nowNanos >= heartbeatDueNanos) {
      long nextNanos = storeAway ? settings.storeAwayHeartbeatNanos() : heartbeatNanos();
      heartbeatDueNanos = nowNanos + Math.min(nextNanos, heartbeatNanos());
      out.add(new Send(new Frame.Heartbeat(hubTime, storeAway)));
    }
  }

  private long heartbeatNanos() {
    return settings.heartbeatMillis() * 1_000_000L;
  }

  private void refuseFrame(Frame frame, List<Output> out) {
    refuse(
        Frame.RefusalReason.BAD_FRAME,
        frame.getClass().getSimpleName() + " is not expected from a node while " + state,
        settings.busyRetryAfterMillis(),
        out);
  }

  private void refuse(
      Frame.RefusalReason reason, String message, long retryAfterMillis, List<Output> out) {
    refuse(new Frame.Refused(reason, message, retryAfterMillis), out);
  }

  private void refuse(Frame.Refused refused, List<Output> out) {
    out.add(new Send(refused));
    out.add(new TurnAway(DoorCause.of(refused.reason()), refused.message()));
    end("refused (" + refused.reason() + "): " + refused.message(), true, out);
  }

  private void giveUp(DoorCause cause, String reason, List<Output> out) {
    out.add(new TurnAway(cause, reason));
    end(reason, true, out);
  }

  private void end(String reason, boolean close, List<Output> out) {
    boolean wasLive = state == State.LIVE;
    state = State.CLOSED;
    deadlineNanos = NEVER;
    heartbeatDueNanos = NEVER;
    if (close) {
      out.add(new Close(reason));
    }
    if (wasLive) {
      out.add(new Ended(reason));
    }
  }
}
