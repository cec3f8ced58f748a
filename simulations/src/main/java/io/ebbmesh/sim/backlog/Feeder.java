package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.sync.insight.outbox.Outbox;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A producer of one lane. First its backlog, as fast as it is accepted; then insights at a pace,
 * until it is told to stop. What is refused for want of room, or has an unknown outcome, it offers
 * again, as producers must.
 */
final class Feeder extends AbstractBehavior<Feeder.Command> {

  /** To the producer. */
  sealed interface Command {}

  private record Answered(Outbox.Reply reply) implements Command {}

  private enum Timer implements Command {
    PACE,
    REPEAT
  }

  /** Makes nothing more; the producer ends when everything is accepted. */
  enum Stop implements Command {
    STOP
  }

  /**
   * What became of the producer.
   *
   * @param filled when the backlog is accepted: how long it took, in nanoseconds
   * @param ended when everything is accepted after {@link Stop}: insights made
   */
  record Outcome(CompletableFuture<Long> filled, CompletableFuture<Long> ended) {

    Outcome() {
      this(new CompletableFuture<>(), new CompletableFuture<>());
    }

    private void fail(RuntimeException problem) {
      filled.completeExceptionally(problem);
      ended.completeExceptionally(problem);
    }
  }

  private record Open(Insight insight, long madeAtMillis) {}

  private static final Duration PACE = Duration.ofMillis(10);
  private static final Duration REPEAT_AFTER = Duration.ofMillis(100);

  /** At a pace: beyond it the source is ahead of the outbox, and what is due waits. */
  private static final int MAX_OPEN = 5_000;

  private final TimerScheduler<Command> timers;
  private final ActorRef<Outbox.Command> intake;
  private final FeedPlan plan;
  private final FeedLog log;
  private final Outcome outcome;
  private final DetectionStream stream;
  private final ActorRef<Outbox.Reply> self;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private final long startNanos = System.nanoTime();
  private int generation;
  private long made;
  private boolean live;
  private long liveNanos;
  private long liveMillis;
  private boolean stopping;

  private Feeder(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ActorRef<Outbox.Command> intake,
      FeedPlan plan,
      FeedLog log,
      Outcome outcome) {
    super(context);
    this.timers = timers;
    this.intake = intake;
    this.plan = plan;
    this.log = log;
    this.outcome = outcome;
    this.stream = new DetectionStream(plan.seed(), plan.sizeBytes());
    this.self = context.messageAdapter(Outbox.Reply.class, Answered::new);
    intake.tell(new Outbox.Attach(plan.sources(), self));
  }

  static Behavior<Command> create(
      ActorRef<Outbox.Command> intake, FeedPlan plan, FeedLog log, Outcome outcome) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Feeder(context, timers, intake, plan, log, outcome)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Answered.class, this::onAnswered)
        .onMessageEquals(Timer.PACE, this::onPace)
        .onMessageEquals(Timer.REPEAT, this::onRepeat)
        .onMessage(Stop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onAnswered(Answered answered) {
    Outbox.Reply reply = answered.reply();
    if (reply instanceof Outbox.Accepted accepted) {
      return onAccepted(accepted);
    }
    if (reply instanceof Outbox.Attached attached) {
      generation = attached.generation();
      return offerDue();
    }
    if (reply instanceof Outbox.OutcomeUnknown unknown) {
      return repeatIn(unknown.generation());
    }
    Outbox.Rejected rejected = (Outbox.Rejected) reply;
    if (rejected.reason() == RejectReason.INVALID) {
      outcome.fail(new IllegalStateException("the outbox refused: " + rejected.message()));
      return Behaviors.stopped();
    }
    return repeatIn(rejected.generation());
  }

  private Behavior<Command> onAccepted(Outbox.Accepted accepted) {
    try {
      for (int i = 0; i < accepted.tickets().length; i++) {
        Open was = Objects.requireNonNull(open.remove(accepted.tickets()[i]), "accepted twice");
        log.accepted(plan.lane(), was.insight(), accepted.seqs()[i], was.madeAtMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return offerDue();
  }

  /** All that is open is offered again, in order: none may overtake another. */
  private Behavior<Command> repeatIn(int newGeneration) {
    if (newGeneration > generation) {
      generation = newGeneration;
      timers.startSingleTimer(Timer.REPEAT, Timer.REPEAT, REPEAT_AFTER);
    }
    return this;
  }

  private Behavior<Command> onRepeat() {
    open.forEach((ticket, was) -> offer(ticket, was.insight()));
    return offerDue();
  }

  private Behavior<Command> onPace() {
    return offerDue();
  }

  private Behavior<Command> onStop() {
    stopping = true;
    return offerDue();
  }

  private Behavior<Command> offerDue() {
    if (timers.isTimerActive(Timer.REPEAT)) {
      return this;
    }
    while (open.size() < (live ? MAX_OPEN : plan.inFlight()) && made < due()) {
      make();
    }
    if (!live && open.isEmpty() && made == plan.backlog()) {
      goLive();
    }
    if (stopping && live && open.isEmpty()) {
      outcome.ended().complete(made);
      return Behaviors.stopped();
    }
    return this;
  }

  private void goLive() {
    live = true;
    liveNanos = System.nanoTime();
    liveMillis = System.currentTimeMillis();
    outcome.filled().complete(liveNanos - startNanos);
    if (plan.perSecond() > 0) {
      timers.startTimerAtFixedRate(Timer.PACE, Timer.PACE, PACE);
    }
  }

  /** How many are to be made by now. */
  private long due() {
    if (!live) {
      return plan.backlog();
    }
    if (stopping) {
      return made;
    }
    return plan.backlog() + (long) ((System.nanoTime() - liveNanos) * plan.perSecond() / 1e9);
  }

  private void make() {
    Insight next = stream.next();
    SourcePosition place = Objects.requireNonNull(next.source(), "choose a larger size");
    Insight insight =
        new Insight(
            next.kind(),
            next.stream(),
            next.model(),
            next.label(),
            next.decidedBy(),
            next.observedNanos(),
            next.score(),
            next.values(),
            new SourcePosition(plan.sources() + place.source(), place.position()));
    long ticket = made++;
    open.put(ticket, new Open(insight, madeAtMillis()));
    offer(ticket, insight);
  }

  /** When it was due, not when the producer came to it. */
  private long madeAtMillis() {
    if (!live) {
      return System.currentTimeMillis();
    }
    return liveMillis + (long) ((made - plan.backlog()) * 1e3 / plan.perSecond());
  }

  private void offer(long ticket, Insight insight) {
    intake.tell(new Outbox.Offer(ticket, generation, insight, self));
  }
}
