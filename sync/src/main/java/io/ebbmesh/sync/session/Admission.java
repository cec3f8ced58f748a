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

  /**
   * Records the greeting and answers what the hub holds of the node's incarnation. A failure
   * refuses the session for now.
   */
  CompletionStage<Map<Lane, SeqRanges>> admit(Frame.Hello hello);

  /**
   * Records that the node's clock showed {@code nodeTime} when the hub's did {@code hubWallMillis}.
   */
  void recordTime(NodeId node, BootTime nodeTime, long hubWallMillis);
}
