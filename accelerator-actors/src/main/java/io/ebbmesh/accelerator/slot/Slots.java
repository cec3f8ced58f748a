package io.ebbmesh.accelerator.slot;

import com.typesafe.config.Config;
import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.infer.Answered;
import io.ebbmesh.accelerator.infer.DeviceActor;
import io.ebbmesh.accelerator.infer.DeviceSettings;
import io.ebbmesh.accelerator.infer.LoadResult;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.accelerator.infer.ServingChanged;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The models of one node: one slot each, with a device actor of its own.
 *
 * <pre>
 * slot of the model | event               | what happens
 * none              | Infer               | UNKNOWN_MODEL (NO_DEVICE on a node without accelerator)
 * any               | Infer               | the slot's device actor answers
 * none              | Serve               | a slot is made and loads the release; max-slots are enough
 * idle              | Serve               | loads beside what serves; served once it is checked
 * idle              | Serve, same release | answered Loaded
 * loading           | Serve               | refused until the first is answered
 * any               | device actor died   | made again after restore-after, loads what it served
 * </pre>
 */
public final class Slots extends AbstractBehavior<Slots.Command> {

  /** What the actor takes. */
  public sealed interface Command {}

  /** Asks for one inference, as {@link DeviceActor.Infer} does; the request names the model. */
  public record Infer(
      long token, InferenceRequest request, long deadlineNanos, ActorRef<Answered> replyTo)
      implements Command {}

  /**
   * Makes a release serve. The one before it serves until the new one is open and has passed its
   * golden inputs, and goes on if that fails.
   *
   * @param file the variant for this node's kind of accelerator, verified
   */
  public record Serve(ModelManifest manifest, Path file, ActorRef<LoadResult> replyTo)
      implements Command {

    ModelRelease release() {
      return manifest.release();
    }
  }

  /**
   * Subscribes to the changes of every model, until the watcher ends; what is served now is told at
   * once.
   */
  public record Watch(ActorRef<ServingChanged> replyTo) implements Command {}

  private record LoadAnswered(LoadResult result) implements Command {}

  private record ServingTold(ServingChanged change) implements Command {}

  private record DeviceEnded(String model, ActorRef<DeviceActor.Command> device)
      implements Command {}

  private record Restore(String model) implements Command {}

  private record WatcherEnded(ActorRef<ServingChanged> watcher) implements Command {}

  private final TimerScheduler<Command> timers;
  private final Config config;
  private final String node;
  private final @Nullable Supplier<Device> devices;
  private final NodeClock clock;
  private final int maxSlots;
  private final int maxWatchers;
  private final Duration restorePause;
  private final ActorRef<LoadResult> loadAnswers;
  private final ActorRef<ServingChanged> changes;
  private final Map<String, Slot> slots = new TreeMap<>();
  private final Set<ActorRef<ServingChanged>> watchers = new LinkedHashSet<>();
  private int devicesMade;

  /** One model: its device actor, what it serves and what it is loading. */
  private static final class Slot {
    final String model;
    ServingChanged status;
    @Nullable ActorRef<DeviceActor.Command> device;
    @Nullable Serve served;
    @Nullable Serve loading;

    Slot(String model) {
      this.model = model;
      this.status = new ServingChanged(model, null, false);
    }

    @Nullable ModelRelease servedRelease() {
      return served == null ? null : served.release();
    }
  }

  /**
   * @param config the block {@code ebbmesh.accelerator}
   * @param node name that answers carry as {@code decidedBy}
   * @param devices makes the device of a slot; null on a node without accelerator
   */
  public static Behavior<Command> create(
      Config config, String node, @Nullable Supplier<Device> devices, NodeClock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Slots(context, timers, config, node, devices, clock)));
  }

  private Slots(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Config config,
      String node,
      @Nullable Supplier<Device> devices,
      NodeClock clock) {
    super(context);
    this.timers = timers;
    this.config = config;
    this.node = node;
    this.devices = devices;
    this.clock = clock;
    this.maxSlots = config.getInt("max-slots");
    this.maxWatchers = config.getInt("device.max-watchers");
    this.restorePause = config.getDuration("restore-after");
    this.loadAnswers = context.messageAdapter(LoadResult.class, LoadAnswered::new);
    this.changes = context.messageAdapter(ServingChanged.class, ServingTold::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Infer.class, this::onInfer)
        .onMessage(Serve.class, this::onServe)
        .onMessage(LoadAnswered.class, this::onLoadAnswered)
        .onMessage(ServingTold.class, this::onServingTold)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(DeviceEnded.class, this::onDeviceEnded)
        .onMessage(Restore.class, this::onRestore)
        .onMessage(WatcherEnded.class, this::onWatcherEnded)
        .build();
  }

  private Behavior<Command> onInfer(Infer infer) {
    String model = infer.request().model();
    Slot slot = slots.get(model);
    ActorRef<DeviceActor.Command> device = slot == null ? null : slot.device;
    if (device != null) {
      device.tell(
          new DeviceActor.Infer(
              infer.token(), infer.request(), infer.deadlineNanos(), infer.replyTo()));
    } else if (devices == null) {
      refuse(infer, Reason.NO_DEVICE, "node '" + node + "' has no accelerator");
    } else if (slot != null) {
      refuse(infer, Reason.NO_DEVICE, "device of model '" + model + "' is being made again");
    } else {
      refuse(
          infer,
          Reason.UNKNOWN_MODEL,
          "node '" + node + "' has no model '" + model + "'; it has " + slots.keySet());
    }
    return this;
  }

  private static void refuse(Infer infer, Reason reason, String message) {
    infer.replyTo().tell(new Answered(infer.token(), new Failed(reason, message, true), 0));
  }

  private Behavior<Command> onServe(Serve serve) {
    ModelRelease release = serve.release();
    Slot slot = slots.get(release.model());
    if (devices == null) {
      refuse(serve, slot, "node '" + node + "' has no accelerator", false);
    } else if (slot == null && slots.size() >= maxSlots) {
      refuse(serve, slot, "all " + maxSlots + " slots (max-slots) are taken", false);
    } else if (slot != null && slot.loading != null) {
      refuse(serve, slot, slot.loading.release() + " is still being loaded; try later", true);
    } else if (slot != null && release.equals(slot.servedRelease())) {
      serve.replyTo().tell(new Loaded(release));
    } else {
      if (slot == null) {
        slot = new Slot(release.model());
        slots.put(release.model(), slot);
      }
      slot.loading = serve;
      load(slot, serve, devices);
    }
    return this;
  }

  private static void refuse(Serve serve, @Nullable Slot slot, String message, boolean retryable) {
    ModelRelease kept = slot == null ? null : slot.servedRelease();
    serve.replyTo().tell(new LoadFailed(serve.release(), kept, message, retryable));
  }

  private void load(Slot slot, Serve serve, Supplier<Device> devices) {
    ActorRef<DeviceActor.Command> device = slot.device;
    if (device == null) {
      device = spawnDevice(slot.model, devices);
      slot.device = device;
    }
    device.tell(
        new DeviceActor.Load(
            serve.release(), serve.file(), GoldenCheck.of(serve.manifest()), loadAnswers));
  }

  private ActorRef<DeviceActor.Command> spawnDevice(String model, Supplier<Device> devices) {
    Behavior<DeviceActor.Command> behavior =
        Behaviors.setup(
            context ->
                DeviceActor.create(
                    DeviceSettings.of(config, model), node, model, devices.get(), clock));
    ActorRef<DeviceActor.Command> device =
        getContext()
            .spawn(
                Behaviors.supervise(behavior).onFailure(SupervisorStrategy.stop()),
                "device-" + ++devicesMade,
                DeviceActor.dispatcher());
    getContext().watchWith(device, new DeviceEnded(model, device));
    device.tell(new DeviceActor.Watch(changes));
    return device;
  }

  private Behavior<Command> onLoadAnswered(LoadAnswered answered) {
    LoadResult result = answered.result();
    Slot slot = slots.get(result.release().model());
    if (slot == null) {
      return this;
    }
    Serve loading = slot.loading;
    if (loading != null && loading.release().equals(result.release())) {
      slot.loading = null;
      if (result instanceof Loaded) {
        slot.served = loading;
      }
      loading.replyTo().tell(result);
    } else if (result instanceof LoadFailed failed) {
      getContext().getLog().error("{} was not restored: {}", failed.release(), failed.message());
      restoreLater(slot.model);
    }
    return this;
  }

  private Behavior<Command> onServingTold(ServingTold told) {
    Slot slot = slots.get(told.change().model());
    if (slot != null && !slot.status.equals(told.change())) {
      slot.status = told.change();
      watchers.forEach(watcher -> watcher.tell(told.change()));
    }
    return this;
  }

  private Behavior<Command> onDeviceEnded(DeviceEnded ended) {
    Slot slot = slots.get(ended.model());
    if (slot == null || slot.device != ended.device()) {
      return this;
    }
    getContext().getLog().error("device actor of model '{}' died", ended.model());
    slot.device = null;
    Serve loading = slot.loading;
    if (loading != null) {
      slot.loading = null;
      refuse(loading, slot, "device actor died while it loaded " + loading.release(), true);
    }
    restoreLater(slot.model);
    return onServingTold(
        new ServingTold(new ServingChanged(slot.model, slot.status.release(), false)));
  }

  private void restoreLater(String model) {
    timers.startSingleTimer(model, new Restore(model), restorePause);
  }

  private Behavior<Command> onRestore(Restore restore) {
    Slot slot = slots.get(restore.model());
    if (slot != null && slot.served != null && slot.loading == null && devices != null) {
      load(slot, slot.served, devices);
    }
    return this;
  }

  private Behavior<Command> onWatch(Watch watch) {
    if (watchers.size() >= maxWatchers && !watchers.contains(watch.replyTo())) {
      getContext().getLog().error("max-watchers {} reached", maxWatchers);
      return this;
    }
    if (watchers.add(watch.replyTo())) {
      getContext().watchWith(watch.replyTo(), new WatcherEnded(watch.replyTo()));
    }
    slots.values().forEach(slot -> watch.replyTo().tell(slot.status));
    return this;
  }

  private Behavior<Command> onWatcherEnded(WatcherEnded ended) {
    watchers.remove(ended.watcher());
    return this;
  }
}
