package io.ebbmesh.sim.bench;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.Outbox;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A producer that keeps a number of offers unanswered until all its insights are accepted. */
final class OutboxLoad extends AbstractBehavior<Outbox.Reply> {

  private final ActorRef<Outbox.Command> intake;
  private final List<Insight> insights;
  private final int inFlight;
  private final CompletableFuture<Measured> result;
  private final long[] sentNanos;
  private final Histogram latencies = Measured.histogram();
  private int generation;
  private long startNanos;
  private int next;
  private int accepted;

  private OutboxLoad(
      ActorContext<Outbox.Reply> context,
      ActorRef<Outbox.Command> intake,
      List<Insight> insights,
      int inFlight,
      CompletableFuture<Measured> result) {
    super(context);
    this.intake = intake;
    this.insights = insights;
    this.inFlight = inFlight;
    this.result = result;
    this.sentNanos = new long[insights.size()];
    intake.tell(new Attach("bench", context.getSelf()));
  }

  /**
   * @param result latency of each insight from its offer to its acceptance, and the time from the
   *     first offer to the last acceptance; fails if the outbox refuses anything
   */
  static Behavior<Outbox.Reply> create(
      ActorRef<Outbox.Command> intake,
      List<Insight> insights,
      int inFlight,
      CompletableFuture<Measured> result) {
    return Behaviors.setup(context -> new OutboxLoad(context, intake, insights, inFlight, result));
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
    startNanos = System.nanoTime();
    offer(Math.min(inFlight, insights.size()));
    return this;
  }

  private Behavior<Outbox.Reply> onAccepted(Accepted answer) {
    long now = System.nanoTime();
    for (long ticket : answer.tickets()) {
      latencies.recordValue(now - sentNanos[(int) ticket]);
    }
    accepted += answer.tickets().length;
    if (accepted == insights.size()) {
      result.complete(new Measured(latencies, now - startNanos));
      return Behaviors.stopped();
    }
    offer(Math.min(answer.tickets().length, insights.size() - next));
    return this;
  }

  private void offer(int count) {
    for (int i = 0; i < count; i++) {
      sentNanos[next] = System.nanoTime();
      intake.tell(new Offer(next, generation, insights.get(next), getContext().getSelf()));
      next++;
    }
  }

  private Behavior<Outbox.Reply> onRefused(Outbox.Reply answer) {
    result.completeExceptionally(new IllegalStateException("the outbox answered " + answer));
    return Behaviors.stopped();
  }
}
