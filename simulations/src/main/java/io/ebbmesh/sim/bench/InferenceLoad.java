package io.ebbmesh.sim.bench;

import io.ebbmesh.accelerator.infer.Answered;
import io.ebbmesh.accelerator.infer.DeviceActor;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A closed loop: keeps a number of requests in flight for a time, as a pipeline does. */
final class InferenceLoad extends AbstractBehavior<InferenceLoad.Command> {

  sealed interface Command {}

  private record Got(Answered answered) implements Command {}

  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final ActorRef<DeviceActor.Command> device;
  private final List<InferenceRequest> requests;
  private final long nanos;
  private final CompletableFuture<Measured> result;
  private final ActorRef<Answered> answers;
  private final Histogram latencies = Measured.histogram();
  private final long[] sentNanos;
  private final long startNanos = System.nanoTime();
  private final long startCpuNanos = Measured.processCpuNanos();
  private int next;
  private int inFlight;

  static Behavior<Command> create(
      ActorRef<DeviceActor.Command> device,
      String model,
      List<Map<String, Tensor>> items,
      int inFlight,
      long nanos,
      CompletableFuture<Measured> result) {
    return Behaviors.setup(
        context -> new InferenceLoad(context, device, model, items, inFlight, nanos, result));
  }

  private InferenceLoad(
      ActorContext<Command> context,
      ActorRef<DeviceActor.Command> device,
      String model,
      List<Map<String, Tensor>> items,
      int inFlight,
      long nanos,
      CompletableFuture<Measured> result) {
    super(context);
    this.device = device;
    this.nanos = nanos;
    this.result = result;
    this.requests = new ArrayList<>();
    items.forEach(item -> requests.add(new InferenceRequest(model, item, PATIENCE_NANOS)));
    this.answers = context.messageAdapter(Answered.class, Got::new);
    this.sentNanos = new long[inFlight];
    for (int i = 0; i < inFlight; i++) {
      send(i, startNanos);
    }
  }

  private void send(int place, long now) {
    sentNanos[place] = now;
    inFlight++;
    device.tell(new DeviceActor.Infer(place, requests.get(next), now + PATIENCE_NANOS, answers));
    next = (next + 1) % requests.size();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Got.class, this::onGot).build();
  }

  private Behavior<Command> onGot(Got got) {
    if (got.answered().answer() instanceof Failed failed) {
      result.completeExceptionally(new IllegalStateException(failed.message()));
      return Behaviors.stopped();
    }
    long now = System.nanoTime();
    int place = (int) got.answered().token();
    latencies.recordValue(now - sentNanos[place]);
    inFlight--;
    if (now - startNanos < nanos) {
      send(place, now);
    }
    if (inFlight > 0) {
      return this;
    }
    result.complete(
        new Measured(latencies, now - startNanos, Measured.processCpuNanos() - startCpuNanos));
    return Behaviors.stopped();
  }
}
