package io.ebbmesh.node.pipeline;

import io.ebbmesh.sync.insight.outbox.Outbox;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Asks the outbox where one source stands until it answers, then stops. */
final class AttachOnce {

  private AttachOnce() {}

  /**
   * @param number tells this attachment of the source from others
   */
  static Behavior<Outbox.Reply> create(
      String source,
      int number,
      ActorRef<Outbox.Command> outbox,
      Duration again,
      ActorRef<Pipeline.Command> pipeline) {
    return Behaviors.setup(
        context -> {
          outbox.tell(new Outbox.Attach(source, context.getSelf()));
          context.setReceiveTimeout(again, new Outbox.OutcomeUnknown(0, new long[0]));
          return Behaviors.receiveMessage(
              reply -> {
                if (reply instanceof Outbox.Attached attached) {
                  pipeline.tell(new Pipeline.Stands(source, number, attached));
                  return Behaviors.stopped();
                }
                outbox.tell(new Outbox.Attach(source, context.getSelf()));
                return Behaviors.same();
              });
        });
  }
}
