package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.session.Frame;

/**
 * What the roads at the hub hear of sessions. For each session a road hears {@link PeerUp}, any
 * number of {@link PeerHeard} and {@link PeerDown}, in this order. Signals of different sessions
 * interleave; those of an old session of a node may come after {@link PeerUp} of its next.
 */
public final class Peers {

  private Peers() {}

  /**
   * One session of one node.
   *
   * @param number never used twice by one hub process
   */
  public record SessionId(NodeId node, long number) {}

  /** To a road. */
  public sealed interface Signal {
    SessionId session();
  }

  /**
   * A node was admitted; the Welcome is on its way.
   *
   * @param credit what the node may have sent and not heard of, from the Welcome on
   */
  public record PeerUp(
      SessionId session,
      Frame.Hello hello,
      Frame.Welcome welcome,
      CreditWindow credit,
      PeerSender sender)
      implements Signal {}

  /** A frame of this road's types, in the order sent. */
  public record PeerHeard(SessionId session, Frame frame) implements Signal {}

  /** The session ended. */
  public record PeerDown(SessionId session, String reason) implements Signal {}
}
