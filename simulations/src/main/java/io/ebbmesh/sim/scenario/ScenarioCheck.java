package io.ebbmesh.sim.scenario;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.edge.EdgeNode;
import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.scenario.Scenario.Expect;
import io.ebbmesh.sim.scenario.Scenario.Group;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What can be said of a scenario by arithmetic, before it runs. */
final class ScenarioCheck {

  /** Less than an insight ever took in a block. */
  private static final double MIN_BITS_PER_INSIGHT = 4 * 8;

  private static final String ALL = "*";
  private static final double NANOS = 1e9;
  private static final int MAX_STEPS = 1_000_000;

  private final Scenario scenario;
  private final Problems problems;

  private ScenarioCheck(Scenario scenario, Problems problems) {
    this.scenario = scenario;
    this.problems = problems;
  }

  static void check(Scenario scenario, Problems problems) {
    ScenarioCheck check = new ScenarioCheck(scenario, problems);
    scenario.faults().forEach(check::fault);
    for (Group group : scenario.groups()) {
      check.settings(group);
      check.contacts(group);
      check.neighbours(group);
    }
    check.expectations();
  }

  private static String of(Group group, String key) {
    return "nodes." + group.name() + "." + key;
  }

  private void fault(FaultPlan fault) {
    if (fault.kind().isOfHub()) {
      return;
    }
    boolean lan = fault.kind() == FaultKind.LAN_PARTITION;
    boolean met =
        scenario.groups().stream()
            .flatMap(group -> lan ? lans(group) : nodes(group))
            .anyMatch(name -> fault.nodes().equals(ALL) || fault.matches(name));
    if (!met) {
      problems.add(
          "faults[" + fault.number() + "].nodes",
          "fault "
              + fault.number()
              + " is for "
              + (lan ? "LANs '" : "nodes '")
              + fault.nodes()
              + "', and there are none",
          lan
              ? "name a LAN, such as GROUP-site-1, of a group with a site.size"
              : "name one of the groups, such as " + scenario.groups().get(0).name() + "-*");
    }
  }

  private static Stream<String> nodes(Group group) {
    return IntStream.rangeClosed(1, group.count()).mapToObj(i -> group.name() + "-" + i);
  }

  private static Stream<String> lans(Group group) {
    return IntStream.rangeClosed(1, ScenarioBuilder.lans(group))
        .mapToObj(i -> ScenarioBuilder.lanName(group, i));
  }

  private void settings(Group group) {
    try {
      EdgeNode.checkRanges(group.settings().withFallback(ConfigFactory.load()).resolve());
    } catch (IllegalArgumentException | ConfigException e) {
      problems.add(
          of(group, "settings"),
          "the settings of '" + group.name() + "' cannot be used: " + e.getMessage(),
          "correct them");
    }
  }

  private void neighbours(Group group) {
    String with = group.site().with();
    if (with.isEmpty()) {
      if (!group.accelerator()) {
        problems.add(
            of(group, "accelerator"),
            "the nodes of '"
                + group.name()
                + "' have no accelerator and no neighbour that has one, so nothing is ever decided",
            "set site.with to a group that has");
      }
      return;
    }
    boolean known =
        scenario.groups().stream()
            .anyMatch(
                other ->
                    other.name().equals(with)
                        && other.site().size() > 0
                        && other.site().with().isEmpty());
    if (!known) {
      problems.add(
          of(group, "site.with"),
          "'" + of(group, "site.with") + "' is '" + with + "', which is no group with LANs",
          "give that group a site.size");
    }
  }

  private void contacts(Group group) {
    ContactPlan plan = group.link().contacts();
    if (plan == null) {
      return;
    }
    Optional<String> missing =
        Stream.concat(Stream.of(ScenarioBuilder.HUB), nodes(group))
            .filter(name -> !plan.names().contains(name))
            .findFirst();
    if (missing.isPresent()) {
      problems.add(
          of(group, "link.contacts"),
          "the contact plan of '" + group.name() + "' has no contact of " + missing.get(),
          "add one, or lower 'count'; the hub is called hub");
    }
  }

  private void expectations() {
    Expect expect = scenario.expect();
    double produced = 0;
    for (Group group : scenario.groups()) {
      produced += group.count() * perNode(group, scenario.untilNanos());
    }
    Long minStored = expect.minStored();
    if (minStored != null && minStored > produced) {
      problems.add(
          "expect.min-stored",
          "'expect.min-stored' is "
              + minStored
              + ", but the sensors take only "
              + (long) produced
              + " readings until the end",
          "lower it, or raise the load");
    }
    boolean rewinds = scenario.faults().stream().anyMatch(f -> f.kind() == FaultKind.REWIND_DISK);
    Long forks = expect.minForks();
    if (forks != null && forks > 0 && !rewinds) {
      problems.add(
          "expect.min-forks",
          "'expect.min-forks' is " + forks + ", but no disk is rewound",
          "add a fault of kind rewind-disk, or expect none");
    }
    if (expect.drained()) {
      scenario.groups().forEach(this::drained);
    }
  }

  private static double perNode(Group group, long untilNanos) {
    return group.sensors().stream()
        .mapToDouble(sensor -> (double) untilNanos / sensor.everyNanos() + 1)
        .sum();
  }

  private void drained(Group group) {
    double bits = perNode(group, scenario.untilNanos()) * MIN_BITS_PER_INSIGHT;
    double capacity = capacity(group.link(), scenario.untilNanos());
    if (capacity < bits) {
      problems.add(
          "expect.drained",
          "'expect.drained' cannot be met: a node of '"
              + group.name()
              + "' makes at least "
              + (long) (bits / 8)
              + " bytes and its link carries at most "
              + (long) (capacity / 8)
              + " until the end",
          "raise 'link.up', or expect less");
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
