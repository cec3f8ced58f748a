package io.ebbmesh.sim.backlog;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** How the node of a run reaches its hub. */
interface RunLink extends Closeable {

  /** Words before the node's command, such as those that enter a network namespace; none. */
  default List<String> nodePrefix() {
    return List.of();
  }

  default List<String> hubPrefix() {
    return List.of();
  }

  /** Where the hub listens, as host:port. */
  String hubListens();

  /** Where the node dials, as host:port. */
  String nodeDials();

  /** Until then a node may not reach its hub. */
  void mend() throws IOException, InterruptedException;

  /** Bytes that went up so far. */
  long bytesUp() throws IOException;

  /** What {@link #bytesUp} counts, for the report. */
  String counts();
}
