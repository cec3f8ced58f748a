package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import java.util.ArrayDeque;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.apache.pekko.dispatch.UnboundedMessageQueueSemantics;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Mailbox of a simulated actor; made by Pekko, by name. What a task says after it has spent time is
 * put in only when that time has passed, even if the receiver is about to run.
 */
public final class SimMailbox implements MailboxType, ProducesMessageQueue<SimMailbox.Queue> {

  private final SimProcess process;

  /** As Pekko calls it. */
  public SimMailbox(ActorSystem.Settings settings, Config config) {
    process = SimProcess.of(settings);
  }

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    return new Queue(process);
  }

  /** Messages in the order in which they arrive. */
  public static final class Queue implements MessageQueue, UnboundedMessageQueueSemantics {

    private final SimProcess process;
    private final ArrayDeque<Envelope> messages = new ArrayDeque<>(2);

    private Queue(SimProcess process) {
      this.process = process;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope message) {
      long wait = process.world().spentNanos();
      if (wait == 0) {
        messages.add(message);
      } else {
        process
            .world()
            .schedule(process, 0, () -> receiver.tell(message.message(), message.sender()));
      }
    }

    @Override
    public @Nullable Envelope dequeue() {
      return messages.poll();
    }

    @Override
    public int numberOfMessages() {
      return messages.size();
    }

    @Override
    public boolean hasMessages() {
      return !messages.isEmpty();
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      messages.clear();
    }
  }
}
