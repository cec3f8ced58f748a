package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.insight.outbox.Ladder.Rung;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the log is told of a disk that gets short, in words, and seldom: relief begins and ends many
 * times an hour on a disk that stays full. Pure, fed with (now, what happens).
 */
final class ReliefLog {

  private static final long SPACING_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long MINUTES_PER_HOUR = 60;

  private final Map<Rung, Long> toldAtNanos = new EnumMap<>(Rung.class);
  private final Duration warnBelow;
  private boolean warned;

  /**
   * @param warnBelow a forecast below it is told
   */
  ReliefLog(Duration warnBelow) {
    this.warnBelow = warnBelow;
  }

  /** A step of the ladder begins; null if enough was told of its kind. */
  @Nullable String onStep(long nowNanos, Rung rung, DiskReport report) {
    Long told = toldAtNanos.get(rung);
    if (told != null && nowNanos - told < SPACING_NANOS) {
      return null;
    }
    toldAtNanos.put(rung, nowNanos);
    return String.format(
        Locale.ROOT,
        "the outbox is short of room: %s, under loss records (blocks hold %,d of %,d bytes; %,d"
            + " insights were given up since the start)",
        does(rung),
        report.heldBytes(),
        report.budgetBytes(),
        report.insightsGivenUp());
  }

  private static String does(Rung rung) {
    return switch (rung) {
      case DROP_SAMPLES -> "the oldest samples are dropped";
      case FOLD_INSIGHTS -> "the oldest insights are folded into aggregates";
      case DROP_AGGREGATES -> "the oldest aggregates are dropped";
      case DROP_INSIGHTS -> "the oldest insights are dropped";
    };
  }

  /** A look at the disk; null if it lasts, or that was told. */
  @Nullable String onForecast(DiskReport report) {
    boolean soon = report.survivesMillis() >= 0 && report.survivesMillis() < warnBelow.toMillis();
    boolean news = soon && !warned;
    warned = soon;
    if (!news) {
      return null;
    }
    long minutes = Duration.ofMillis(report.survivesMillis()).toMinutes();
    return String.format(
        Locale.ROOT,
        "the outbox gives up insights in %d h %d min (below %s.relief.warn-below, %d h) if no hub"
            + " takes them: it takes in %,d bytes an hour and holds %,d of %,d",
        minutes / MINUTES_PER_HOUR,
        minutes % MINUTES_PER_HOUR,
        OutboxSettings.PATH,
        warnBelow.toHours(),
        report.bytesPerHour(),
        report.heldBytes(),
        report.budgetBytes());
  }
}
