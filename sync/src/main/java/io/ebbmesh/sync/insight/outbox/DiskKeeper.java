package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.Ladder.Bounds;
import io.ebbmesh.sync.insight.outbox.Ladder.Rung;
import io.ebbmesh.sync.insight.outbox.Ladder.Step;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Give;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Given;
import io.ebbmesh.sync.insight.outbox.LaneRelief.How;
import io.ebbmesh.sync.insight.outbox.LaneRelief.LaneRoom;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the lanes inside the disk budget and their times to live. It may block on the disk.
 *
 * <pre>
 * waiting    Tick, Pressed,
 *            FoldMoves       looks at the disk, asks all lanes how large they are: asking
 * asking     the last room   tells each its limits; a step of the ladder, or what is too old:
 *                            giving; neither: waiting
 * giving     Given           asks again
 * asking or giving for many Ticks   asks again: a lane that was restarted forgets questions
 * Pressed of a lane that was found over its limit with nothing to give   waits for the next Tick
 * </pre>
 */
final class DiskKeeper extends AbstractBehavior<DiskKeeper.Command> {

  /** To this actor. */
  sealed interface Command permits Tick, Pressed, FoldMoves, Report, Room, Gave {}

  /** Time to look. */
  enum Tick implements Command {
    LOOK
  }

  /** A lane has grown to where relief starts. */
  record Pressed(Lane lane) implements Command {}

  /** More can be folded, after it had to wait. */
  enum FoldMoves implements Command {
    INSTANCE
  }

  /** Asks how the disk stands. */
  record Report(ActorRef<DiskReport> replyTo) implements Command {}

  private record Room(LaneRoom room) implements Command {}

  private record Gave(Given given) implements Command {}

  /** A step takes as long as reading and writing some megabytes: a lost one is asked again. */
  private static final int PATIENCE_TICKS = 4;

  private final OutboxSettings settings;
  private final LaneJournal journal;
  private final DiskReserve reserve;
  private final Map<Lane, ActorRef<LaneReader.Command>> lanes;
  private final ActorRef<LaneRoom> rooms;
  private final ActorRef<Given> given;
  private final NodeClock clock;
  private final Map<Lane, LaneRoom> answers = new EnumMap<>(Lane.class);
  private final Forecast forecast = new Forecast();
  private final Set<Rung> exhausted = EnumSet.noneOf(Rung.class);
  private final Begun begun = new Begun();
  private final ReliefLog words;
  private final ArrayDeque<Lane> expiries = new ArrayDeque<>();

  /**
   * Lanes that stay where relief starts, for nothing is left to give: they say so again at once.
   */
  private final Set<Lane> stuck = EnumSet.noneOf(Lane.class);

  private @Nullable Step step;
  private boolean foldsWait;
  private boolean busy;
  private int ticksBusy;
  private long kept;

  /** What files took beside blocks while they were short, at the last two ticks. */
  private long dead;

  private long deadAtTick;
  private boolean ticked;
  private long steps;
  private long givenUp;
  private DiskReport report = DiskReport.NONE;

  private DiskKeeper(
      ActorContext<Command> context,
      OutboxSettings settings,
      NodeClock clock,
      LaneJournal journal,
      DiskReserve reserve,
      Map<Lane, ActorRef<LaneReader.Command>> lanes) {
    super(context);
    context.setLoggerName(DiskKeeper.class);
    this.settings = settings;
    this.words = new ReliefLog(settings.budget().warnBelow());
    this.clock = clock;
    this.journal = journal;
    this.reserve = reserve;
    this.lanes = new EnumMap<>(lanes);
    this.rooms = context.messageAdapter(LaneRoom.class, Room::new);
    this.given = context.messageAdapter(Given.class, Gave::new);
  }

  static Behavior<Command> create(
      OutboxSettings settings,
      NodeClock clock,
      LaneJournal journal,
      DiskReserve reserve,
      Map<Lane, ActorRef<LaneReader.Command>> lanes) {
    Behavior<Command> keeper =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      timers.startTimerWithFixedDelay(Tick.LOOK, settings.budget().interval());
                      context.getSelf().tell(Tick.LOOK);
                      return new DiskKeeper(context, settings, clock, journal, reserve, lanes);
                    }));
    return Behaviors.supervise(keeper).onFailure(SupervisorStrategy.restart());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Pressed.class, this::onPressed)
        .onMessage(FoldMoves.class, moves -> onFoldMoves())
        .onMessage(Report.class, this::onReport)
        .onMessage(Room.class, this::onRoom)
        .onMessage(Gave.class, this::onGave)
        .build();
  }

  private Behavior<Command> onTick() {
    if (busy && ++ticksBusy < PATIENCE_TICKS) {
      return this;
    }
    ticked = true;
    exhausted.clear();
    stuck.clear();
    foldsWait = false;
    expiries.clear();
    for (Lane lane : lanes.keySet()) {
      if (!settings.lane(lane).timeToLive().isZero()) {
        expiries.add(lane);
      }
    }
    ask();
    return this;
  }

  private Behavior<Command> onPressed(Pressed pressed) {
    if (!busy && !stuck.contains(pressed.lane())) {
      ask();
    }
    return this;
  }

  private Behavior<Command> onFoldMoves() {
    foldsWait = false;
    if (!busy) {
      ask();
    }
    return this;
  }

  private void ask() {
    busy = true;
    ticksBusy = 0;
    answers.clear();
    lanes.values().forEach(log -> log.tell(new LaneRelief.GetRoom(rooms)));
  }

  private Behavior<Command> onRoom(Room message) {
    answers.put(message.room().lane(), message.room());
    if (busy && answers.size() == lanes.size()) {
      decide();
    }
    return this;
  }

  private void decide() {
    Map<Lane, Long> held = new EnumMap<>(Lane.class);
    answers.forEach((lane, room) -> held.put(lane, room.heldBytes()));
    long budget = budget(held.values().stream().mapToLong(Long::longValue).sum());
    Ladder ladder = new Ladder(settings, budget, held, foldsWait);
    ladder.look(begun);
    forecast.look(clock.monotonicNanos(), answers);
    report(ladder, budget);
    for (Map.Entry<Lane, ActorRef<LaneReader.Command>> lane : lanes.entrySet()) {
      Bounds bounds = ladder.bounds(lane.getKey());
      lane.getValue()
          .tell(
              new LaneRelief.Limits(
                  bounds.startBytes(), bounds.fullBytes(), getContext().getSelf()));
    }
    Step next = ladder.next(begun, exhausted);
    step = next;
    if (next != null) {
      warn(words.onStep(clock.monotonicNanos(), next.rung(), report));
      give(next.rung().lane, new Give(next.rung().how, next.bytes(), given));
    } else if (!expiries.isEmpty()) {
      // One block first: mostly nothing is too old, and that is found out by reading one.
      give(expiries.element(), new Give(How.EXPIRE, 1, given));
    } else {
      for (Lane lane : lanes.keySet()) {
        if (ladder.isOver(lane)) {
          stuck.add(lane);
        }
      }
      if (!foldsWait) {
        begun.clear();
      }
      busy = false;
    }
  }

  private void report(Ladder ladder, long budget) {
    long survives = forecast.survivesMillis(ladder::leftOf, ladder.left());
    report =
        new DiskReport(
            budget,
            ladder.total(),
            kept,
            forecast.bytesPerHour(),
            survives,
            forecast.linkBytesPerSecond(),
            forecast.drainsMillis(),
            report.looks() + 1,
            steps,
            givenUp);
    warn(words.onForecast(report));
  }

  private void warn(@Nullable String what) {
    if (what != null) {
      getContext().getLog().warn(what);
    }
  }

  private Behavior<Command> onReport(Report asked) {
    asked.replyTo().tell(report);
    return this;
  }

  private void give(Lane lane, Give give) {
    Objects.requireNonNull(lanes.get(lane)).tell(give);
  }

  private long budget(long held) {
    try {
      keepReserve(journal.room().fileBytes());
      LaneJournal.Room room = journal.room();
      if (ticked) {
        measureFiles(room, held);
      }
      return settings.budget().budget(room, kept, dead);
    } catch (IOException e) {
      getContext().getLog().warn("the disk cannot be asked for its room: {}", e.toString());
      return report.looks() > 0 ? report.budgetBytes() : settings.budget().diskBytes();
    }
  }

  private void measureFiles(LaneJournal.Room room, long held) {
    ticked = false;
    long start = settings.budget().files(room, kept) / 100 * settings.budget().startPercent();
    boolean areShort = room.liveBytes() >= start;
    long now = areShort ? Math.max(0, room.liveBytes() - 2 * room.fileBytes() - held) : 0;
    // At the second tick: first it is tried to get that back.
    dead = Math.min(now, deadAtTick);
    deadAtTick = now;
    if (now > 0) {
      lanes.values().forEach(log -> log.tell(new LaneLog.Compact(true)));
    }
  }

  private void keepReserve(long fileBytes) {
    try {
      // Not at the first look: a node that only starts and stops needs no reserve.
      kept = report.looks() > 0 ? reserve.keep(fileBytes) : reserve.kept();
    } catch (IOException e) {
      kept = 0;
      getContext().getLog().warn("the reserve of the disk cannot be kept: {}", e.toString());
    }
  }

  private Behavior<Command> onGave(Gave message) {
    Given done = message.given();
    if (!busy) {
      return this;
    }
    steps += done.insights() > 0 ? 1 : 0;
    givenUp += done.insights();
    if (done.how() == How.EXPIRE) {
      onExpired(done);
      return this;
    }
    Step asked = step;
    if (done.waits()) {
      foldsWait = true;
    } else if (asked != null && done.insights() == 0 && !done.again() && answers(done, asked)) {
      exhausted.add(asked.rung());
    }
    ask();
    return this;
  }

  /** One that took long may answer when another step was asked for. */
  private static boolean answers(Given done, Step asked) {
    return asked.rung().lane == done.lane() && asked.rung().how == done.how();
  }

  private void onExpired(Given done) {
    if (done.insights() > 0 || done.again()) {
      give(done.lane(), new Give(How.EXPIRE, settings.budget().stepBytes(), given));
      return;
    }
    expiries.remove(done.lane());
    ask();
  }
}
