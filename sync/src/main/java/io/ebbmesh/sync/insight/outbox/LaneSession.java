package io.ebbmesh.sync.insight.outbox;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What a lane's log and its intake agree on: outlives restarts of the log after a failed write,
 * each of which opens a new session.
 */
final class LaneSession {

  private final int maxBlocks;
  private final LaneRelief relief;
  private boolean released;
  private int number;
  private @Nullable ActorRef<Outbox.Command> intake;

  /**
   * @param maxBlocks that the lane may hold
   * @param relief knows what the lane may take of the disk
   */
  LaneSession(int maxBlocks, LaneRelief relief) {
    this.maxBlocks = maxBlocks;
    this.relief = relief;
  }

  /** Whether the lane may write. */
  boolean isReleased() {
    return released;
  }

  void release() {
    released = true;
  }

  /** Blocks of other sessions are not written any more. */
  int number() {
    return number;
  }

  void attach(ActorRef<Outbox.Command> newIntake) {
    intake = newIntake;
  }

  /** Starts a new session, if there is an intake and the lane may write. */
  void open(LaneState state) {
    ActorRef<Outbox.Command> target = intake;
    if (released && target != null) {
      number++;
      target.tell(new Intake.Opened(number, state.nextSeq(), state.sources().copy(), space(state)));
    }
  }

  void written(LaneState state) {
    tell(new Intake.Written(number, space(state)));
  }

  /** The lane's log waits and recovers, then opens a new session. */
  void failed(Throwable failure) {
    String message = failure.getMessage();
    tell(new Intake.Failed(number, message == null ? failure.toString() : message));
  }

  void room(LaneState state) {
    tell(new Intake.Room(number, space(state)));
  }

  private void tell(Outbox.Command message) {
    if (intake != null) {
      intake.tell(message);
    }
  }

  private LaneSpace space(LaneState state) {
    int free = relief.isFull(state) ? 0 : maxBlocks - state.heldBlocks();
    return new LaneSpace(free, LaneRelief.room(state), relief.fullBytes());
  }
}
