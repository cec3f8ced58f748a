package io.ebbmesh.sim.crash;

import io.ebbmesh.sync.insight.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run: producers post all the time, the target is hit and started again, then the books are
 * read.
 *
 * <pre>
 * node   serves; hit at a random moment; start
 * hub    is down while readings pile up; start; hit at a random moment of the drain
 * </pre>
 */
final class CrashRun {

  private static final Duration ACCEPTANCE_LIMIT = Duration.ofSeconds(90);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
  private static final long STEP_MILLIS = 20;
  private static final int WORTH_ARCHIVES = 20;

  private final CrashPlan plan;
  private final CrashFleet fleet;
  private final HttpLoad load;
  private final Moments moments;
  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private int kills;
  private int killsInDrain;
  private Map<String, Integer> steps = Map.of();

  CrashRun(CrashPlan plan, CrashFleet fleet, PrintStream out) {
    this.plan = plan;
    this.fleet = fleet;
    this.load = new HttpLoad(fleet.httpPort(), plan.workers(), plan.seed());
    this.moments = new Moments(plan.seed());
    this.out = out;
  }

  /** Runs to the end; what goes wrong on the way is in the report. */
  CrashReport run() throws InterruptedException {
    String problem = null;
    try {
      fleet.awaitReady(Target.HUB);
      fleet.awaitReady(Target.NODE);
      if (plan.hits() >= WORTH_ARCHIVES) {
        fleet.archive();
        fleet.awaitReady(Target.HUB);
        fleet.awaitReady(Target.NODE);
      }
      load.start();
      awaitAcceptance(0);
      if (plan.target() == Target.HUB) {
        // In order: only lets the first backlog begin.
        fleet.stop(Target.HUB);
      }
      if (plan.times() > 0) {
        steps = new FailpointHits(plan, fleet, out).run();
      }
      while (kills < plan.kills()) {
        hit();
      }
      if (plan.target() == Target.HUB) {
        fleet.restart();
      }
      fleet.awaitReady(plan.target());
      load.finish(ANSWER_LIMIT);
      new NodeStatus(fleet.httpPort()).awaitDrained(DRAIN_LIMIT);
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
      load.abandon();
    }
    fleet.stop(Target.NODE);
    fleet.stop(Target.HUB);
    return report(problem);
  }

  private void awaitAcceptance(long more) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + ACCEPTANCE_LIMIT.toNanos();
    while (load.acceptedCount() <= more) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "no reading was accepted within "
                + ACCEPTANCE_LIMIT.toSeconds()
                + " s; the last answer: "
                + load.lastProblem());
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  private void awaitDrainBegun(long stored) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
    while (fleet.storedAtHub() <= stored) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "nothing reached the hub within " + DRAIN_LIMIT.toSeconds() + " s after its start");
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  private void hit() throws IOException, InterruptedException {
    boolean isHub = plan.target() == Target.HUB;
    long waiting = load.acceptedCount();
    if (isHub) {
      Thread.sleep(moments.down().toMillis());
      waiting = load.acceptedCount();
      fleet.restart();
    }
    Moments.Moment moment = moments.next(plan.target());
    long storedFirst = -1;
    if (moment.after() != Moments.After.LAUNCH) {
      fleet.awaitReady(plan.target());
      storedFirst = isHub ? fleet.storedAtHub() : -1;
    }
    if (moment.after() == Moments.After.WORK) {
      if (isHub) {
        awaitDrainBegun(storedFirst);
      } else {
        awaitAcceptance(load.acceptedCount());
      }
    }
    Thread.sleep(moment.delay().toMillis());
    long stored = storedFirst < 0 ? -1 : fleet.storedAtHub();
    fleet.hit();
    kills++;
    if (stored > storedFirst && stored < waiting) {
      killsInDrain++;
    }
    say(moment, stored, waiting);
    if (!isHub) {
      fleet.restart();
    }
  }

  private void say(Moments.Moment moment, long stored, long waiting) {
    out.printf(
        Locale.ROOT,
        "%4.0f s  %s %d of %d of the %s, %s: %,d readings accepted, %,d posts repeated%s%n",
        seconds(),
        plan.mode() == Mode.POWER ? "power cut" : "kill",
        kills,
        plan.kills(),
        plan.target().name().toLowerCase(Locale.ROOT),
        moment,
        load.acceptedCount(),
        load.repeats(),
        stored < 0
            ? ""
            : String.format(Locale.ROOT, "; %,d of %,d had reached the hub", stored, waiting));
  }

  private CrashReport report(@Nullable String problem) {
    CrashBooks books;
    String all = problem;
    try {
      books = fleet.books(load);
    } catch (IOException | StoreException e) {
      // What cannot be read is not there.
      books = CrashBooks.of(load.accepted(), load::hasBegun, List.of(), CrashBooks.Held.NOTHING);
      all = (problem == null ? "" : problem + "; ") + e.getMessage();
    }
    return CrashReport.of(plan, books, kills, killsInDrain, steps, load.repeats(), seconds(), all);
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
