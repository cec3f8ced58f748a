package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns one device and the sessions of one model on it; what it does when is {@link DeviceState}'s.
 */
public final class DeviceActor extends AbstractBehavior<DeviceActor.Command> {

  /** What the actor takes. */
  public sealed interface Command {}

  /**
   * Asks for one inference; answered by exactly one {@link Answered}.
   *
   * @param token given back with the answer
   * @param deadlineNanos on the node's monotonic clock; a request without an answer by then is
   *     answered {@code DEADLINE}, at most {@code sweep-every} later. The request's own budget is
   *     not looked at
   */
  public record Infer(
      long token, InferenceRequest request, long deadlineNanos, ActorRef<Answered> replyTo)
      implements Command {}

  /**
   * Loads a release beside the one that serves and flips to it when all its sessions are open and
   * checked.
   */
  public record Load(
      ModelRelease release, Path file, SessionCheck check, ActorRef<LoadResult> replyTo)
      implements Command {}

  /** Subscribes to {@link ServingChanged}, until the watcher ends. */
  public record Watch(ActorRef<ServingChanged> replyTo) implements Command {}

  private record FromWorker(Instance instance, SessionWorker.Event event) implements Command {}

  private record WorkerEnded(Instance instance, ActorRef<SessionWorker.Command> worker)
      implements Command {}

  private record Reopen(Instance instance) implements Command {}

  private record LoadTimeout(Generation generation) implements Command {}

  private record WatcherEnded(ActorRef<ServingChanged> watcher) implements Command {}

  private enum Sweep implements Command {
    INSTANCE
  }

  private static final String DISPATCHER = "ebbmesh.accelerator.device-dispatcher";
  private static final String WORKER_DISPATCHER = "ebbmesh.accelerator.worker-dispatcher";

  private final TimerScheduler<Command> timers;
  private final DeviceSettings settings;
  private final String node;
  private final Device device;
  private final NodeClock clock;
  private final DeviceState state;
  private final Set<ActorRef<ServingChanged>> watchers = new LinkedHashSet<>();
  private int workersStarted;

  /**
   * @param node name that answers carry as {@code decidedBy}
   * @param model the only model whose requests it takes
   * @param device closed when the actor ends
   */
  public static Behavior<Command> create(
      DeviceSettings settings, String node, String model, Device device, NodeClock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new DeviceActor(context, timers, settings, node, model, device, clock)));
  }

  /**
   * Where to spawn it, and whoever feeds it much: on its thread, one wake-up carries the answer to
   * the asker and the next request back.
   */
  public static DispatcherSelector dispatcher() {
    return DispatcherSelector.fromConfig(DISPATCHER);
  }

  private DeviceActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      DeviceSettings settings,
      String node,
      String model,
      Device device,
      NodeClock clock) {
    super(context);
    this.timers = timers;
    this.settings = settings;
    this.node = node;
    this.device = device;
    this.clock = clock;
    this.state = new DeviceState(settings, model, new Wishes());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Infer.class, this::onInfer)
        .onMessage(FromWorker.class, this::onWorker)
        .onMessage(Load.class, this::onLoad)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(WorkerEnded.class, this::onWorkerEnded)
        .onMessage(Reopen.class, this::onReopen)
        .onMessage(LoadTimeout.class, this::onLoadTimeout)
        .onMessage(WatcherEnded.class, this::onWatcherEnded)
        .onMessage(Sweep.class, sweep -> onSweep())
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onInfer(Infer infer) {
    state.request(clock.monotonicNanos(), infer.request().model(), new Pending(infer));
    return this;
  }

  private Behavior<Command> onWorker(FromWorker from) {
    long now = clock.monotonicNanos();
    Instance instance = from.instance();
    if (from.event() instanceof SessionWorker.Event.Finished finished) {
      state.finished(now, instance, finished.outcomes());
    } else if (from.event() instanceof SessionWorker.Event.Opened opened) {
      getContext().getLog().info("{} is open on {}", instance, device.kind());
      state.opened(now, instance, opened.signature());
    } else if (from.event() instanceof SessionWorker.Event.OpenFailed failed) {
      getContext().getLog().warn("{}: {}", instance, failed.cause().getMessage());
      state.openFailed(now, instance, failed.cause());
    } else if (from.event() instanceof SessionWorker.Event.RunFailed failed) {
      state.failed(now, instance, failed.outcomes(), failed.message());
    }
    return this;
  }

  private Behavior<Command> onLoad(Load load) {
    state.load(load);
    return this;
  }

  private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
    state.workerEnded(clock.monotonicNanos(), ended.instance(), ended.worker());
    return this;
  }

  private Behavior<Command> onReopen(Reopen reopen) {
    state.reopen(reopen.instance());
    return this;
  }

  private Behavior<Command> onLoadTimeout(LoadTimeout timeout) {
    state.loadTimedOut(timeout.generation());
    return this;
  }

  private Behavior<Command> onSweep() {
    state.sweep(clock.monotonicNanos());
    return this;
  }

  private Behavior<Command> onWatch(Watch watch) {
    if (watchers.size() >= settings.maxWatchers() && !watchers.contains(watch.replyTo())) {
      getContext().getLog().error("max-watchers {} reached", settings.maxWatchers());
      return this;
    }
    if (watchers.add(watch.replyTo())) {
      getContext().watchWith(watch.replyTo(), new WatcherEnded(watch.replyTo()));
    }
    watch.replyTo().tell(state.status());
    return this;
  }

  private Behavior<Command> onWatcherEnded(WatcherEnded ended) {
    watchers.remove(ended.watcher());
    return this;
  }

  private Behavior<Command> onStop() {
    state.stop();
    device.close();
    return this;
  }

  /** Does what the state wants, with actors and timers. */
  private final class Wishes implements DeviceState.Effects {

    @Override
    public ActorRef<SessionWorker.Command> spawn(Instance instance) {
      ActorRef<Command> self = getContext().getSelf();
      ActorRef<SessionWorker.Command> worker =
          getContext()
              .spawn(
                  SessionWorker.create(
                      device,
                      clock,
                      instance.generation(),
                      node,
                      event -> self.tell(new FromWorker(instance, event))),
                  "session-" + ++workersStarted,
                  DispatcherSelector.fromConfig(WORKER_DISPATCHER));
      getContext().watchWith(worker, new WorkerEnded(instance, worker));
      return worker;
    }

    @Override
    public void reopen(Instance instance, long afterNanos, String why) {
      getContext()
          .getLog()
          .warn("{}: {}; opened again in {} ms", instance, why, afterNanos / 1_000_000);
      timers.startSingleTimer(instance, new Reopen(instance), Duration.ofNanos(afterNanos));
    }

    @Override
    public void expectLoaded(Generation generation, long withinNanos) {
      timers.startSingleTimer(
          generation, new LoadTimeout(generation), Duration.ofNanos(withinNanos));
    }

    @Override
    public void forget(Object instanceOrGeneration) {
      timers.cancel(instanceOrGeneration);
    }

    @Override
    public void sweep(long afterNanos) {
      timers.startSingleTimer(Sweep.INSTANCE, Duration.ofNanos(afterNanos));
    }

    @Override
    public void changed(ServingChanged change) {
      getContext().getLog().info("{}", change);
      watchers.forEach(watcher -> watcher.tell(change));
    }
  }
}
