package io.ebbmesh.node.edge;

import io.ebbmesh.accelerator.infer.Answered;
import io.ebbmesh.accelerator.slot.Slots;
import io.ebbmesh.node.pipeline.Inference;
import io.ebbmesh.node.site.LocalInference;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Brings the answers of this node's slots to whoever asked: the pipeline, or a neighbour. The slots
 * answer every request once and bound how many wait.
 */
final class LocalDevice extends AbstractBehavior<LocalDevice.Command> {

  /** To the actor. */
  sealed interface Command {}

  private record Ask(InferenceRequest request, CompletableFuture<InferenceAnswer> answer)
      implements Command {}

  private record FromSlots(Answered answered) implements Command {}

  private final ActorRef<Slots.Command> slots;
  private final NodeClock clock;
  private final ActorRef<Answered> answers;
  private final Map<Long, CompletableFuture<InferenceAnswer>> open = new LinkedHashMap<>();
  private long lastToken;

  private LocalDevice(
      ActorContext<Command> context, ActorRef<Slots.Command> slots, NodeClock clock) {
    super(context);
    this.slots = slots;
    this.clock = clock;
    this.answers = context.messageAdapter(Answered.class, FromSlots::new);
  }

  static Behavior<Command> create(ActorRef<Slots.Command> slots, NodeClock clock) {
    return Behaviors.setup(context -> new LocalDevice(context, slots, clock));
  }

  /** The device as the pipeline sees it. */
  static Inference inference(ActorRef<Command> device) {
    return request -> ask(device, request);
  }

  /** The device as neighbours see it. */
  static LocalInference forNeighbours(ActorRef<Command> device) {
    return request -> ask(device, request);
  }

  private static CompletionStage<InferenceAnswer> ask(
      ActorRef<Command> device, InferenceRequest request) {
    CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();
    device.tell(new Ask(request, answer));
    return answer;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(FromSlots.class, this::onAnswered)
        .onSignal(PostStop.class, signal -> onStop())
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    long token = ++lastToken;
    open.put(token, ask.answer());
    long deadlineNanos = clock.monotonicNanos() + ask.request().budgetNanos();
    slots.tell(new Slots.Infer(token, ask.request(), deadlineNanos, answers));
    return this;
  }

  private Behavior<Command> onAnswered(FromSlots message) {
    CompletableFuture<InferenceAnswer> answer = open.remove(message.answered().token());
    if (answer != null) {
      answer.complete(message.answered().answer());
    }
    return this;
  }

  private Behavior<Command> onStop() {
    open.values()
        .forEach(
            answer ->
                answer.complete(
                    new InferenceAnswer.Failed(
                        InferenceAnswer.Reason.NO_DEVICE, "the node stops", true)));
    return this;
  }
}
