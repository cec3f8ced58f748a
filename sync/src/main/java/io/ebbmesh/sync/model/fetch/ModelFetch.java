package io.ebbmesh.sync.model.fetch;

import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.model.activate.Activation;
import io.ebbmesh.sync.model.activate.Recovered;
import io.ebbmesh.sync.model.activate.Serve;
import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.GoldenCheck;
import io.ebbmesh.sync.model.verify.ManifestCheck;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import io.ebbmesh.sync.session.FrameSender;
import io.ebbmesh.sync.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The node's model road: hears wishes, fetches one file at a time, has it activated and reports. A
 * thin shell around {@link Wanted} and {@link FetchMachine}.
 */
public final class ModelFetch extends AbstractBehavior<ModelFetch.Command> {

  /** To the model road. */
  public sealed interface Command {}

  private record FromSession(Session.Signal signal) implements Command {}

  private record FoundOnDisk(Recovered recovered) implements Command {}

  private record Outcome(Activation.Outcome outcome) implements Command {}

  private record LookedUp(Candidate candidate, boolean whole) implements Command {}

  private record FromDisk(FetchMachine.Input input) implements Command {}

  private enum Timer implements Command {
    WAKE
  }

  /** The activation restarts with Pekko's backoff without its random factor. */
  private static final Duration MIN_BACKOFF = Duration.ofSeconds(1);

  private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

  /**
   * What a node's model road is made of.
   *
   * @param session hears what serves, for the next Hello
   * @param verifier knows the keys that this node trusts
   * @param kinds accelerators of this node, the preferred first
   * @param files of this node
   * @param golden runs golden inputs on this node's device
   * @param serves hears which release serves
   */
  public record Surroundings(
      ActorRef<Session.Command> session,
      NodeClock clock,
      ManifestVerifier verifier,
      List<String> kinds,
      ModelFiles files,
      GoldenCheck golden,
      ActorRef<Serve> serves,
      FetchSettings settings) {}

  private final Surroundings around;
  private final TimerScheduler<Command> timers;
  private final FetchMachine machine;
  private final Wanted wanted;
  private final PartWriter writer;
  private final ActorRef<Activation.Command> activation;
  private final ActorRef<Activation.Outcome> outcomes;

  private boolean recovered;
  private @Nullable Candidate lookingUp;
  private @Nullable Candidate activating;
  private Frame.@Nullable Wish early;
  private @Nullable FrameSender sender;

  private ModelFetch(
      ActorContext<Command> context, TimerScheduler<Command> timers, Surroundings around) {
    super(context);
    this.around = around;
    this.timers = timers;
    FetchSettings settings = around.settings();
    this.machine = new FetchMachine(settings.windowChunks(), settings.chunkTimeout().toNanos());
    ManifestCheck check =
        new ManifestCheck(around.verifier(), around.kinds(), settings.maxModelBytes());
    this.wanted = new Wanted(check);
    this.writer =
        new PartWriter(
            around.files(),
            context.getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    this.outcomes = context.messageAdapter(Activation.Outcome.class, Outcome::new);
    this.activation =
        context.spawn(
            Behaviors.supervise(
                    Activation.create(
                        around.files(),
                        check,
                        around.golden(),
                        around.serves(),
                        context.messageAdapter(Recovered.class, FoundOnDisk::new),
                        settings.goldenTimeout()))
                .onFailure(SupervisorStrategy.restartWithBackoff(MIN_BACKOFF, MAX_BACKOFF, 0.0)),
            "activation");
    around
        .session()
        .tell(
            new Session.RegisterModels(
                context.messageAdapter(Session.Signal.class, FromSession::new)));
  }

  public static Behavior<Command> create(Surroundings around) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new ModelFetch(context, timers, around)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromSession.class, this::onSession)
        .onMessage(FoundOnDisk.class, this::onFoundOnDisk)
        .onMessage(LookedUp.class, this::onLookedUp)
        .onMessage(FromDisk.class, m -> feed(m.input()))
        .onMessage(Outcome.class, this::onOutcome)
        .onMessageEquals(Timer.WAKE, () -> feed(new FetchMachine.Wake()))
        .build();
  }

  private Behavior<Command> onSession(FromSession message) {
    Session.Signal signal = message.signal();
    if (signal instanceof Session.Up up) {
      sender = up.sender();
      report();
    } else if (signal instanceof Session.Down) {
      sender = null;
      early = null;
      wanted.linkDown();
      feed(new FetchMachine.LinkDown());
    } else if (signal instanceof Session.Heard heard) {
      if (heard.frame() instanceof Frame.Wish wish) {
        onWish(wish);
      } else if (heard.frame() instanceof Frame.Chunk chunk) {
        feed(new FetchMachine.ChunkIn(chunk));
      }
    }
    return this;
  }

  private void onWish(Frame.Wish wish) {
    if (!recovered) {
      early = wish;
      return;
    }
    wanted.wish(wish);
    Candidate current = machine.current();
    if (current != null && wanted.wants(current)) {
      wanted.remove(current);
    } else if (current != null) {
      feed(new FetchMachine.Abandon());
    }
    if (lookingUp != null && !wanted.wants(lookingUp)) {
      lookingUp = null;
    } else if (lookingUp != null) {
      wanted.remove(lookingUp);
    }
    if (activating != null) {
      wanted.remove(activating);
    }
    report();
    next();
  }

  private Behavior<Command> onFoundOnDisk(FoundOnDisk message) {
    recovered = true;
    wanted.recovered(message.recovered());
    if (activating != null) {
      wanted.failed(activating, activating.release() + ": the activation had to start again");
      activating = null;
    }
    around.session().tell(new Session.ModelStanding(wanted.serving()));
    report();
    Frame.Wish waiting = early;
    early = null;
    if (waiting != null) {
      onWish(waiting);
    }
    return this;
  }

  /** Takes the next candidate if nothing else is under way. */
  private void next() {
    if (!machine.isIdle() || lookingUp != null || activating != null) {
      return;
    }
    Candidate candidate = wanted.next();
    if (candidate == null) {
      return;
    }
    lookingUp = candidate;
    getContext()
        .pipeToSelf(
            writer.hasWhole(candidate.variant()),
            (whole, failure) -> new LookedUp(candidate, failure == null && whole));
  }

  private Behavior<Command> onLookedUp(LookedUp found) {
    if (lookingUp != found.candidate()) {
      // Not wanted any more.
      next();
      return this;
    }
    lookingUp = null;
    if (found.whole()) {
      activate(found.candidate());
    } else if (sender != null) {
      feed(new FetchMachine.Begin(found.candidate()));
    } else {
      next();
    }
    return this;
  }

  private void activate(Candidate candidate) {
    activating = candidate;
    activation.tell(new Activation.Activate(candidate, outcomes));
  }

  private Behavior<Command> onOutcome(Outcome message) {
    activating = null;
    if (message.outcome() instanceof Activation.Activated done) {
      wanted.activated(done.candidate());
      around.session().tell(new Session.ModelStanding(wanted.serving()));
    } else if (message.outcome() instanceof Activation.NotActivated not) {
      wanted.failed(not.candidate(), not.problem());
    }
    report();
    next();
    return this;
  }

  private Behavior<Command> feed(FetchMachine.Input input) {
    for (FetchMachine.Output output : machine.on(around.clock().monotonicNanos(), input)) {
      perform(output);
    }
    setTimer();
    next();
    return this;
  }

  private void perform(FetchMachine.Output output) {
    if (output instanceof FetchMachine.Request request) {
      if (sender != null) {
        sender.send(new Frame.ChunkRequest(request.file(), request.chunk()));
      }
    } else if (output instanceof FetchMachine.Write write) {
      hear(
          write.fetch(),
          () -> writer.write(write.position(), write.bytes()),
          new FetchMachine.Written(write.fetch(), write.chunk()));
    } else if (output instanceof FetchMachine.CreatePart create) {
      hear(create.fetch(), () -> writer.create(create.file()), null);
    } else if (output instanceof FetchMachine.CompletePart complete) {
      hear(
          complete.fetch(),
          () -> writer.complete(complete.variant()),
          new FetchMachine.Completed(complete.fetch()));
    } else if (output instanceof FetchMachine.DropPart drop) {
      // What cannot be removed now is removed when the next release is activated.
      writer.drop(drop.file());
    } else if (output instanceof FetchMachine.Fetched fetched) {
      activate(fetched.candidate());
    } else if (output instanceof FetchMachine.Failed failed) {
      getContext().getLog().warn("not fetched: {}", failed.problem().getMessage());
      wanted.failed(failed.candidate(), String.valueOf(failed.problem().getMessage()));
      report();
    }
  }

  /** Tells the machine when the disk is done; {@code good} is null if it need not know. */
  private void hear(
      long fetch, Supplier<CompletionStage<Boolean>> work, FetchMachine.@Nullable Input good) {
    CompletionStage<Boolean> done = work.get();
    getContext()
        .pipeToSelf(
            done,
            (ok, failure) -> {
              if (failure == null) {
                return new FromDisk(good == null ? new FetchMachine.Written(-1, 0) : good);
              }
              Rejected problem =
                  failure instanceof Rejected rejected
                      ? rejected
                      : new Rejected(Why.STORAGE, String.valueOf(failure));
              return new FromDisk(new FetchMachine.DiskFailed(fetch, problem));
            });
  }

  private void report() {
    if (sender != null && recovered) {
      sender.send(wanted.report());
    }
  }

  private void setTimer() {
    long at = machine.wakeAtNanos();
    if (at == FetchMachine.NEVER) {
      timers.cancel(Timer.WAKE);
    } else {
      long delay = Math.max(0, at - around.clock().monotonicNanos());
      timers.startSingleTimer(Timer.WAKE, Timer.WAKE, Duration.ofNanos(delay));
    }
  }
}
