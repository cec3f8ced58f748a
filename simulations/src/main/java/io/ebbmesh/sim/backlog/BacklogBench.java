package io.ebbmesh.sim.backlog;

import static io.ebbmesh.sim.report.Terminal.line;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.check.Children;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reconnects a node that was offline for days and looks at what is fresh. */
@Command(
    name = "backlog",
    mixinStandardHelpOptions = true,
    description = {
      "Fills a node with the insights of days without a hub, connects it while production goes on,"
          + " and measures when the first live insight is at the hub, how long alarms take"
          + " meanwhile, and how long the backfill takes.",
      "Exit code 0 only if the first live insight is there within 5 s, each alarm within 1 s, and"
          + " the hub has everything once. The backlog is written as fast as it is accepted, so in"
          + " large blocks; bench drain has one that is accepted one at a time."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench backlog --hours 72 --rate 20 --dir /data/backlog --json backlog.json",
      "  ebbmesh bench backlog --hours 0.1"
    })
public final class BacklogBench implements Callable<Integer> {

  private static final double SECONDS_AN_HOUR = 3_600;
  private static final double MAX_BACKLOG = 20e6;
  private static final double MAX_RATE = 1_000;
  private static final double P99 = 0.99;

  @Option(names = "--hours", defaultValue = "72", description = "Hours without a hub.")
  private double hours;

  @Option(names = "--rate", defaultValue = "20", description = "Insights a second.")
  private double rate;

  @Option(
      names = "--alarms-per-minute",
      defaultValue = "60",
      description = "Alarms, while it drains: on loopback that is a minute or less.")
  private double alarmsPerMinute;

  @Option(names = "--size", defaultValue = "200", description = "Bytes of an insight as protobuf.")
  private int size;

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    BacklogRun plan = plan();
    link.check();
    return Children.judge(
        dir,
        "backlog",
        json,
        children -> run(plan, children),
        BacklogBench::print,
        BacklogReport::holds);
  }

  private BacklogReport run(BacklogRun plan, Children children) throws Exception {
    try (Ground ground = new Ground(children, link.create())) {
      BacklogRun.Seen seen = plan.run(ground);
      return report(plan, seen, ground.account(), ground.stop());
    }
  }

  private BacklogRun plan() {
    double backlog = hours * SECONDS_AN_HOUR * rate;
    if (!(backlog >= 1) || backlog > MAX_BACKLOG || rate > MAX_RATE) {
      throw new UserErrorException(
          "--hours and --rate must give 1 to 20,000,000 insights, --rate at most 1000 a second");
    }
    if (!(alarmsPerMinute >= 0) || alarmsPerMinute > MAX_RATE) {
      throw new UserErrorException("--alarms-per-minute must be 0 to 1000");
    }
    DrainBench.requireSize(size);
    return new BacklogRun((long) backlog, rate, alarmsPerMinute, size);
  }

  private BacklogReport report(
      BacklogRun plan, BacklogRun.Seen seen, FeedAccount account, Ledger books) {
    long up = seen.upAtMillis();
    long end = seen.backfilledAtMillis();
    long[] alarms = seen.alarms().tookMillis(account, up, end);
    long[] live = seen.insights().tookMillis(account, up, end);
    return new BacklogReport(
        (seen.insights().firstArrivalMillis(account, up) - up) / 1e3,
        seconds(alarms, 1),
        seconds(alarms, P99),
        seen.backfillSeconds(),
        plan.backlog(),
        alarms.length,
        live.length,
        seconds(live, P99),
        seconds(live, 1),
        plan.backlog() / seen.backfillSeconds(),
        (double) seen.bytesUp() / Math.max(1, plan.backlog()),
        "as fast as accepted, " + BacklogRun.IN_FLIGHT + " in flight: in large blocks",
        link.figures(books.sizes().blockBytes(), seen.bytesUp(), seen.backfillSeconds()),
        books);
  }

  private static @Nullable Double seconds(long[] ascendingMillis, double part) {
    int index = (int) Math.ceil(part * ascendingMillis.length) - 1;
    return index < 0 ? null : ascendingMillis[index] / 1e3;
  }

  private static void print(BacklogReport report) {
    line(
        "%,d insights waited; the first live one was at the hub %.2f s after the session was up"
            + " (limit %.0f s)",
        report.backlog(), report.firstLiveSeconds(), BacklogReport.FIRST_LIVE_LIMIT_SECONDS);
    line(
        "meanwhile %,d alarms: p99 %s s, worst %s s (limit %.0f s); %,d live insights: p99 %s s,"
            + " worst %s s",
        report.alarms(),
        shown(report.alarmP99Seconds()),
        shown(report.alarmWorstSeconds()),
        BacklogReport.ALARM_LIMIT_SECONDS,
        report.live(),
        shown(report.liveP99Seconds()),
        shown(report.liveWorstSeconds()));
    line(
        "backfilled in %.1f s: %,.0f/s, %.1f bytes each",
        report.backfillSeconds(), report.backfillPerSecond(), report.bytesPerInsight());
    if (report.link() != null) {
      line("%s", report.link().text());
    }
    line("%s", report.books().text());
  }

  private static String shown(@Nullable Double seconds) {
    return seconds == null ? "-" : String.format(Locale.ROOT, "%.2f", seconds);
  }
}
