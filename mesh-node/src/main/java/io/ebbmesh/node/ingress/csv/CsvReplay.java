package io.ebbmesh.node.ingress.csv;

import io.ebbmesh.node.pipeline.Pipeline;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.NodeClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Replays one CSV file into the pipeline; the position of a reading is the number of its data row.
 *
 * <pre>
 * state      input                                  next
 * ATTACHING  attached at position p                 WARMING, with the rows up to p
 * WARMING    warmed, and the last row was p         REPLAYING
 * REPLAYING  accepted, paced                        (sends as many rows as credit and pace allow)
 * REPLAYING  end of file, and all are answered      ended
 * REPLAYING  a bad line or refused reading, "stop"  ended with a problem, once all are answered
 * any        the pipeline stopped                   ended, with a problem
 * </pre>
 *
 * The rows before p are read again from the beginning, so that the windows are as if there had been
 * no interruption. It blocks on the file: start it on a dispatcher for blocking work.
 */
public final class CsvReplay extends AbstractBehavior<CsvReplay.Command> {

  private static final int WARM_BATCH = 256;
  private static final Duration PACE = Duration.ofMillis(20);

  /** To the replay. */
  public sealed interface Command {}

  private record FromPipeline(Pipeline.Reply reply) implements Command {}

  private enum Internal implements Command {
    PACED,
    PIPELINE_STOPPED
  }

  /**
   * The replay is over; the actor has stopped.
   *
   * @param accepted readings that became durable
   * @param refused lines and readings that were left out
   * @param problem what ended it before the end of the file; null at the end of the file
   */
  public record Ended(String file, long accepted, long refused, @Nullable String problem) {}

  private enum State {
    ATTACHING,
    WARMING,
    REPLAYING
  }

  private final CsvSettings settings;
  private final NodeClock clock;
  private final ActorRef<Pipeline.Command> pipeline;
  private final ActorRef<Pipeline.Reply> self;
  private final ActorRef<Ended> whenEnded;
  private final TimerScheduler<Command> timers;
  private final CsvFile file;
  private final SourceLog log;
  private final List<String> channels;

  private final Pace pace;
  private State state = State.ATTACHING;
  private long resumeAfter;
  private int credit;
  private int inFlight;
  private long accepted;
  private long refused;
  private boolean atEnd;
  private @Nullable String problem;

  private CsvReplay(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CsvSettings settings,
      NodeClock clock,
      ActorRef<Pipeline.Command> pipeline,
      ActorRef<Ended> whenEnded)
      throws IOException, CsvException {
    super(context);
    this.settings = settings;
    this.clock = clock;
    this.pipeline = pipeline;
    this.whenEnded = whenEnded;
    this.timers = timers;
    this.channels = settings.columns().channelNames();
    this.pace = new Pace(settings.rowsPerSecond(), clock.monotonicNanos());
    this.file = CsvFile.open(settings.file(), settings.columns());
    this.log = SourceLog.open(settings.sourceLog());
    this.self = context.messageAdapter(Pipeline.Reply.class, FromPipeline::new);
    context.watchWith(pipeline, Internal.PIPELINE_STOPPED);
    boolean stops = settings.badLine() == CsvSettings.BadLine.STOP;
    pipeline.tell(new Pipeline.Attach(settings.source(), self, stops));
  }

  /**
   * Replays a file once.
   *
   * @param whenEnded told once, whatever ends the replay
   */
  public static Behavior<Command> create(
      CsvSettings settings,
      NodeClock clock,
      ActorRef<Pipeline.Command> pipeline,
      ActorRef<Ended> whenEnded) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  try {
                    return new CsvReplay(context, timers, settings, clock, pipeline, whenEnded);
                  } catch (CsvException | IOException e) {
                    String problem = String.valueOf(e.getMessage());
                    context.getLog().error("replay does not begin: {}", problem);
                    whenEnded.tell(new Ended(settings.file().toString(), 0, 0, problem));
                    return Behaviors.stopped();
                  }
                }));
  }

  /**
   * Opens the file and reads its header, so that a node can refuse to start without them.
   *
   * @throws CsvException naming what is wrong and the remedy
   */
  public static void check(CsvSettings settings) throws CsvException {
    try (CsvFile opened = CsvFile.open(settings.file(), settings.columns());
        SourceLog log = SourceLog.open(settings.sourceLog())) {
      log.flush();
      opened.row();
    } catch (IOException e) {
      throw CsvException.ofFile("cannot replay " + settings.file() + ": " + e);
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromPipeline.class, from -> orEnd(() -> onReply(from.reply())))
        .onMessageEquals(Internal.PACED, () -> orEnd(this::replay))
        .onMessageEquals(Internal.PIPELINE_STOPPED, this::onPipelineStopped)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  /** A step that may find the file or the log unusable. */
  private interface Step {
    @Nullable String run() throws IOException, CsvException;
  }

  private Behavior<Command> orEnd(Step step) {
    String found;
    try {
      found = step.run();
    } catch (IOException e) {
      found = "cannot read " + settings.file() + " or write its log: " + e;
    } catch (CsvException e) {
      found = String.valueOf(e.getMessage());
    }
    if (found != null) {
      atEnd = true;
      problem = problem == null ? found : problem;
    }
    return atEnd && inFlight == 0 ? end() : this;
  }

  /** Takes an answer; a problem if the replay ends with it. */
  private @Nullable String onReply(Pipeline.Reply reply) throws IOException, CsvException {
    if (reply instanceof Pipeline.Attached attached && state == State.ATTACHING) {
      resumeAfter = attached.position();
      credit = attached.credit();
      state = State.WARMING;
      getContext()
          .getLog()
          .info("replays {} as '{}' after row {}", settings.file(), settings.source(), resumeAfter);
      return warm();
    }
    if (reply instanceof Pipeline.Warmed && state == State.WARMING) {
      return warm();
    }
    if (reply instanceof Pipeline.Accepted taken) {
      inFlight--;
      accepted++;
      log.accepted(taken.position(), taken.lane(), taken.seq());
      return replay();
    }
    if (reply instanceof Pipeline.Refused not) {
      if (not.position() == 0) {
        return not.message();
      }
      inFlight--;
      String found = leaveOut(not.position(), "row " + not.position() + ": " + not.message());
      return found != null ? found : replay();
    }
    return null;
  }

  private @Nullable String warm() throws IOException, CsvException {
    List<Reading> batch = new ArrayList<>(WARM_BATCH);
    while (batch.size() < WARM_BATCH && file.row() < resumeAfter) {
      CsvRow row;
      try {
        row = file.next();
      } catch (CsvException e) {
        if (e.skippable()) {
          // It was reported when it was passed the first time.
          continue;
        }
        throw e;
      }
      if (row == null) {
        return settings.file()
            + " has "
            + file.row()
            + " rows, but row "
            + resumeAfter
            + " of source '"
            + settings.source()
            + "' is durable already; restore the file, or name another ebbmesh.node.csv.source";
      }
      batch.add(reading(row));
    }
    if (!batch.isEmpty()) {
      pipeline.tell(new Pipeline.Warm(settings.source(), batch, self));
      return null;
    }
    state = State.REPLAYING;
    if (!pace.isUnlimited()) {
      timers.startTimerWithFixedDelay(Internal.PACED, PACE);
    }
    return replay();
  }

  private @Nullable String replay() throws IOException, CsvException {
    if (state != State.REPLAYING) {
      return null;
    }
    List<Reading> batch = new ArrayList<>();
    String found = null;
    while (found == null
        && !atEnd
        && inFlight + batch.size() < credit
        && pace.take(clock.monotonicNanos())) {
      try {
        CsvRow row = file.next();
        if (row == null) {
          atEnd = true;
        } else {
          log.produced(row.number());
          batch.add(reading(row));
        }
      } catch (CsvException e) {
        found =
            e.skippable()
                ? leaveOut(file.row(), String.valueOf(e.getMessage()))
                : String.valueOf(e.getMessage());
      }
    }
    log.flush();
    inFlight += batch.size();
    batch.forEach(reading -> pipeline.tell(new Pipeline.Submit(reading, self)));
    return found;
  }

  /** Counts and reports a row that cannot be used; a problem if that ends the replay. */
  private @Nullable String leaveOut(long row, String message) throws IOException {
    if (settings.badLine() == CsvSettings.BadLine.STOP) {
      return message + ", then start the node again, or set ebbmesh.node.csv.bad-line = skip";
    }
    refused++;
    log.refused(row);
    getContext().getLog().warn("left out for good, {} so far: {}", refused, message);
    return null;
  }

  private Reading reading(CsvRow row) {
    return new Reading(
        row.stream(),
        new SourcePosition(settings.source(), row.number()),
        clock.monotonicNanos(),
        channels,
        row.values());
  }

  private Behavior<Command> onPipelineStopped() {
    problem = "the pipeline stopped";
    return end();
  }

  private Behavior<Command> end() {
    if (problem == null) {
      getContext()
          .getLog()
          .info("replayed {}: {} accepted, {} left out", settings.file(), accepted, refused);
    } else {
      getContext()
          .getLog()
          .error("replay of {} stops at row {}: {}", settings.file(), file.row(), problem);
    }
    whenEnded.tell(new Ended(settings.file().toString(), accepted, refused, problem));
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop() {
    try {
      log.close();
      file.close();
    } catch (IOException e) {
      getContext().getLog().warn("cannot close {}: {}", settings.file(), e.toString());
    }
    return this;
  }
}
