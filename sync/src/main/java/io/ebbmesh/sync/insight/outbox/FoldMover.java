package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Puts the aggregates of folded insights into their lane. A position of the source {@value #SOURCE}
 * is made of the number of the fold's event, so that each is there once, however often this begins
 * anew.
 *
 * <pre>
 * Tick       asks the lane which folds are not moved, unless one is under way since the last Tick
 * Folds      reads the first one, unless it is at one: the lane also tells of each new one
 * Read       asks where the source stands in the lane of aggregates: Attached, then offers all
 * Accepted   of all: tells the lane, which forgets the fold and names those that are left
 * OutcomeUnknown   asks where the source stands once more, and offers again what is not there
 * refused    begins anew with the next Tick; nothing heard: with the one after that
 * </pre>
 */
final class FoldMover extends AbstractBehavior<FoldMover.Command> {

  /** To this actor. */
  sealed interface Command permits Tick, Folds, Read, Answer {}

  /** Time to look. */
  enum Tick implements Command {
    LOOK
  }

  /** Numbers of events whose aggregates are not moved yet, ascending. */
  record Folds(List<Long> eventNrs) implements Command {}

  private record Read(long eventNr, @Nullable RangeFolded folded) implements Command {}

  private record Answer(Reply reply) implements Command {}

  static final String SOURCE = SourcePosition.OWN_PREFIX + "insight";

  private final LaneJournal journal;
  private final ActorRef<LaneReader.Command> log;
  private final ActorRef<Outbox.Command> intake;
  private final ActorRef<Reply> answers;
  private final TreeSet<Long> unanswered = new TreeSet<>();
  private @Nullable Block aggregates;

  /** The fold under way; 0 if none is. */
  private long eventNr;

  /** Ticks that it may still take. */
  private int patience;

  private FoldMover(
      ActorContext<Command> context,
      LaneJournal journal,
      ActorRef<LaneReader.Command> log,
      ActorRef<Outbox.Command> intake) {
    super(context);
    this.journal = journal;
    this.log = log;
    this.intake = intake;
    this.answers = context.messageAdapter(Reply.class, Answer::new);
  }

  /**
   * @param log of the lane that folds
   * @param intake of the lane of aggregates
   * @param interval between two attempts
   */
  static Behavior<Command> create(
      LaneJournal journal,
      ActorRef<LaneReader.Command> log,
      ActorRef<Outbox.Command> intake,
      Duration interval) {
    Behavior<Command> mover =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      timers.startTimerWithFixedDelay(Tick.LOOK, interval);
                      context.getSelf().tell(Tick.LOOK);
                      return new FoldMover(context, journal, log, intake);
                    }));
    return Behaviors.supervise(mover).onFailure(SupervisorStrategy.restart());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Folds.class, this::onFolds)
        .onMessage(Read.class, this::onRead)
        .onMessage(Answer.class, this::onAnswer)
        .build();
  }

  private Behavior<Command> onTick() {
    if (eventNr > 0 && patience-- > 0) {
      return this;
    }
    forget();
    log.tell(new LaneRelief.GetFolds(getContext().getSelf().narrow()));
    return this;
  }

  private void forget() {
    eventNr = 0;
    aggregates = null;
    unanswered.clear();
  }

  private Behavior<Command> onFolds(Folds folds) {
    if (folds.eventNrs().contains(eventNr)) {
      return this;
    }
    forget();
    if (folds.eventNrs().isEmpty()) {
      return this;
    }
    eventNr = folds.eventNrs().get(0);
    patience = 1;
    long[] wanted = {eventNr};
    journal.read(
        LaneReader.persistenceId(Lane.INSIGHT),
        wanted,
        new FoldReader(getContext().getSelf(), eventNr));
    return this;
  }

  private Behavior<Command> onRead(Read read) {
    if (read.eventNr() != eventNr || aggregates != null) {
      return this;
    }
    RangeFolded folded = read.folded();
    if (folded == null) {
      lost("the journal cannot give them any more");
      return this;
    }
    try {
      aggregates = BlockDecoder.parse(folded.aggregates());
      intake.tell(new Attach(SOURCE, answers));
    } catch (BlockException e) {
      lost(String.valueOf(e.getMessage()));
    }
    return this;
  }

  /** The journal reports the damage; that their insights are gone is declared as it is. */
  private void lost(String why) {
    getContext().getLog().error("aggregates of fold {} are lost: {}", eventNr, why);
    moved();
  }

  private Behavior<Command> onAnswer(Answer answer) {
    if (answer.reply() instanceof Attached attached) {
      offer(attached.generation());
    } else if (answer.reply() instanceof Accepted accepted) {
      for (long ticket : accepted.tickets()) {
        if (unanswered.remove(ticket) && unanswered.isEmpty()) {
          Failpoint.MOVED.reached();
          moved();
        }
      }
    } else if (answer.reply() instanceof OutcomeUnknown) {
      if (!unanswered.isEmpty()) {
        unanswered.clear();
        intake.tell(new Attach(SOURCE, answers));
      }
    } else {
      // Full, busy or failing.
      unanswered.clear();
      patience = 0;
    }
    return this;
  }

  private void offer(int generation) {
    Block block = aggregates;
    if (block == null || !unanswered.isEmpty()) {
      return;
    }
    List<Offer> offers = new ArrayList<>();
    try {
      for (Insight insight : BlockDecoder.decode(block)) {
        long position = eventNr * (Fold.MAX_GROUPS + 1L) + offers.size();
        unanswered.add(position);
        offers.add(new Offer(position, generation, withSource(insight, position), answers));
      }
      intake.tell(new Outbox.OfferPast(block.header().base(), offers));
    } catch (BlockException e) {
      lost(String.valueOf(e.getMessage()));
    }
  }

  private static Insight withSource(Insight insight, long position) {
    return new Insight(
        insight.kind(),
        insight.stream(),
        insight.model(),
        insight.label(),
        insight.decidedBy(),
        insight.observedNanos(),
        insight.score(),
        insight.values(),
        new SourcePosition(SOURCE, position));
  }

  private void moved() {
    aggregates = null;
    unanswered.clear();
    log.tell(new LaneRelief.Moved(eventNr, getContext().getSelf().narrow()));
  }

  /** Finds the event on the journal's thread. */
  private static final class FoldReader implements RunReader {

    private final ActorRef<Command> mover;
    private final long eventNr;
    private @Nullable RangeFolded folded;

    FoldReader(ActorRef<Command> mover, long eventNr) {
      this.mover = mover;
      this.eventNr = eventNr;
    }

    @Override
    public void onEvent(long readNr, Object event) {
      if (event instanceof RangeFolded found) {
        folded = found;
      }
    }

    @Override
    public void onEnd(@Nullable Exception failure) {
      if (failure == null) {
        mover.tell(new Read(eventNr, folded));
      }
    }
  }
}
