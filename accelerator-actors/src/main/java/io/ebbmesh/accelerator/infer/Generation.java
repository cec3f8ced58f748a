package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.protocol.model.ModelRelease;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The sessions of one release on one device, from loading until it is replaced. */
final class Generation {

  private final DeviceActor.Load load;
  private final List<Instance> instances = new ArrayList<>();
  private @Nullable ModelSignature signature;

  Generation(DeviceActor.Load load) {
    this.load = load;
  }

  ModelRelease release() {
    return load.release();
  }

  Path file() {
    return load.file();
  }

  SessionCheck check() {
    return load.check();
  }

  ActorRef<LoadResult> replyTo() {
    return load.replyTo();
  }

  void add(Function<Instance, ActorRef<SessionWorker.Command>> spawn) {
    instances.add(new Instance(this, instances.size() + 1, spawn));
  }

  List<Instance> instances() {
    return instances;
  }

  /** Null until the first session is open. */
  @Nullable ModelSignature signature() {
    return signature;
  }

  void signature(ModelSignature signature) {
    this.signature = signature;
  }

  boolean allIdle() {
    for (Instance instance : instances) {
      if (instance.state() != Instance.State.IDLE) {
        return false;
      }
    }
    return true;
  }

  /**
   * Which session takes the next batch: one that is idle; or, with {@code ahead}, the one that has
   * been running longest, so that it goes on without waiting for the next batch to be handed over.
   */
  @Nullable Instance next(boolean ahead) {
    Instance longest = null;
    for (Instance instance : instances) {
      if (instance.state() == Instance.State.IDLE) {
        return instance;
      }
      if (ahead
          && instance.takesAhead()
          && (longest == null || instance.startedNanos() - longest.startedNanos() < 0)) {
        longest = instance;
      }
    }
    return longest;
  }

  boolean runs() {
    for (Instance instance : instances) {
      if (instance.state() == Instance.State.RUNNING) {
        return true;
      }
    }
    return false;
  }

  boolean works(long nowNanos, long stuckNanos) {
    for (Instance instance : instances) {
      if (instance.works(nowNanos, stuckNanos)) {
        return true;
      }
    }
    return false;
  }
}
