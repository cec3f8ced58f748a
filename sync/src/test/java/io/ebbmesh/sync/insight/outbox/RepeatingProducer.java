package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Offers the positions of one source in order, several at a time, and follows the one rule for
 * producers: a newer generation means to offer everything unanswered again.
 */
final class RepeatingProducer {

  /** To this actor. */
  sealed interface Message {}

  private record Answer(Reply reply) implements Message {}

  private enum Repeat implements Message {
    REPEAT
  }

  private static final Duration PAUSE = Duration.ofMillis(3);

  private final TimerScheduler<Message> timers;
  private final ActorRef<Outbox.Command> intake;
  private final ActorRef<Reply> answers;
  private final String source;
  private final int window;
  private final long last;
  private final Map<Long, Long> acceptedSeqs;
  private final TreeSet<Long> unanswered = new TreeSet<>();
  private int generation;
  private long next;
  private boolean paused;

  private RepeatingProducer(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      ActorRef<Outbox.Command> intake,
      String source,
      int window,
      long last,
      Map<Long, Long> acceptedSeqs) {
    this.timers = timers;
    this.intake = intake;
    this.answers = context.messageAdapter(Reply.class, Answer::new);
    this.source = source;
    this.window = window;
    this.last = last;
    this.acceptedSeqs = acceptedSeqs;
    intake.tell(new Attach(source, answers));
  }

  /**
   * @param last position after which it stops offering
   * @param acceptedSeqs sequence number of each accepted position; 0 where the outbox only knows
   *     that it was accepted
   */
  static Behavior<Message> create(
      ActorRef<Outbox.Command> intake,
      String source,
      int window,
      long last,
      Map<Long, Long> acceptedSeqs) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  RepeatingProducer producer =
                      new RepeatingProducer(
                          context, timers, intake, source, window, last, acceptedSeqs);
                  return Behaviors.receiveMessage(
                      message -> {
                        producer.onMessage(message);
                        return Behaviors.same();
                      });
                }));
  }

  private void onMessage(Message message) {
    if (message instanceof Answer answer) {
      onReply(answer.reply());
    } else {
      paused = false;
      unanswered.forEach(this::offer);
    }
    while (!paused && next > 0 && next <= last && unanswered.size() < window) {
      unanswered.add(next);
      offer(next++);
    }
  }

  private void onReply(Reply reply) {
    if (reply instanceof Attached attached) {
      generation = attached.generation();
      next = attached.position() + 1;
    } else if (reply instanceof Accepted accepted) {
      for (int i = 0; i < accepted.tickets().length; i++) {
        if (unanswered.remove(accepted.tickets()[i])) {
          acceptedSeqs.put(accepted.tickets()[i], accepted.seqs()[i]);
        }
      }
    } else if (reply instanceof OutcomeUnknown unknown && unknown.generation() > generation) {
      generation = unknown.generation();
      if (!paused) {
        unanswered.forEach(this::offer);
      }
    } else if (reply instanceof Rejected rejected && rejected.generation() > generation) {
      generation = rejected.generation();
      paused = true;
      timers.startSingleTimer(Repeat.REPEAT, PAUSE);
    }
  }

  private void offer(long position) {
    intake.tell(new Offer(position, generation, Samples.insight(source, position), answers));
  }
}
