package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What the hub's sessions need from its store, as a port: they know neither road. */
public interface Admission {

  /** Whether there may be a session. */
  sealed interface Answer {}

  /**
   * There may.
   *
   * @param cursors what the hub holds of the node's numbers, at most what a Welcome carries
   */
  record Admitted(Map<Lane, SeqRanges> cursors) implements Answer {}

  /**
   * The node's store is not the one that the hub knows.
   *
   * @param message for the operator
   * @param forkPoints per lane, the first number that the two do not share
   */
  record Forked(String message, Map<Lane, Long> forkPoints) implements Answer {}

  /**
   * Not now: another opening of the node's store has a session.
   *
   * @param message for the operator
   */
  record Busy(String message, long retryAfterMillis) implements Answer {}

  /** Records the greeting unless it is refused. A failure refuses the session for now. */
  CompletionStage<Answer> admit(Frame.Hello hello);

  /**
   * Records that the node's clock showed {@code nodeTime} when the hub's did {@code hubWallMillis}.
   */
  void recordTime(NodeId node, BootTime nodeTime, long hubWallMillis);
}
