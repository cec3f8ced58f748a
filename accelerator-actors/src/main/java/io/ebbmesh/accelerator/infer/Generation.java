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

  private final ModelRelease release;
  private final Path file;
  private final SessionCheck check;
  private final ActorRef<LoadResult> replyTo;
  private final List<Instance> instances = new ArrayList<>();
  private @Nullable ModelSignature signature;

  Generation(DeviceActor.Load load) {
    this.release = load.release();
    this.file = load.file();
    this.check = load.check();
    this.replyTo = load.replyTo();
  }

  ModelRelease release() {
    return release;
  }

  Path file() {
    return file;
  }

  SessionCheck check() {
    return check;
  }

  ActorRef<LoadResult> replyTo() {
    return replyTo;
  }

  void add(Function<Instance, ActorRef<SessionWorker.Command>> spawn) {
    instances.add(new Instance(this, instances.size() + 1, spawn));
  }

  List<Instance> instances() {
    return instances;
  }

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

  @Nullable Instance idle() {
    for (Instance instance : instances) {
      if (instance.state() == Instance.State.IDLE) {
        return instance;
      }
    }
    return null;
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
