package io.ebbmesh.sync.insight.planted;

import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Planted violation: one record and one constant of the command have no handler. */
public final class ForgetsAMessage extends AbstractBehavior<ForgetsAMessage.Command> {

  /** What it should handle. */
  public sealed interface Command {}

  record Handled() implements Command {}

  record Forgotten() implements Command {}

  enum Internal implements Command {
    HANDLED,
    FORGOTTEN
  }

  ForgetsAMessage(ActorContext<Command> context) {
    super(context);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Handled.class, message -> this)
        .onMessageEquals(Internal.HANDLED, () -> this)
        .build();
  }
}
