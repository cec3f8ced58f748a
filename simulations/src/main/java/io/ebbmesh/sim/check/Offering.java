package io.ebbmesh.sim.check;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.Outbox;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Offers insights until all are accepted, and tells which number each was given. */
final class Offering extends AbstractBehavior<Outbox.Reply> {

  private final ActorRef<Outbox.Command> intake;
  private final List<Insight> insights;
  private final int inFlight;
  private final CompletableFuture<long[]> result;
  private final long[] seqs;
  private int generation;
  private int next;
  private int accepted;

  private Offering(
      ActorContext<Outbox.Reply> context,
      ActorRef<Outbox.Command> intake,
      List<Insight> insights,
      int inFlight,
      CompletableFuture<long[]> result) {
    super(context);
    this.intake = intake;
    this.insights = insights;
    this.inFlight = inFlight;
    this.result = result;
    this.seqs = new long[insights.size()];
    intake.tell(new Attach("check", context.getSelf()));
  }

  /**
   * @param result sequence number of each insight; fails if the outbox refuses one
   */
  static Behavior<Outbox.Reply> create(
      ActorRef<Outbox.Command> intake,
      List<Insight> insights,
      int inFlight,
      CompletableFuture<long[]> result) {
    return Behaviors.setup(context -> new Offering(context, intake, insights, inFlight, result));
  }

  @Override
  public Receive<Outbox.Reply> createReceive() {
    return newReceiveBuilder()
        .onMessage(Accepted.class, this::onAccepted)
        .onMessage(Attached.class, this::onAttached)
        .onAnyMessage(this::onRefused)
        .build();
  }

  private Behavior<Outbox.Reply> onAttached(Attached attached) {
    generation = attached.generation();
    offer(Math.min(inFlight, insights.size()));
    return this;
  }

  private Behavior<Outbox.Reply> onAccepted(Accepted answer) {
    for (int i = 0; i < answer.tickets().length; i++) {
      seqs[(int) answer.tickets()[i]] = answer.seqs()[i];
    }
    accepted += answer.tickets().length;
    if (accepted == insights.size()) {
      result.complete(seqs);
      return Behaviors.stopped();
    }
    offer(Math.min(answer.tickets().length, insights.size() - next));
    return this;
  }

  private void offer(int count) {
    for (int i = 0; i < count; i++) {
      intake.tell(new Offer(next, generation, insights.get(next), getContext().getSelf()));
      next++;
    }
  }

  private Behavior<Outbox.Reply> onRefused(Outbox.Reply answer) {
    result.completeExceptionally(new IllegalStateException("the outbox answered " + answer));
    return Behaviors.stopped();
  }
}
