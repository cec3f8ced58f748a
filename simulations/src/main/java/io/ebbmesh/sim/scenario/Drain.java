package io.ebbmesh.sim.scenario;

import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.scenario.Scenario.Group;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the links of a group can carry what its nodes make, counted in the scenario's favour:
 * what is left to chance counts as no hindrance.
 */
final class Drain {

  /** Less than an insight ever took in a block. */
  private static final double MIN_BYTES_PER_INSIGHT = 4;

  private static final double NANOS = 1e9;
  private static final long SECOND = 1_000_000_000L;

  /** Looks at no more steps of a schedule; what follows counts as carried. */
  private static final int MAX_STEPS = 1_000_000;

  private final Scenario scenario;
  private final Group group;

  Drain(Scenario scenario, Group group) {
    this.scenario = scenario;
    this.group = group;
  }

  /** Readings that one node takes at least from one time to another. */
  static long readings(Group group, long fromNanos, long toNanos) {
    return group.sensors().stream()
        .mapToLong(sensor -> (toNanos - fromNanos) / sensor.everyNanos() + 1)
        .sum();
  }

  /** Why a node cannot be drained at the end; empty if nothing speaks against it. */
  String obstacle() {
    List<List<FaultPlan>> seen = new ArrayList<>();
    for (int i = 1; i <= group.count(); i++) {
      String name = group.name() + "-" + i;
      List<FaultPlan> outages = outages(name);
      if (group.link().contacts() != null || !seen.contains(outages)) {
        seen.add(outages);
        String why = obstacle(name, outages);
        if (!why.isEmpty()) {
          return why;
        }
      }
    }
    return "";
  }

  /** What certainly cuts this node off, and when. */
  private List<FaultPlan> outages(String name) {
    return scenario.faults().stream()
        .filter(fault -> fault.kind() == FaultKind.LINK_DOWN && fault.matches(name))
        .filter(fault -> fault.when().isOnce() && fault.when().spreadNanos() == 0)
        .filter(fault -> fault.share() == 1 && !fault.length().isMean())
        .toList();
  }

  private String obstacle(String name, List<FaultPlan> outages) {
    List<Long> starts = new ArrayList<>(List.of(0L));
    outages.forEach(outage -> starts.add(outage.when().atNanos()));
    for (long start : starts) {
      Carried carried = new Carried(schedule(name), base(), outages, start);
      long until = scenario.untilNanos();
      long silent = until - carried.lastUpNanos;
      if (silent > scenario.promises().limits().livenessNanos()) {
        return "the link of " + name + " is down for the last " + silent / SECOND + " s";
      }
      double made = readings(group, start, until - 1) * MIN_BYTES_PER_INSIGHT;
      if (made > carried.bits / Byte.SIZE) {
        return String.format(
            Locale.ROOT,
            "from second %d on, %s makes at least %.0f bytes and its link carries at most %.0f",
            start / SECOND,
            name,
            made,
            carried.bits / Byte.SIZE);
      }
    }
    return "";
  }

  private LinkSchedule schedule(String name) {
    LinkPart link = group.link();
    ContactPlan contacts = link.contacts();
    if (contacts != null) {
      return contacts.schedule(name, ScenarioBuilder.HUB);
    }
    LinkSchedule trace = link.trace();
    return trace == null || link.shiftRandomly() ? LinkSchedule.always(LinkCondition.UP) : trace;
  }

  private LinkCondition base() {
    LinkCondition base = group.link().wire().base();
    return group.link().trace() != null && group.link().shiftRandomly()
        ? new LinkCondition(true, Section.UNLIMITED_BITS, Section.UNLIMITED_BITS, 0, 0, 0)
        : base;
  }

  /** What a link can carry to the hub from a time to the end of the run. */
  private final class Carried {

    private double bits;
    private long lastUpNanos;

    Carried(LinkSchedule schedule, LinkCondition base, List<FaultPlan> outages, long fromNanos) {
      long until = scenario.untilNanos();
      long at = fromNanos;
      lastUpNanos = fromNanos;
      for (int step = 0; at < until; step++) {
        if (step == MAX_STEPS) {
          bits = Section.UNLIMITED_BITS;
          lastUpNanos = until;
          return;
        }
        long next = Math.min(until, schedule.nextChange(at));
        boolean cut = false;
        for (FaultPlan outage : outages) {
          long start = outage.when().atNanos();
          long end = start + outage.length().nanos();
          cut |= at >= start && at < end;
          next = start > at ? Math.min(next, start) : end > at ? Math.min(next, end) : next;
        }
        LinkCondition condition = schedule.at(at).over(base);
        if (!cut && condition.up()) {
          bits += condition.upBitsPerSecond() * (next - at) / NANOS;
          lastUpNanos = next;
        }
        at = next;
      }
    }
  }
}
