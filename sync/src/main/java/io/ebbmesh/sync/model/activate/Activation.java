package io.ebbmesh.sync.model.activate;

import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.GoldenAnswers;
import io.ebbmesh.sync.model.verify.GoldenCheck;
import io.ebbmesh.sync.model.verify.ManifestCheck;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Brings one candidate at a time from "its file is whole" to "it serves".
 *
 * <pre>
 * state       input                     next        told
 * RECOVERING  disk read                 IDLE        Recovered to the observer, Serve for each release
 * IDLE        Activate                  TRYING      golden inputs to the device
 * TRYING      answers right             FLIPPING
 * TRYING      wrong, failed, timed out  IDLE        NotActivated
 * FLIPPING    pointer is durable        IDLE        Serve, Activated
 * FLIPPING    write failed              IDLE        NotActivated
 * not IDLE    Activate                  unchanged   NotActivated
 * </pre>
 *
 * What served before serves on in every state.
 */
public final class Activation extends AbstractBehavior<Activation.Command> {

  /** To the activation. */
  public sealed interface Command {}

  /** The file of the candidate is whole; try it and let it serve. */
  public record Activate(Candidate candidate, ActorRef<Outcome> replyTo) implements Command {}

  private record DiskRead(Recovered recovered) implements Command {}

  private record DiskFailed(Throwable failure) implements Command {}

  private record Answered(long attempt, List<float[]> answers) implements Command {}

  private record NotAnswered(long attempt, String problem) implements Command {}

  private record Flipped() implements Command {}

  private record NotFlipped(String problem) implements Command {}

  /** What became of a candidate. */
  public sealed interface Outcome {
    Candidate candidate();
  }

  public record Activated(Candidate candidate) implements Outcome {}

  public record NotActivated(Candidate candidate, String problem) implements Outcome {}

  private final ModelFiles files;
  private final ReleaseStore store;
  private final GoldenCheck golden;
  private final ActorRef<Serve> serves;
  private final ActorRef<Recovered> observer;
  private final Duration goldenTimeout;
  private final TimerScheduler<Command> timers;
  private final Executor blocking;

  private boolean recovered;
  private @Nullable Activate current;
  private long attempt;

  private Activation(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ModelFiles files,
      ManifestCheck check,
      GoldenCheck golden,
      ActorRef<Serve> serves,
      ActorRef<Recovered> observer,
      Duration goldenTimeout) {
    super(context);
    this.timers = timers;
    this.files = files;
    this.store = new ReleaseStore(files, check);
    this.golden = golden;
    this.serves = serves;
    this.observer = observer;
    this.goldenTimeout = goldenTimeout;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    context.pipeToSelf(
        onDisk(store::recover),
        (found, failure) -> found == null ? new DiskFailed(failure) : new DiskRead(found));
  }

  /**
   * @param golden runs golden inputs on this node's device
   * @param serves hears which release serves
   * @param observer hears once what was found at the start
   */
  public static Behavior<Command> create(
      ModelFiles files,
      ManifestCheck check,
      GoldenCheck golden,
      ActorRef<Serve> serves,
      ActorRef<Recovered> observer,
      Duration goldenTimeout) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Activation(
                        context, timers, files, check, golden, serves, observer, goldenTimeout)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(DiskRead.class, this::onDiskRead)
        .onMessage(DiskFailed.class, this::onDiskFailed)
        .onMessage(Activate.class, this::onActivate)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(NotAnswered.class, m -> m.attempt() == attempt ? reject(m.problem()) : this)
        .onMessage(Flipped.class, m -> onFlipped())
        .onMessage(NotFlipped.class, m -> reject(m.problem()))
        .build();
  }

  private Behavior<Command> onDiskRead(DiskRead read) {
    recovered = true;
    read.recovered()
        .problems()
        .forEach((model, problem) -> getContext().getLog().error("model {}: {}", model, problem));
    for (Candidate candidate : read.recovered().serving()) {
      serve(candidate);
    }
    observer.tell(read.recovered());
    return this;
  }

  private Behavior<Command> onDiskFailed(DiskFailed read) {
    // Thrown, so that supervision tries again later.
    throw new IllegalStateException("the model directory cannot be read", read.failure());
  }

  private Behavior<Command> onActivate(Activate activate) {
    if (!recovered || current != null) {
      activate
          .replyTo()
          .tell(new NotActivated(activate.candidate(), "another release is being activated"));
      return this;
    }
    current = activate;
    long number = ++attempt;
    Candidate candidate = activate.candidate();
    timers.startSingleTimer(
        Activate.class,
        new NotAnswered(
            number,
            rejection(
                candidate, "the device did not answer within golden-timeout " + goldenTimeout)),
        goldenTimeout);
    getContext()
        .pipeToSelf(
            run(candidate),
            (answers, failure) ->
                answers == null
                    ? new NotAnswered(number, rejection(candidate, "the device failed: " + failure))
                    : new Answered(number, answers));
    return this;
  }

  private CompletionStage<List<float[]>> run(Candidate candidate) {
    Path file = files.path(candidate.variant().digest());
    try {
      return golden.run(
          candidate.manifest(),
          candidate.variant(),
          file,
          GoldenAnswers.inputs(candidate.manifest()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Behavior<Command> onAnswered(Answered answered) {
    Activate activate = current;
    if (activate == null || answered.attempt() != attempt) {
      return this;
    }
    timers.cancel(Activate.class);
    // A late timer message must not end the flip that starts now.
    attempt++;
    try {
      GoldenAnswers.judge(activate.candidate().manifest(), answered.answers());
    } catch (Rejected e) {
      return reject(text(e));
    }
    getContext()
        .pipeToSelf(
            onDisk(
                () -> {
                  store.activate(activate.candidate());
                  return Done.getInstance();
                }),
            (done, failure) ->
                failure == null
                    ? new Flipped()
                    : new NotFlipped(
                        text(
                            new Rejected(
                                Why.STORAGE, activate.candidate().release() + ": " + failure))));
    return this;
  }

  private Behavior<Command> onFlipped() {
    Activate activate = current;
    if (activate != null) {
      current = null;
      getContext().getLog().info("{} serves", activate.candidate().release());
      serve(activate.candidate());
      activate.replyTo().tell(new Activated(activate.candidate()));
    }
    return this;
  }

  private Behavior<Command> reject(String problem) {
    timers.cancel(Activate.class);
    attempt++;
    Activate activate = current;
    if (activate != null) {
      current = null;
      getContext().getLog().warn("not activated: {}", problem);
      activate.replyTo().tell(new NotActivated(activate.candidate(), problem));
    }
    return this;
  }

  private void serve(Candidate candidate) {
    serves.tell(
        new Serve(
            candidate.manifest(), candidate.variant(), files.path(candidate.variant().digest())));
  }

  private static String rejection(Candidate candidate, String detail) {
    return text(new Rejected(Why.GOLDEN_FAILED, candidate.release() + ": " + detail));
  }

  private static String text(Rejected problem) {
    return String.valueOf(problem.getMessage());
  }

  /** Work that blocks. */
  private interface OnDisk<T> {
    T run() throws IOException;
  }

  private <T> CompletableFuture<T> onDisk(OnDisk<T> work) {
    Supplier<T> supplier =
        () -> {
          try {
            return work.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    return CompletableFuture.supplyAsync(supplier, blocking);
  }
}
