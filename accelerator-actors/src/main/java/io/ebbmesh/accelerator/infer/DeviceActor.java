package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
import org.jspecify.annotations.Nullable;

/**
 * Owns one device and the sessions of one model on it.
 *
 * <pre>
 * serving       | event                          | what happens
 * none          | Infer                          | NO_DEVICE
 * a release     | Infer, a session is idle       | runs
 * a release     | Infer, all sessions run        | waits in the queue; BUSY if that is full
 * a release     | Infer, no session works        | NO_DEVICE, so that a neighbour can be asked
 * a release     | a session failed               | it is closed and opened again after a backoff
 * a release     | the last session failed        | all that wait are answered NO_DEVICE
 * any           | Load                           | the new release opens beside the old one
 * any           | all its sessions are open      | it serves; the old ones end after what they run
 * any           | one of them did not open       | they end; the old release goes on
 * </pre>
 */
public final class DeviceActor extends AbstractBehavior<DeviceActor.Command> {

  /** What the actor takes. */
  public sealed interface Command {}

  /**
   * Asks for one inference; answered by exactly one {@link Answered}.
   *
   * @param token given back with the answer
   * @param deadlineNanos on the node's monotonic clock; a request that still waits by then is
   *     answered {@code DEADLINE}. The request's own budget is not looked at
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

  private record FromWorker(
      Instance instance, ActorRef<SessionWorker.Command> worker, SessionWorker.Event event)
      implements Command {}

  private record WorkerEnded(Instance instance, ActorRef<SessionWorker.Command> worker)
      implements Command {}

  private record Reopen(Instance instance) implements Command {}

  private record LoadTimeout(Generation generation) implements Command {}

  private record WatcherEnded(ActorRef<ServingChanged> watcher) implements Command {}

  private enum Sweep implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final DeviceSettings settings;
  private final String node;
  private final String model;
  private final Device device;
  private final NodeClock clock;
  private final WorkQueue queue;
  private final Set<ActorRef<ServingChanged>> watchers = new LinkedHashSet<>();
  private @Nullable Generation serving;
  private @Nullable Generation loading;
  private ServingChanged status;
  private String lastFailure = "no release of it was loaded yet";
  private int workersStarted;
  private boolean sweeping;

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
    this.model = model;
    this.device = device;
    this.clock = clock;
    this.queue = new WorkQueue(settings.queueLimit());
    this.status = new ServingChanged(model, null, false);
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

  // Inference.

  private Behavior<Command> onInfer(Infer infer) {
    long now = clock.monotonicNanos();
    Pending pending =
        new Pending(
            infer.token(), infer.request().inputs(), infer.deadlineNanos(), infer.replyTo());
    if (!infer.request().model().equals(model)) {
      refuse(pending, Reason.UNKNOWN_MODEL, "device serves '" + model + "', not that model");
      return this;
    }
    Generation release = serving;
    if (release == null || !status.deviceOk()) {
      refuseNoDevice(pending);
      return this;
    }
    if (pending.expired(now)) {
      refuseLate(pending);
      return this;
    }
    String mismatch = mismatch(release.signature(), pending.inputs());
    if (mismatch != null) {
      refuse(pending, Reason.BAD_INPUT, release.release() + ": " + mismatch);
      return this;
    }
    Instance idle = queue.isEmpty() ? release.idle() : null;
    if (idle != null) {
      start(idle, List.of(pending), now);
    } else if (!queue.offer(pending)) {
      refuse(
          pending,
          Reason.BUSY,
          "queue of model '" + model + "' is full (queue-limit " + settings.queueLimit() + ")");
    }
    return this;
  }

  private @Nullable String mismatch(
      @Nullable ModelSignature signature, Map<String, Tensor> inputs) {
    String mismatch = signature == null ? null : signature.mismatch(inputs);
    if (mismatch != null) {
      return mismatch;
    }
    long bytes = 0;
    for (Tensor tensor : inputs.values()) {
      bytes += tensor.data().remaining();
    }
    return bytes <= settings.maxInputBytes()
        ? null
        : "inputs of " + bytes + " bytes are over max-input-bytes " + settings.maxInputBytes();
  }

  private void start(Instance instance, List<Pending> batch, long now) {
    instance.started(batch, now);
    instance.worker().tell(new SessionWorker.Run(batch, queue.credit()));
    if (!sweeping) {
      sweeping = true;
      timers.startSingleTimer(Sweep.INSTANCE, Duration.ofNanos(settings.sweepNanos()));
    }
  }

  private void dispatch() {
    Generation release = serving;
    if (release == null || queue.isEmpty()) {
      return;
    }
    ModelSignature signature = release.signature();
    int maxBatch = signature != null && signature.batched() ? settings.maxBatch() : 1;
    long now = clock.monotonicNanos();
    for (Instance idle = release.idle(); idle != null; idle = release.idle()) {
      List<Pending> batch = queue.take(now, maxBatch, this::refuseLate);
      if (batch.isEmpty()) {
        return;
      }
      start(idle, batch, now);
    }
  }

  /** Waiting requests are answered in time even if a device hangs. */
  private Behavior<Command> onSweep() {
    sweeping = false;
    queue.expire(clock.monotonicNanos(), this::refuseLate);
    statusMayHaveChanged();
    Generation release = serving;
    if (release != null && (!queue.isEmpty() || !release.allIdle())) {
      sweeping = true;
      timers.startSingleTimer(Sweep.INSTANCE, Duration.ofNanos(settings.sweepNanos()));
    }
    return this;
  }

  private void refuse(Pending pending, Reason reason, String message) {
    pending.fail(reason, message, queue.credit());
  }

  private void refuseLate(Pending pending) {
    refuse(pending, Reason.DEADLINE, "deadline passed before model '" + model + "' could run");
  }

  private void refuseNoDevice(Pending pending) {
    refuse(
        pending, Reason.NO_DEVICE, "model '" + model + "' has no working device: " + lastFailure);
  }

  // Sessions.

  private Behavior<Command> onLoad(Load load) {
    if (loading != null) {
      load.replyTo()
          .tell(
              failed(
                  load.release(), loading.release() + " is still being loaded; try later", true));
      return this;
    }
    if (!load.release().model().equals(model)) {
      load.replyTo().tell(failed(load.release(), "this slot is for model '" + model + "'", false));
      return this;
    }
    Generation generation = new Generation(load);
    loading = generation;
    for (int i = 0; i < settings.instances(); i++) {
      generation.add(this::spawnWorker);
    }
    timers.startSingleTimer(
        generation, new LoadTimeout(generation), Duration.ofNanos(settings.loadNanos()));
    return this;
  }

  private ActorRef<SessionWorker.Command> spawnWorker(Instance instance) {
    ActorRef<Command> self = getContext().getSelf();
    ActorRef<SessionWorker.Command> worker =
        getContext()
            .spawn(
                SessionWorker.create(
                    device,
                    instance.generation(),
                    node,
                    (from, event) -> self.tell(new FromWorker(instance, from, event))),
                "session-" + ++workersStarted,
                DispatcherSelector.fromConfig(DeviceSettings.WORKER_DISPATCHER));
    getContext().watchWith(worker, new WorkerEnded(instance, worker));
    return worker;
  }

  private Behavior<Command> onWorker(FromWorker from) {
    Instance instance = from.instance();
    if (from.event() instanceof SessionWorker.Event.Finished) {
      onFinished(instance);
    } else if (from.event() instanceof SessionWorker.Event.Opened opened) {
      onOpened(instance, opened);
    } else if (from.event() instanceof SessionWorker.Event.OpenFailed failed) {
      onOpenFailed(instance, failed.cause());
    } else if (from.event() instanceof SessionWorker.Event.RunFailed failed) {
      waitToReopen(instance, failed.message());
    }
    return this;
  }

  private void onFinished(Instance instance) {
    instance.finished();
    dispatch();
    if (!status.deviceOk()) {
      statusMayHaveChanged();
    }
  }

  private void onOpened(Instance instance, SessionWorker.Event.Opened opened) {
    Generation generation = instance.generation();
    instance.opened();
    generation.signature(opened.signature());
    if (generation == loading && generation.allIdle()) {
      Generation old = serving;
      serving = generation;
      loading = null;
      timers.cancel(generation);
      if (old != null) {
        retire(old);
      }
      generation.replyTo().tell(new Loaded(generation.release()));
      getContext().getLog().info("{} serves on {}", generation.release(), device.kind());
    }
    statusMayHaveChanged();
    dispatch();
  }

  private void onOpenFailed(Instance instance, DeviceException cause) {
    Generation generation = instance.generation();
    if (generation == loading) {
      loadFailed(
          generation, cause.getMessage(), cause.reason() != DeviceException.Reason.BAD_MODEL);
    } else {
      waitToReopen(instance, cause.getMessage());
    }
  }

  private Behavior<Command> onLoadTimeout(LoadTimeout timeout) {
    if (timeout.generation() == loading) {
      loadFailed(
          timeout.generation(),
          timeout.generation().release()
              + " did not open within load-within "
              + settings.loadNanos() / 1_000_000
              + " ms",
          true);
    }
    return this;
  }

  private void loadFailed(Generation generation, String message, boolean retryable) {
    loading = null;
    timers.cancel(generation);
    retire(generation);
    if (serving == null) {
      lastFailure = message;
    }
    getContext().getLog().warn("{} does not serve: {}", generation.release(), message);
    generation.replyTo().tell(failed(generation.release(), message, retryable));
  }

  private void waitToReopen(Instance instance, String why) {
    instance.failed();
    if (instance.state() == Instance.State.RETIRED) {
      return;
    }
    lastFailure = why;
    long backoff = instance.backoffNanos(settings.reopenMinNanos(), settings.reopenMaxNanos());
    getContext().getLog().warn("{}: {}; opened again in {} ms", instance, why, backoff / 1_000_000);
    timers.startSingleTimer(instance, new Reopen(instance), Duration.ofNanos(backoff));
    statusMayHaveChanged();
  }

  private Behavior<Command> onReopen(Reopen reopen) {
    Instance instance = reopen.instance();
    if (instance.state() == Instance.State.WAITING) {
      instance.reopening(spawnWorker(instance));
    }
    return this;
  }

  /** Only a worker that ended without saying why is news: a failure inside the driver's code. */
  private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
    Instance instance = ended.instance();
    if (instance.worker() != ended.worker() || instance.state() == Instance.State.WAITING) {
      return this;
    }
    String why = "worker of " + instance + " died";
    for (Pending pending : instance.running()) {
      refuse(pending, Reason.DEVICE_FAILED, why);
    }
    onOpenFailed(instance, new DeviceException(DeviceException.Reason.FAILED, why));
    return this;
  }

  private void retire(Generation generation) {
    for (Instance instance : generation.instances()) {
      timers.cancel(instance);
      instance.worker().tell(SessionWorker.Close.INSTANCE);
      instance.retired();
    }
  }

  private LoadFailed failed(ModelRelease release, String message, boolean retryable) {
    Generation kept = serving;
    return new LoadFailed(release, kept == null ? null : kept.release(), message, retryable);
  }

  // Who wants to know.

  private Behavior<Command> onWatch(Watch watch) {
    if (watchers.size() >= settings.maxWatchers() && !watchers.contains(watch.replyTo())) {
      getContext().getLog().error("max-watchers {} reached", settings.maxWatchers());
      return this;
    }
    if (watchers.add(watch.replyTo())) {
      getContext().watchWith(watch.replyTo(), new WatcherEnded(watch.replyTo()));
    }
    watch.replyTo().tell(status);
    return this;
  }

  private Behavior<Command> onWatcherEnded(WatcherEnded ended) {
    watchers.remove(ended.watcher());
    return this;
  }

  private void statusMayHaveChanged() {
    Generation release = serving;
    boolean works = release != null && release.works(clock.monotonicNanos(), settings.stuckNanos());
    ServingChanged next =
        new ServingChanged(model, release == null ? null : release.release().release(), works);
    if (!works) {
      queue.drain(this::refuseNoDevice);
    }
    if (!next.equals(status)) {
      status = next;
      watchers.forEach(watcher -> watcher.tell(next));
    }
  }

  private Behavior<Command> onStop() {
    lastFailure = "node is stopping";
    queue.drain(this::refuseNoDevice);
    device.close();
    return this;
  }
}
