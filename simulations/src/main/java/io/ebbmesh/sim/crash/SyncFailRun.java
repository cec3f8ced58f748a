package io.ebbmesh.sim.crash;

import io.ebbmesh.sim.crash.HttpLoad.Acceptance;
import io.ebbmesh.sim.crash.SyncTrace.Sync;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes syncs of a working node fail, in each way and again and again, and ends each round in the
 * next of three ways.
 *
 * <pre>
 * cut            the power goes while syncs still fail: on the disk is only what was synced
 * go on          syncs are good again; the node must accept by itself
 * cut after      syncs are good again, the node accepts, and the power goes
 * </pre>
 */
final class SyncFailRun {

  /** Small segments, so that full ones come often. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "ebbmesh.sync.log.segment-size", "256 KiB", "ebbmesh.sync.log.max-record-size", "64 KiB");

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long LOOK_MILLIS = 5;
  private static final int MOST_PAUSE_MILLIS = 300;

  private enum End {
    CUT,
    GO_ON,
    CUT_AFTER
  }

  private final CrashFleet fleet;
  private final Set<SyncFault> faults;
  private final int times;
  private final PrintStream out;
  private final Collection<Acceptance> acceptances = new ConcurrentLinkedQueue<>();
  private final HttpLoad load;
  private final SyncJudge judge;
  private final SplittableRandom random;
  private final Map<String, Long> failedSyncs = new TreeMap<>();
  private int rounds;
  private int cuts;
  private long unfounded;
  private long retried;
  private long slowestAgainMillis;

  SyncFailRun(CrashPlan plan, CrashFleet fleet, Set<SyncFault> faults, int times, PrintStream out) {
    this.fleet = fleet;
    this.faults = faults;
    this.times = times;
    this.out = out;
    this.load = new HttpLoad(fleet.httpPort(), plan.workers(), plan.seed(), acceptances::add);
    this.judge = new SyncJudge(fleet.segments().toString());
    this.random = new SplittableRandom(plan.seed());
  }

  SyncFailReport run() throws IOException, InterruptedException {
    fleet.awaitReady(Target.HUB);
    fleet.awaitReady(Target.NODE);
    load.start();
    awaitMore(0);
    for (SyncFault fault : faults) {
      for (int i = 0; i < times; i++) {
        round(fault, End.values()[rounds++ % End.values().length]);
      }
    }
    load.finish(LIMIT);
    new NodeStatus(fleet.httpPort()).awaitDrained(LIMIT);
    fleet.stop(Target.NODE);
    fleet.stop(Target.HUB);
    CrashBooks books = fleet.books(load);
    return new SyncFailReport(
        books.accepted(),
        books.acceptedButLost(),
        books.duplicates(),
        books.balanced(),
        failedSyncs,
        cuts,
        unfounded,
        retried,
        slowestAgainMillis,
        null);
  }

  private void round(SyncFault fault, End end) throws IOException, InterruptedException {
    Thread.sleep(random.nextInt(MOST_PAUSE_MILLIS));
    acceptances.clear();
    Path folder = fleet.root().resolve("strace-" + rounds);
    SyncTrace trace = SyncTrace.attach(fleet.pid(Target.NODE), folder, fault.faults());
    try (trace) {
      trace.awaitFailed(fault.atLeast());
      Thread.sleep(fault.millis());
      if (end == End.CUT) {
        cut();
      }
    }
    long sinceNanos = System.nanoTime();
    if (end == End.CUT) {
      fleet.restart();
      fleet.awaitReady(Target.NODE);
      sinceNanos = System.nanoTime();
    }
    awaitMore(load.acceptedCount());
    long againMillis = (System.nanoTime() - sinceNanos) / 1_000_000;
    slowestAgainMillis = Math.max(slowestAgainMillis, againMillis);
    if (end == End.CUT_AFTER) {
      cut();
      fleet.restart();
      fleet.awaitReady(Target.NODE);
      awaitMore(load.acceptedCount());
    }
    List<Sync> syncs = trace.syncs();
    long failed = syncs.stream().filter(Sync::failed).count();
    failedSyncs.merge(fault.id(), failed, Long::sum);
    unfounded += judge.unfounded(syncs, acceptances);
    retried += judge.retried(syncs);
    out.printf(
        Locale.ROOT,
        "%-9s %s: %d of %d syncs failed, accepting again after %,d ms; %,d accepted%n",
        fault.id(),
        end.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        failed,
        syncs.size(),
        againMillis,
        load.acceptedCount());
  }

  private void cut() throws IOException, InterruptedException {
    fleet.hit();
    cuts++;
  }

  private void awaitMore(long than) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (load.acceptedCount() <= than) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("nothing was accepted within " + LIMIT + ": " + load.lastProblem());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
