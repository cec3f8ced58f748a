package io.ebbmesh.sim.scenario;

import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultKind.Needs;
import io.ebbmesh.sim.fault.FaultPlan;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the faults of a scenario. */
final class FaultReader {

  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final String RIGHT = "right";
  private static final String ALL = "*";

  private final long untilNanos;

  FaultReader(long untilNanos) {
    this.untilNanos = untilNanos;
  }

  List<FaultPlan> read(List<Section> sections) {
    List<FaultPlan> plans = new ArrayList<>();
    for (Section section : sections) {
      plans.add(read(section, plans.size() + 1));
    }
    return plans;
  }

  private FaultPlan read(Section fault, int number) {
    fault.required("kind");
    FaultKind kind = fault.choice("kind", FaultKind.LINK_DOWN, FaultKind.class);
    FaultPlan.When when = when(fault);
    if (kind == FaultKind.CLONE && !when.isOnce()) {
      fault.problemAt("every", "is given for a clone", "write 'at': each node is copied once");
    }
    FaultPlan plan =
        new FaultPlan(
            number,
            kind,
            kind.isOfHub() ? ALL : fault.text("nodes", ALL),
            kind.isOfHub() || kind.isOfLan() ? 1 : fault.share("share", 1),
            when,
            length(fault, kind),
            details(fault, kind));
    fault.close();
    return plan;
  }

  private static FaultPlan.Length length(Section fault, FaultKind kind) {
    return switch (kind.needs()) {
      case NOTHING -> new FaultPlan.Length(0, false);
      case LENGTH -> length(fault, "for", 0);
      case OFF, RESTART -> length(fault, "off", 30 * SECOND);
    };
  }

  private static FaultPlan.Length length(Section fault, String key, long otherwise) {
    String mean = key + "-mean";
    boolean isMean = fault.has(mean);
    if (isMean && fault.has(key)) {
      fault.problemAt(mean, "stands beside '" + key + "'", "use one of the two");
    }
    long nanos = fault.duration(key, isMean ? SECOND : otherwise);
    long meanNanos = fault.duration(mean, SECOND);
    if ((isMean ? meanNanos : nanos) == 0) {
      fault.problemAt(
          isMean ? mean : key, "is missing or 0", "say how long it lasts, such as 10 m");
    }
    return new FaultPlan.Length(isMean ? meanNanos : nanos, isMean);
  }

  private FaultPlan.When when(Section fault) {
    boolean once = fault.has("at");
    boolean often = fault.has("every");
    if (once == often) {
      fault.problemAt(
          once ? "every" : "at",
          once ? "stands beside 'at'" : "is missing, and 'every', too",
          "say either when it happens (at) or how often (every)");
    }
    long at = fault.duration("at", 0);
    if (once && at >= untilNanos) {
      fault.problemAt("at", "is not before the end of the run", "choose an earlier time");
    }
    long every = fault.duration("every", HOUR);
    if (often && every == 0) {
      fault.problemAt("every", "is 0", "write the mean time between two, such as 6 h");
    }
    return new FaultPlan.When(
        once ? at : -1, fault.duration("spread", 0), every, from(fault, often), to(fault, often));
  }

  private long from(Section fault, boolean often) {
    long from = fault.duration("from", 0);
    if (often && from >= untilNanos) {
      fault.problemAt("from", "is not before the end of the run", "choose an earlier time");
    }
    return from;
  }

  private long to(Section fault, boolean often) {
    long to = fault.duration("to", untilNanos);
    if (often && to <= fault.duration("from", 0)) {
      fault.problemAt("to", "is not after 'from'", "choose a later time");
    }
    return to;
  }

  private static FaultPlan.Details details(Section fault, FaultKind kind) {
    boolean toHub = true;
    int parts = 2;
    int bits = 1;
    double factor = 10;
    long back = 0;
    int step = 1;
    switch (kind) {
      case ONE_WAY_CUT ->
          toHub = fault.choice("direction", Direction.TO_HUB, Direction.class) == Direction.TO_HUB;
      case LAN_PARTITION -> parts = fault.count("parts", parts, 2, 1_000);
      case BIT_FLIP -> bits = fault.count("bits", bits, 1, 1_000);
      case SLOW_DISK, DEVICE_SLOW ->
          factor = fault.decimal("factor", factor, 1, 1e6, "write a number from 1");
      case REWIND_DISK -> back = back(fault);
      case CRASH_AT_STEP -> step = fault.count("step", step, 1, 1_000_000);
      default -> {}
    }
    Clock clock = kind.needs() == Needs.OFF ? clock(fault) : new Clock(null, 0);
    long by = kind == FaultKind.CLOCK_STEP ? by(fault) : clock.shiftMillis();
    return new FaultPlan.Details(toHub, parts, bits, factor, back, clock.millis(), by, step);
  }

  private static long back(Section fault) {
    fault.required("back");
    return fault.duration("back", 0);
  }

  private static long by(Section fault) {
    fault.required("by");
    return fault.shift("by", 0) / MILLI;
  }

  private enum Direction {
    TO_HUB,
    TO_NODE
  }

  private record Clock(@Nullable Long millis, long shiftMillis) {}

  private static Clock clock(Section fault) {
    String text = fault.text("clock", RIGHT).strip();
    if (text.equals(RIGHT)) {
      return new Clock(null, 0);
    }
    if (text.startsWith("+") || text.startsWith("-")) {
      return new Clock(null, fault.shift("clock", 0) / MILLI);
    }
    try {
      return new Clock(Instant.parse(text).toEpochMilli(), 0);
    } catch (DateTimeParseException e) {
      fault.problemAt(
          "clock",
          "is " + text,
          "write right, an instant such as 1970-01-01T00:00:00Z, or an error such as \"+1000 d\"");
      return new Clock(null, 0);
    }
  }
}
