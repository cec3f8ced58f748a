package io.ebbmesh.sim.check;

import org.jspecify.annotations.Nullable;

/**
 * What a storm did to a hub, and to a node.
 *
 * @param reconnect null if it was not asked for
 * @param flap null if it was not asked for
 * @param holds whether the promises held
 */
record StormReport(@Nullable Reconnect reconnect, @Nullable Flap flap, boolean holds) {

  /**
   * All nodes come together: at the first start, and after the hub was killed and started again.
   *
   * @param sessions nodes, each with a TLS connection
   * @param firstSeconds from the first dial until the hub held a block of each
   * @param againSeconds from the end of the hub's start until it held another one of each
   * @param dialsAgain dials of all nodes meanwhile, from the kill on
   * @param hubHeapLimitBytes of the hub
   * @param hub afterwards, with all sessions open
   */
  record Reconnect(
      int sessions,
      double firstSeconds,
      double againSeconds,
      long dialsAgain,
      long hubHeapLimitBytes,
      Footprint hub) {}

  /**
   * A node behind a link that is up and down by turns.
   *
   * @param connections attempts of the node while the link flapped
   * @param connectionsPerSecond the same a second
   * @param accepted readings meanwhile
   * @param stored rows at the hub meanwhile
   * @param repeated rows of a reading that has one already; that none is lost is waited for
   */
  record Flap(
      double seconds,
      int halfPeriodMillis,
      long connections,
      double connectionsPerSecond,
      long accepted,
      long stored,
      long repeated,
      Footprint nodeBefore,
      Footprint nodeAfter,
      Footprint hubBefore,
      Footprint hubAfter) {}
}
