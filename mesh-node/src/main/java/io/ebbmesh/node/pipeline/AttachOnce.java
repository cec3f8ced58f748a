package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Asks all lanes of the outbox where one source stands until they have answered, then stops. */
final class AttachOnce {

  private AttachOnce() {}

  /**
   * @param message tells the pipeline
   */
  static Behavior<Outbox.Reply> create(
      String source,
      Map<Lane, LaneDoor> doors,
      Duration again,
      ActorRef<Pipeline.Command> pipeline,
      Function<Standing, Pipeline.Command> message) {
    return Behaviors.setup(
        context -> {
          Map<Lane, Outbox.Attached> answers = new EnumMap<>(Lane.class);
          ask(context, source, doors, answers);
          context.setReceiveTimeout(again, new Outbox.OutcomeUnknown(0, new long[0]));
          return Behaviors.receiveMessage(
              reply -> {
                if (reply instanceof Outbox.Attached attached) {
                  answers.put(attached.lane(), attached);
                } else if (reply instanceof Outbox.OutcomeUnknown) {
                  ask(context, source, doors, answers);
                }
                if (answers.size() < doors.size()) {
                  return Behaviors.same();
                }
                pipeline.tell(message.apply(new Standing(List.copyOf(answers.values()))));
                return Behaviors.stopped();
              });
        });
  }

  private static void ask(
      ActorContext<Outbox.Reply> context,
      String source,
      Map<Lane, LaneDoor> doors,
      Map<Lane, Outbox.Attached> answers) {
    doors.forEach(
        (lane, door) -> {
          if (!answers.containsKey(lane)) {
            door.intake().tell(new Outbox.Attach(source, context.getSelf()));
          }
        });
  }
}
