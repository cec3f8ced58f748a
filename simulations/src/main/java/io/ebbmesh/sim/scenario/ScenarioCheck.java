package io.ebbmesh.sim.scenario;

import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.scenario.Scenario.Expect;
import io.ebbmesh.sim.scenario.Scenario.Group;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import java.util.ArrayList;
import java.util.List;

/** What can be said of a scenario by arithmetic, before it runs. */
final class ScenarioCheck {

  /** Less than an insight ever took in a block. */
  private static final double MIN_BITS_PER_INSIGHT = 4 * 8;

  private static final double NANOS = 1e9;
  private static final int MAX_STEPS = 1_000_000;

  private ScenarioCheck() {}

  static List<String> problems(String file, Scenario scenario) {
    List<String> problems = new ArrayList<>();
    for (FaultPlan fault : scenario.faults()) {
      boolean met =
          fault.kind().isOfHub()
              || scenario.groups().stream().anyMatch(group -> anyMatches(group, fault));
      if (!met) {
        problems.add(
            file
                + ": fault "
                + fault.number()
                + " is for nodes '"
                + fault.nodes()
                + "', and there are none; name one of the groups, such as "
                + scenario.groups().get(0).name()
                + "-*");
      }
    }
    for (Group group : scenario.groups()) {
      contacts(file, group, problems);
      neighbours(file, group, scenario, problems);
    }
    expectations(file, scenario, problems);
    return problems;
  }

  private static void neighbours(
      String file, Group group, Scenario scenario, List<String> problems) {
    String with = group.site().with();
    boolean known =
        with.isEmpty()
            || scenario.groups().stream()
                .anyMatch(other -> other.name().equals(with) && other.site().size() > 0);
    if (!known) {
      problems.add(
          file
              + ": '"
              + group.name()
              + ".site.with' names '"
              + with
              + "', which is no group with LANs; give that group a site.size");
    }
    if (!group.accelerator() && with.isEmpty()) {
      problems.add(
          file
              + ": the nodes of '"
              + group.name()
              + "' have no accelerator and no neighbour that has one, so nothing is ever decided;"
              + " set site.with to a group that has");
    }
  }

  private static boolean anyMatches(Group group, FaultPlan fault) {
    for (int i = 1; i <= group.count(); i++) {
      if (fault.matches(group.name() + "-" + i)) {
        return true;
      }
    }
    return false;
  }

  private static void contacts(String file, Group group, List<String> problems) {
    ContactPlan plan = group.link().contacts();
    if (plan == null) {
      return;
    }
    if (!plan.names().contains(ScenarioBuilder.HUB)) {
      problems.add(
          file + ": the contact plan of '" + group.name() + "' never names the hub; call it 'hub'");
      return;
    }
    for (int i = 1; i <= group.count(); i++) {
      String name = group.name() + "-" + i;
      if (!plan.names().contains(name)) {
        problems.add(
            file
                + ": the contact plan of '"
                + group.name()
                + "' has no contact of "
                + name
                + "; lower 'count' or add one");
        return;
      }
    }
  }

  private static void expectations(String file, Scenario scenario, List<String> problems) {
    Expect expect = scenario.expect();
    double produced = 0;
    for (Group group : scenario.groups()) {
      produced += group.count() * perNode(group, scenario.untilNanos());
    }
    Long minStored = expect.minStored();
    if (minStored != null && minStored > produced) {
      problems.add(
          file
              + ": 'expect.min-stored' is "
              + minStored
              + ", but the sensors take only "
              + (long) produced
              + " readings until the end; lower it, or raise the load");
    }
    long rewinds =
        scenario.faults().stream().filter(f -> f.kind() == FaultKind.REWIND_DISK).count();
    Long forks = expect.minForks();
    if (forks != null && forks > 0 && rewinds == 0) {
      problems.add(
          file
              + ": 'expect.min-forks' is "
              + forks
              + ", but no disk is rewound; add a fault of kind rewind-disk, or expect none");
    }
    if (expect.drained()) {
      for (Group group : scenario.groups()) {
        drained(file, group, scenario, problems);
      }
    }
  }

  private static double perNode(Group group, long untilNanos) {
    return group.sensors().stream()
        .mapToDouble(sensor -> (double) untilNanos / sensor.everyNanos() + 1)
        .sum();
  }

  private static void drained(String file, Group group, Scenario scenario, List<String> problems) {
    double bits = perNode(group, scenario.untilNanos()) * MIN_BITS_PER_INSIGHT;
    double capacity = capacity(group.link(), scenario.untilNanos());
    if (capacity < bits) {
      problems.add(
          file
              + ": 'expect.drained' cannot be met: a node of '"
              + group.name()
              + "' makes at least "
              + (long) (bits / 8)
              + " bytes and its link carries at most "
              + (long) (capacity / 8)
              + " until the end; raise 'link.up', or expect less");
    }
  }

  /** Bits that a link can carry up; what is not known counts as carried. */
  private static double capacity(LinkPart link, long untilNanos) {
    LinkSchedule trace = link.trace();
    LinkCondition base = link.wire().base();
    if (trace == null || link.shiftRandomly()) {
      return base.upBitsPerSecond() * untilNanos / NANOS;
    }
    double bits = 0;
    long at = 0;
    for (int step = 0; at < untilNanos && step < MAX_STEPS; step++) {
      LinkCondition condition = trace.at(at).over(base);
      long next = Math.min(untilNanos, trace.nextChange(at));
      bits += condition.up() ? condition.upBitsPerSecond() * (next - at) / NANOS : 0;
      at = next;
    }
    return at < untilNanos ? Double.MAX_VALUE : bits;
  }
}
