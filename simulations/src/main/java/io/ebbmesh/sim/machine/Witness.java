package io.ebbmesh.sim.machine;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;

/**
 * Hears what happens in a simulation, on the world's thread and in the order of events; for
 * invariants, reports and tests. Nodes are numbered from 1.
 */
public interface Witness {

  /** A node was added to the fleet; it is off. */
  default void added(SimNode node) {}

  /** A node's machine has power and its program starts. */
  default void booted(SimNode node) {}

  /** The outbox of a node accepts. */
  default void opened(SimNode node) {}

  /**
   * A node's program ended.
   *
   * @param power whether the power went, and unsynced writes with it
   */
  default void crashed(SimNode node, boolean power) {}

  /** An older copy was put on the disk of a node that is off. */
  default void rewound(SimNode node) {}

  /**
   * The disk of a machine that runs was copied to a second one, which starts with it.
   *
   * @param copy is off
   */
  default void cloned(SimNode node, SimNode copy) {}

  /** Bits on the disk of a node were turned, or its syncs failed: what it held may be gone. */
  default void damaged(SimNode node) {}

  /** A link came up or went. */
  default void link(SimNode node, boolean up) {}

  /** Both directions of a link pass, or not both. */
  default void path(SimNode node, boolean whole) {}

  /** A session of a node was welcomed, or its connection is gone. */
  default void session(SimNode node, boolean live) {}

  /** The hub welcomed a node over a connection, or its end of that one is gone. */
  default void held(SimNode node, boolean session) {}

  /** A node tried to connect. */
  default void dialled(SimNode node) {}

  /** Bytes were handed to a wire. */
  default void sent(SimNode node, boolean toHub, int bytes) {}

  /** A frame arrived at the hub or at the node. */
  default void arrived(SimNode node, boolean toHub, Frame frame) {}

  /** A source made a reading. */
  default void produced(SimNode node, String source, long position) {}

  /**
   * A source heard at a start how far the outbox knows it.
   *
   * @param position highest position that is durable; 0 if none
   */
  default void attached(SimNode node, String source, long position) {}

  /**
   * A source heard that its reading is accepted.
   *
   * @param lane that its insight is in
   * @param seq its sequence number there; 0 if it is not kept any more
   */
  default void accepted(SimNode node, String source, long position, Lane lane, long seq) {}

  /** A source heard that its reading will never be accepted. */
  default void refused(SimNode node, String source, long position) {}

  /** The hub's store goes on with what a node's hello said of its outbox. */
  default void greeted(SimNode node, Greeting greeting) {}

  /**
   * A change of the hub's store is durable.
   *
   * @param now what the lane holds since then, and which of the change's numbers repeat readings
   */
  default void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {}

  /** A node's disk was written to. */
  default void disk(SimNode node, long usedBytes) {}

  /** The hub's program starts. */
  default void hubBooted() {}

  /** The hub's program ended. */
  default void hubCrashed() {}

  /** The hub's store fails from now on, or works again. */
  default void hubStoreFails(boolean fails) {}

  /**
   * Something was done to the world on purpose.
   *
   * @param node 0 if it is not about one
   */
  default void fault(int node, String kind, String text) {}

  /** One event of the world is over. */
  default void afterEvent() {}
}
