package io.ebbmesh.sim.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.edge.EdgeNode;
import io.ebbmesh.node.hub.Hub;
import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.scenario.Scenario.Expect;
import io.ebbmesh.sim.scenario.Scenario.Group;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What can be said of a scenario as a whole, before it runs. */
final class ScenarioCheck {

  static final int MAX_NODES = 100_000;

  private static final Set<FaultKind> OF_DEVICE =
      EnumSet.of(
          FaultKind.DEVICE_HANG,
          FaultKind.DEVICE_SLOW,
          FaultKind.DEVICE_BREAK,
          FaultKind.NATIVE_CRASH);

  private final String file;
  private final Config config;
  private final Scenario scenario;
  private final List<String> problems = new ArrayList<>();

  private ScenarioCheck(String file, Config config, Scenario scenario) {
    this.file = file;
    this.config = config;
    this.scenario = scenario;
  }

  /**
   * @param config what the scenario was read from
   */
  static List<String> problems(String file, Config config, Scenario scenario) {
    ScenarioCheck check = new ScenarioCheck(file, config, scenario);
    check.nodes();
    check.ranges();
    scenario.faults().forEach(check::fault);
    scenario.groups().forEach(check::contacts);
    scenario.groups().forEach(check::neighbours);
    check.stored();
    check.forks();
    if (scenario.expect().drained()) {
      check.drained();
    }
    return check.problems;
  }

  /** A hub or a node that does not start says no more than one without a link. */
  private void ranges() {
    Config ofHub = scenario.hub().settings();
    inRange(settings("hub", "settings"), ofHub, Hub::checkRanges);
    for (Group group : scenario.groups()) {
      ConfigValue place = settings("nodes", group.name(), "settings");
      inRange(place, group.settings(), EdgeNode::checkRanges);
    }
  }

  /** Those of one part, or else those of all. */
  private ConfigValue settings(String... path) {
    return config.hasPath(ConfigUtil.joinPath(path)) ? at(path) : at("settings");
  }

  private void inRange(ConfigValue where, Config settings, Consumer<Config> check) {
    try {
      check.accept(settings.withFallback(ConfigFactory.load()).resolve());
    } catch (UserErrorException e) {
      problems.add(Place.of(file, where.origin()) + ": " + e.getMessage());
    }
  }

  private void problem(ConfigValue where, String what, String remedy) {
    problems.add(Place.of(file, where.origin()) + ": " + what + "; " + remedy);
  }

  /** The value at a path, or what it would be in. */
  private ConfigValue at(String... path) {
    for (int length = path.length; length > 0; length--) {
      String joined = ConfigUtil.joinPath(List.of(path).subList(0, length));
      if (config.hasPath(joined)) {
        return config.getValue(joined);
      }
    }
    return config.root();
  }

  private ConfigValue at(Group group, String... path) {
    List<String> whole = new ArrayList<>(List.of("nodes", group.name()));
    whole.addAll(List.of(path));
    return at(whole.toArray(new String[0]));
  }

  private ConfigValue at(FaultPlan fault) {
    return config.getList("faults").get(fault.number() - 1);
  }

  private void nodes() {
    long nodes = scenario.groups().stream().mapToLong(Group::count).sum();
    if (nodes > MAX_NODES) {
      problem(at("nodes"), "there are " + nodes + " nodes", "lower counts to " + MAX_NODES);
    }
    for (Group group : scenario.groups()) {
      long names = group.sensors().stream().map(Scenario.Sensor::name).distinct().count();
      if (names < group.sensors().size()) {
        problem(
            at(group, "sensors"),
            "two sensors of '" + group.name() + "' have the same name",
            "name each of them differently");
      }
    }
  }

  private void fault(FaultPlan fault) {
    List<Group> met =
        scenario.groups().stream()
            .filter(group -> !matching(group, fault).isEmpty())
            .filter(group -> !fault.kind().isOfLan() || group.site().size() > 0)
            .toList();
    String what = "fault " + fault.number() + " (" + fault.kind().text() + ") ";
    if (fault.kind().isOfHub()) {
      return;
    }
    if (met.isEmpty()) {
      problem(
          at(fault),
          what
              + "is for nodes '"
              + fault.nodes()
              + "', and there are none"
              + (fault.kind().isOfLan() ? " on a LAN" : ""),
          "name one of the groups, such as " + scenario.groups().get(0).name() + "-*");
    } else if (OF_DEVICE.contains(fault.kind()) && met.stream().noneMatch(Group::accelerator)) {
      problem(
          at(fault),
          what + "is for nodes '" + fault.nodes() + "', which have no accelerator",
          "name nodes that have one");
    }
    if (fault.kind() == FaultKind.REWIND_DISK
        && fault.when().isOnce()
        && fault.when().atNanos() < fault.details().backNanos()) {
      problem(
          at(fault),
          what + "puts an image back that is older than the run",
          "choose a later 'at' or a shorter 'back'");
    }
  }

  private static List<String> matching(Group group, FaultPlan fault) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= group.count(); i++) {
      if (fault.matches(group.name() + "-" + i)) {
        names.add(group.name() + "-" + i);
      }
    }
    return names;
  }

  private void neighbours(Group group) {
    String with = group.site().with();
    boolean known =
        with.isEmpty()
            || scenario.groups().stream()
                .anyMatch(other -> other.name().equals(with) && other.site().size() > 0);
    if (!known) {
      problem(
          at(group, "site", "with"),
          "'nodes."
              + group.name()
              + ".site.with' names '"
              + with
              + "', which is no group with LANs",
          "give that group a site.size");
    }
    if (!group.accelerator() && with.isEmpty()) {
      problem(
          at(group, "accelerator"),
          "the nodes of '"
              + group.name()
              + "' have no accelerator and no neighbour that has one, so nothing is ever decided",
          "set site.with to a group that has");
    }
  }

  private void contacts(Group group) {
    ContactPlan plan = group.link().contacts();
    if (plan == null) {
      return;
    }
    ConfigValue where = at(group, "link", "contacts");
    if (!plan.names().contains(ScenarioBuilder.HUB)) {
      problem(
          where,
          "the contact plan of '" + group.name() + "' never names the hub",
          "call it '" + ScenarioBuilder.HUB + "'");
      return;
    }
    for (int i = 1; i <= group.count(); i++) {
      String name = group.name() + "-" + i;
      if (!plan.names().contains(name)) {
        problem(
            where,
            "the contact plan of '" + group.name() + "' has no contact of " + name,
            "lower 'count' or add one");
        return;
      }
    }
  }

  private void stored() {
    long produced =
        scenario.groups().stream()
            .mapToLong(group -> group.count() * Drain.readings(group, 0, scenario.untilNanos()))
            .sum();
    Long minStored = scenario.expect().minStored();
    if (minStored != null && minStored > produced) {
      problem(
          at("expect", "min-stored"),
          "'expect.min-stored' is "
              + minStored
              + ", but the sensors take only "
              + produced
              + " readings until the end",
          "lower it, or raise the load");
    }
  }

  /** A node is refused at most once for each time that its disk goes back. */
  private void forks() {
    long rewinds = 0;
    for (FaultPlan fault : scenario.faults()) {
      if (fault.kind() == FaultKind.REWIND_DISK || fault.kind() == FaultKind.CLONE) {
        // Of a copy and its original each may have to go on as another one.
        int machines = fault.kind() == FaultKind.CLONE ? 2 : 1;
        for (Group group : scenario.groups()) {
          rewinds += (long) machines * matching(group, fault).size();
        }
      }
    }
    Expect expect = scenario.expect();
    Long forks = expect.minForks();
    if (forks != null && forks > rewinds) {
      problem(
          at("expect", "min-forks"),
          "'expect.min-forks' is "
              + forks
              + ", but only "
              + rewinds
              + " disks go back or are copied",
          "add a fault of kind rewind-disk or clone, or expect fewer");
    }
  }

  private void drained() {
    for (Group group : scenario.groups()) {
      String why = new Drain(scenario, group).obstacle();
      if (!why.isEmpty()) {
        problem(
            at("expect", "drained"),
            "'expect.drained' cannot be met: " + why,
            "raise 'link.up', end the outage earlier, or expect less");
      }
    }
  }
}
