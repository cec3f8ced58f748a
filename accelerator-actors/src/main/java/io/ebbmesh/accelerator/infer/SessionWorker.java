package io.ebbmesh.accelerator.infer;

import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.accelerator.device.ModelSignature;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/** Holds one session for as long as it is good, on a thread that it may block. */
final class SessionWorker extends AbstractBehavior<SessionWorker.Command> {

  sealed interface Command {}

  /** Opens and checks the session; the first message, sent by {@link #create}. */
  private enum Open implements Command {
    INSTANCE
  }

  /** Runs the batch and tells the owner what came of each item. */
  record Run(List<Pending> batch) implements Command {}

  /** Ends after what was sent before. */
  enum Close implements Command {
    INSTANCE
  }

  /** What becomes of the session; the worker has ended after the two failures. */
  sealed interface Event {

    record Opened(ModelSignature signature) implements Event {}

    record OpenFailed(DeviceException cause) implements Event {}

    /** Each item of the batch has an outcome. */
    record Finished(List<Outcome> outcomes) implements Event {}

    record RunFailed(List<Outcome> outcomes, String message) implements Event {}
  }

  /** What came of one item. */
  record Outcome(Pending item, InferenceAnswer answer) {}

  private final Device device;
  private final NodeClock clock;
  private final Generation generation;
  private final String node;
  private final Consumer<Event> owner;
  private @Nullable DeviceSession session;

  static Behavior<Command> create(
      Device device, NodeClock clock, Generation generation, String node, Consumer<Event> owner) {
    return Behaviors.setup(
        context -> {
          context.getSelf().tell(Open.INSTANCE);
          return new SessionWorker(context, device, clock, generation, node, owner);
        });
  }

  private SessionWorker(
      ActorContext<Command> context,
      Device device,
      NodeClock clock,
      Generation generation,
      String node,
      Consumer<Event> owner) {
    super(context);
    this.device = device;
    this.clock = clock;
    this.generation = generation;
    this.node = node;
    this.owner = owner;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Run.class, this::onRun)
        .onMessage(Open.class, open -> onOpen())
        .onMessage(Close.class, close -> Behaviors.stopped())
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onOpen() {
    try {
      DeviceSession opened = device.open(generation.file());
      session = opened;
      generation.check().check(opened);
      owner.accept(new Event.Opened(opened.signature()));
      return this;
    } catch (DeviceException e) {
      return openFailed(e);
    } catch (RuntimeException e) {
      return openFailed(
          new DeviceException(
              DeviceException.Reason.FAILED, "device " + device.kind() + " failed: " + e, e));
    }
  }

  private Behavior<Command> openFailed(DeviceException cause) {
    owner.accept(new Event.OpenFailed(cause));
    return Behaviors.stopped();
  }

  private Behavior<Command> onRun(Run run) {
    DeviceSession open = session;
    if (open == null) {
      throw new IllegalStateException("a batch came before the session was open");
    }
    List<Outcome> outcomes = new ArrayList<>(run.batch().size());
    List<Pending> batch = stillWanted(run.batch(), outcomes);
    String broken = batch.isEmpty() ? null : runAll(open, batch, outcomes);
    if (broken == null) {
      owner.accept(new Event.Finished(outcomes));
      return this;
    }
    session = null;
    close(open);
    owner.accept(new Event.RunFailed(outcomes, broken));
    return Behaviors.stopped();
  }

  /** Without those whose deadline passed while the batch was handed over. */
  private List<Pending> stillWanted(List<Pending> batch, List<Outcome> outcomes) {
    long now = clock.monotonicNanos();
    for (Pending item : batch) {
      if (item.expired(now)) {
        outcomes.add(failed(item, Reason.DEADLINE, "deadline passed before it could run"));
      }
    }
    return outcomes.isEmpty() ? batch : batch.stream().filter(each -> !each.expired(now)).toList();
  }

  /** Adds every item's outcome. Returns what broke the session, or null if it is still good. */
  private @Nullable String runAll(DeviceSession open, List<Pending> batch, List<Outcome> outcomes) {
    try {
      List<Map<String, Tensor>> outputs = open.run(inputs(batch));
      for (int i = 0; i < batch.size(); i++) {
        outcomes.add(
            new Outcome(
                batch.get(i), new Decided(generation.release().release(), node, outputs.get(i))));
      }
      return null;
    } catch (DeviceException e) {
      if (e.reason() == DeviceException.Reason.BAD_INPUT) {
        return refused(open, batch, outcomes, e);
      }
      failAll(batch, e.getMessage(), outcomes);
      return e.reason() == DeviceException.Reason.FAILED ? e.getMessage() : null;
    } catch (RuntimeException e) {
      String message = "device " + device.kind() + " failed: " + e;
      getContext().getLog().error("{}", message, e);
      failAll(batch, message, outcomes);
      return message;
    }
  }

  /** One bad item must not fail its neighbours in the batch: each gets a run of its own. */
  private @Nullable String refused(
      DeviceSession open, List<Pending> batch, List<Outcome> outcomes, DeviceException cause) {
    if (batch.size() == 1) {
      outcomes.add(failed(batch.get(0), Reason.BAD_INPUT, cause.getMessage()));
      return null;
    }
    String broken = null;
    for (Pending item : batch) {
      if (broken == null) {
        broken = runAll(open, List.of(item), outcomes);
      } else {
        outcomes.add(failed(item, Reason.DEVICE_FAILED, broken));
      }
    }
    return broken;
  }

  private static List<Map<String, Tensor>> inputs(List<Pending> batch) {
    if (batch.size() == 1) {
      return List.of(batch.get(0).inputs());
    }
    List<Map<String, Tensor>> inputs = new ArrayList<>(batch.size());
    for (Pending item : batch) {
      inputs.add(item.inputs());
    }
    return inputs;
  }

  private static void failAll(List<Pending> batch, String message, List<Outcome> outcomes) {
    for (Pending item : batch) {
      outcomes.add(failed(item, Reason.DEVICE_FAILED, message));
    }
  }

  private static Outcome failed(Pending item, Reason reason, String message) {
    return new Outcome(item, Pending.failed(reason, message));
  }

  private Behavior<Command> onStop() {
    DeviceSession open = session;
    session = null;
    if (open != null) {
      close(open);
    }
    return this;
  }

  private void close(DeviceSession open) {
    try {
      open.close();
    } catch (RuntimeException e) {
      getContext().getLog().warn("session of {} did not close", generation.release(), e);
    }
  }
}
