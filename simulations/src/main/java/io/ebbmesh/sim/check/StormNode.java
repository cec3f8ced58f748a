package io.ebbmesh.sim.check;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The insight road of a node in a storm, without a disk: its whole outbox is one block, which it
 * sends in each session until the hub holds it, and then makes the next. Its session and its link
 * are the real ones.
 */
final class StormNode extends AbstractBehavior<Session.Signal> {

  private static final int ZSTD_LEVEL = 3;

  private final NodeId node;
  private final NodeClock clock;
  private final ActorRef<Session.Command> session;
  private final ServedNodes served;
  private final BlockEncoder encoder = new BlockEncoder(ZSTD_LEVEL);
  private final DetectionStream insights;
  private final Lineage lineage;
  private long head;
  private byte[] block = new byte[0];

  private StormNode(
      ActorContext<Session.Signal> context,
      NodeId node,
      long number,
      NodeClock clock,
      ActorRef<Session.Command> session,
      ServedNodes served) {
    super(context);
    this.node = node;
    this.clock = clock;
    this.session = session;
    this.served = served;
    this.insights = new DetectionStream(number, DetectionStream.MIN_BYTES);
    this.lineage = new Lineage(List.of(new Lineage.Epoch(number, Map.of(Lane.INSIGHT, 1L))));
    makeBlock();
    session.tell(new Session.RegisterInsights(context.getSelf()));
  }

  /**
   * @param number of the node, for its insights
   * @param served hears of each block that the hub holds
   */
  static Behavior<Session.Signal> create(
      NodeId node,
      long number,
      NodeClock clock,
      ActorRef<Session.Command> session,
      ServedNodes served) {
    return Behaviors.setup(context -> new StormNode(context, node, number, clock, session, served));
  }

  private void makeBlock() {
    head++;
    encoder.clear();
    encoder.add(insights.next());
    block = encoder.encode(Lane.INSIGHT, head, clock.now()).bytes();
    UUID incarnation = UUID.nameUUIDFromBytes(node.value().getBytes(StandardCharsets.UTF_8));
    session.tell(
        new Session.InsightStanding(
            new Incarnation(incarnation), lineage, Ancestry.NONE, Map.of(Lane.INSIGHT, head)));
  }

  @Override
  public Receive<Session.Signal> createReceive() {
    return newReceiveBuilder()
        .onMessage(Session.Up.class, this::onUp)
        .onMessage(Session.Heard.class, this::onHeard)
        .onMessage(Session.Forked.class, forked -> this)
        .onMessage(Session.Down.class, down -> this)
        .build();
  }

  private Behavior<Session.Signal> onUp(Session.Up up) {
    up.sender().send(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(head, head), block));
    return this;
  }

  private Behavior<Session.Signal> onHeard(Session.Heard heard) {
    if (heard.frame() instanceof Frame.Ack ack && ack.held().contains(head)) {
      served.add(node);
      makeBlock();
    }
    return this;
  }
}
