package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Runs neighbours' requests on this node's devices, a bounded number at once. */
final class SiteWorker extends AbstractBehavior<SiteWorker.Command> {

  sealed interface Command permits SiteWire.Ask, Ran, Overdue {}

  private record Ran(long run, @Nullable InferenceAnswer answer, @Nullable Throwable failure)
      implements Command {}

  private record Overdue(long run) implements Command {}

  private record Run(long attempt, ActorRef<SiteWire.Answered> replyTo) {}

  private final LocalInference local;
  private final SiteSettings.Limits limits;
  private final TimerScheduler<Command> timers;
  private final Map<Long, Run> running = new LinkedHashMap<>();
  private long lastRun;

  private SiteWorker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LocalInference local,
      SiteSettings.Limits limits) {
    super(context);
    this.timers = timers;
    this.local = local;
    this.limits = limits;
  }

  static Behavior<Command> create(LocalInference local, SiteSettings.Limits limits) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new SiteWorker(context, timers, local, limits)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(SiteWire.Ask.class, this::onAsk)
        .onMessage(Ran.class, this::onRan)
        .onMessage(Overdue.class, this::onOverdue)
        .build();
  }

  private Behavior<Command> onAsk(SiteWire.Ask ask) {
    if (running.size() >= limits.maxServed()) {
      ask.replyTo()
          .tell(
              new SiteWire.Answered(
                  ask.attempt(),
                  new Failed(
                      Reason.BUSY,
                      "this neighbour runs "
                          + limits.maxServed()
                          + " requests, as many as ebbmesh.node.site.max-served allows",
                      true)));
      return this;
    }
    long run = ++lastRun;
    running.put(run, new Run(ask.attempt(), ask.replyTo()));
    timers.startSingleTimer(
        run, new Overdue(run), Duration.ofNanos(Math.max(0, ask.request().budgetNanos())));
    getContext()
        .pipeToSelf(infer(ask.request()), (answer, failure) -> new Ran(run, answer, failure));
    return this;
  }

  private CompletionStage<InferenceAnswer> infer(InferenceRequest request) {
    try {
      return local.infer(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Behavior<Command> onRan(Ran ran) {
    InferenceAnswer answer = ran.answer();
    if (answer == null) {
      getContext().getLog().warn("a neighbour's request failed on this node", ran.failure());
      answer = new Failed(Reason.DEVICE_FAILED, String.valueOf(ran.failure()), true);
    } else if (answer instanceof InferenceAnswer.Decided decided) {
      String over = Carried.overLimit(decided.outputs(), limits.maxMessageBytes());
      if (over != null) {
        answer = new Failed(Reason.BAD_INPUT, "of the answer " + over, false);
      }
    }
    finish(ran.run(), answer);
    return this;
  }

  private Behavior<Command> onOverdue(Overdue overdue) {
    finish(overdue.run(), new Failed(Reason.DEADLINE, "the device did not answer in time", true));
    return this;
  }

  private void finish(long run, InferenceAnswer answer) {
    Run ended = running.remove(run);
    if (ended != null) {
      timers.cancel(run);
      ended.replyTo().tell(new SiteWire.Answered(ended.attempt(), answer));
    }
  }
}
