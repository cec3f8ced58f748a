package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.accelerator.infer.LoadResult.LoadFailed;
import io.ebbmesh.accelerator.infer.LoadResult.Loaded;
import io.ebbmesh.accelerator.infer.SessionWorker.Outcome;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DeviceActor} knows, fed with time and events.
 *
 * <pre>
 * serving   | event                      | what happens
 * none      | request                    | NO_DEVICE
 * a release | request, a session is idle | runs
 * a release | request, all sessions run  | waits in the queue; BUSY if that is full
 * a release | request, no session works  | NO_DEVICE, so that a neighbour can be asked
 * a release | a session failed           | closed, opened again after a backoff
 * a release | the last session failed    | all that wait are answered NO_DEVICE
 * any       | load                       | the new release opens beside the old one
 * any       | all its sessions are open  | it serves; the old ones end after what they were given
 * any       | one of them did not open   | they end; the old release goes on
 * </pre>
 */
final class DeviceState {

  /** What the state wants done. */
  interface Effects {

    ActorRef<SessionWorker.Command> spawn(Instance instance);

    void reopen(Instance instance, long afterNanos, String why);

    void expectLoaded(Generation generation, long withinNanos);

    /** Forgets {@link #reopen} or {@link #expectLoaded}. */
    void forget(Object instanceOrGeneration);

    void sweep(long afterNanos);

    void changed(ServingChanged change);
  }

  private final DeviceSettings settings;
  private final String model;
  private final Effects effects;
  private final WorkQueue queue;
  private @Nullable Generation serving;
  private @Nullable Generation loading;
  private final List<Instance> draining = new ArrayList<>();
  private ServingChanged status;
  private String lastFailure = "no release of it was loaded yet";
  private boolean sweeping;

  DeviceState(DeviceSettings settings, String model, Effects effects) {
    this.settings = settings;
    this.model = model;
    this.effects = effects;
    this.queue = new WorkQueue(settings.queueLimit());
    this.status = new ServingChanged(model, null, false);
  }

  ServingChanged status() {
    return status;
  }

  // Requests.

  void request(long now, String requestedModel, Pending pending) {
    Generation release = serving;
    if (!requestedModel.equals(model)) {
      refuse(pending, Reason.UNKNOWN_MODEL, "device serves '" + model + "', not that model");
    } else if (release == null || !status.deviceOk()) {
      refuseNoDevice(pending);
    } else if (pending.expired(now)) {
      refuseLate(pending);
    } else {
      String mismatch = mismatch(release.signature(), pending.inputs());
      if (mismatch != null) {
        refuse(pending, Reason.BAD_INPUT, release.release() + ": " + mismatch);
      } else if (queue.offer(pending)) {
        dispatch(now);
      } else {
        refuse(
            pending,
            Reason.BUSY,
            "queue of model '" + model + "' is full (queue-limit " + settings.queueLimit() + ")");
      }
    }
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

  private void dispatch(long now) {
    Generation release = serving;
    if (release == null) {
      return;
    }
    ModelSignature signature = release.signature();
    int maxBatch = signature != null && signature.batched() ? settings.maxBatch() : 1;
    // A batch formed ahead of time would miss the requests that come until its turn.
    boolean ahead = maxBatch == 1;
    while (!queue.isEmpty()) {
      Instance next = release.next(ahead);
      if (next == null) {
        return;
      }
      List<Pending> batch = queue.take(now, maxBatch, this::refuseLate);
      if (!batch.isEmpty()) {
        next.given(batch, now);
        next.worker().tell(new SessionWorker.Run(batch));
        sweepLater();
      }
    }
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      effects.sweep(settings.sweepNanos());
    }
  }

  /** Deadlines pass even if a device hangs. */
  void sweep(long now) {
    sweeping = false;
    queue.expire(now, this::refuseLate);
    Generation release = serving;
    if (release != null) {
      draining.removeIf(instance -> instance.running().isEmpty());
      draining.forEach(instance -> refuseLate(instance, now));
      release.instances().forEach(instance -> refuseLate(instance, now));
      statusMayHaveChanged(now);
      if (!queue.isEmpty() || !draining.isEmpty() || !release.allIdle()) {
        sweepLater();
      }
    }
  }

  private void refuseLate(Instance instance, long now) {
    for (Pending pending : instance.running()) {
      if (pending.expired(now)) {
        refuseLate(pending);
      }
    }
    for (Pending pending : instance.ahead()) {
      if (pending.expired(now)) {
        refuseLate(pending);
      }
    }
  }

  private void refuse(Pending pending, Reason reason, String message) {
    pending.fail(reason, message, queue.credit());
  }

  private void refuseLate(Pending pending) {
    refuse(pending, Reason.DEADLINE, "deadline passed before model '" + model + "' answered");
  }

  private void refuseNoDevice(Pending pending) {
    refuse(
        pending, Reason.NO_DEVICE, "model '" + model + "' has no working device: " + lastFailure);
  }

  void stop() {
    lastFailure = "node is stopping";
    queue.drain(this::refuseNoDevice);
    List<Instance> given = new ArrayList<>(draining);
    if (serving != null) {
      given.addAll(serving.instances());
    }
    for (Instance instance : given) {
      instance.running().forEach(this::refuseNoDevice);
      instance.ahead().forEach(this::refuseNoDevice);
    }
  }

  // Loading.

  void load(DeviceActor.Load load) {
    if (loading != null) {
      load.replyTo()
          .tell(failed(load.release(), loading.release() + " is still being loaded", true));
      return;
    }
    if (!load.release().model().equals(model)) {
      load.replyTo().tell(failed(load.release(), "this slot is for model '" + model + "'", false));
      return;
    }
    Generation generation = new Generation(load);
    loading = generation;
    for (int i = 0; i < settings.instances(); i++) {
      generation.add(effects::spawn);
    }
    effects.expectLoaded(generation, settings.loadNanos());
  }

  void opened(long now, Instance instance, ModelSignature signature) {
    Generation generation = instance.generation();
    instance.opened();
    generation.signature(signature);
    if (generation == loading && generation.allIdle()) {
      Generation old = serving;
      serving = generation;
      loading = null;
      effects.forget(generation);
      if (old != null) {
        retire(old);
      }
      generation.replyTo().tell(new Loaded(generation.release()));
    }
    statusMayHaveChanged(now);
    dispatch(now);
  }

  void openFailed(long now, Instance instance, DeviceException cause) {
    if (instance.generation() == loading) {
      boolean retryable = cause.reason() != DeviceException.Reason.BAD_MODEL;
      loadFailed(instance.generation(), cause.getMessage(), retryable);
    } else {
      failed(now, instance, List.of(), cause.getMessage());
    }
  }

  void loadTimedOut(Generation generation) {
    if (generation == loading) {
      long millis = settings.loadNanos() / 1_000_000;
      String message =
          generation.release() + " was not open and checked after " + millis + " ms (load-within)";
      loadFailed(generation, message, true);
    }
  }

  private void loadFailed(Generation generation, String message, boolean retryable) {
    loading = null;
    effects.forget(generation);
    retire(generation);
    if (serving == null) {
      lastFailure = message;
    }
    generation.replyTo().tell(failed(generation.release(), message, retryable));
  }

  private LoadFailed failed(ModelRelease release, String message, boolean retryable) {
    return new LoadFailed(release, serving == null ? null : serving.release(), message, retryable);
  }

  private void retire(Generation generation) {
    for (Instance instance : generation.instances()) {
      effects.forget(instance);
      instance.worker().tell(SessionWorker.Close.INSTANCE);
      instance.retired();
      if (!instance.running().isEmpty()) {
        draining.add(instance);
        sweepLater();
      }
    }
  }

  // Sessions.

  void finished(long now, Instance instance, List<Outcome> outcomes) {
    instance.finished(now);
    dispatch(now);
    answer(outcomes);
    if (!status.deviceOk()) {
      statusMayHaveChanged(now);
    }
  }

  private void answer(List<Outcome> outcomes) {
    int credit = queue.credit();
    for (Outcome outcome : outcomes) {
      outcome.item().answer(outcome.answer(), credit);
    }
  }

  /** The session broke, or its worker died and left no outcomes. */
  void failed(long now, Instance instance, List<Outcome> outcomes, String why) {
    answer(outcomes);
    for (Pending pending : instance.running()) {
      refuse(pending, Reason.DEVICE_FAILED, why);
    }
    queue.giveBack(instance.ahead());
    instance.failed();
    if (instance.state() == Instance.State.WAITING) {
      lastFailure = why;
      effects.reopen(
          instance,
          instance.backoffNanos(settings.reopenMinNanos(), settings.reopenMaxNanos()),
          why);
    }
    statusMayHaveChanged(now);
    dispatch(now);
  }

  /** Only a worker that ended without saying why is news: the driver's code failed badly. */
  void workerEnded(long now, Instance instance, ActorRef<SessionWorker.Command> worker) {
    if (instance.worker().equals(worker) && instance.state() != Instance.State.WAITING) {
      String why = "worker of " + instance + " died";
      if (instance.state() == Instance.State.RETIRED) {
        failed(now, instance, List.of(), why);
      } else {
        openFailed(now, instance, new DeviceException(DeviceException.Reason.FAILED, why));
      }
    }
  }

  void reopen(Instance instance) {
    if (instance.state() == Instance.State.WAITING) {
      instance.reopening(effects::spawn);
    }
  }

  private void statusMayHaveChanged(long now) {
    Generation release = serving;
    boolean works = release != null && release.works(now, settings.stuckNanos());
    if (release != null && !works && release.runs()) {
      lastFailure =
          "a run takes longer than " + settings.stuckNanos() / 1_000_000 + " ms (stuck-after)";
    }
    if (!works) {
      queue.drain(this::refuseNoDevice);
    }
    ServingChanged next =
        new ServingChanged(model, release == null ? null : release.release().release(), works);
    if (!next.equals(status)) {
      status = next;
      effects.changed(next);
    }
  }
}
