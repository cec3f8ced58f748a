package io.ebbmesh.sim.scenario;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.fault.FaultPlanner;
import io.ebbmesh.sim.link.SimNetwork;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.Lan;
import io.ebbmesh.sim.machine.NodeBehavior;
import io.ebbmesh.sim.machine.NodePlan;
import io.ebbmesh.sim.machine.Planted;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.scenario.Scenario.Duty;
import io.ebbmesh.sim.scenario.Scenario.Group;
import io.ebbmesh.sim.scenario.Scenario.LinkPart;
import io.ebbmesh.sim.scenario.Scenario.Sensor;
import io.ebbmesh.sim.world.SimConfig;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds what a scenario describes, in a world. */
public final class ScenarioBuilder {

  /** What contact plans call the hub. */
  static final String HUB = "hub";

  private final Scenario scenario;
  private final World world;
  private final Witness witness;
  private final List<NodeBehavior> behaviors;
  private final Map<String, List<Lan>> lans = new TreeMap<>();

  private ScenarioBuilder(
      Scenario scenario, World world, Witness witness, List<NodeBehavior> behaviors) {
    this.scenario = scenario;
    this.world = world;
    this.witness = witness;
    this.behaviors = behaviors;
  }

  /**
   * Adds hub and nodes, and plans when they start and what goes wrong.
   *
   * @param behaviors what else runs on every node
   */
  public static Fleet build(
      Scenario scenario,
      World world,
      Witness witness,
      Planted planted,
      List<NodeBehavior> behaviors) {
    return new ScenarioBuilder(scenario, world, witness, behaviors).build(planted);
  }

  private Fleet build(Planted planted) {
    Scenario.HubPart hub = scenario.hub();
    Fleet fleet =
        new Fleet(
            world,
            new Fleet.Plan(
                scenario.epochMillis(),
                SimConfig.of(hub.settings()),
                new SimNetwork.HubDoor(
                    hub.handshakeNanos(), hub.handshakeTimeoutNanos(), hub.maxHalfOpen()),
                hub.commitNanos(),
                planted),
            witness);
    FaultPlanner faults = new FaultPlanner(world, fleet, witness);
    world.after(0, () -> fleet.hub().boot());
    for (Group group : scenario.groups()) {
      lans.put(group.name(), lans(group, faults));
    }
    for (Group group : scenario.groups()) {
      add(fleet, group);
    }
    scenario.faults().forEach(faults::addCopies);
    scenario.faults().forEach(faults::plan);
    return fleet;
  }

  private List<Lan> lans(Group group, FaultPlanner faults) {
    List<Lan> made = new ArrayList<>();
    int size = group.site().size();
    int count = size == 0 ? 0 : (group.count() + size - 1) / size;
    for (int i = 1; i <= count; i++) {
      Lan lan = new Lan(world, group.name() + "-site-" + i, group.site().latencyNanos());
      made.add(lan);
      faults.add(lan);
    }
    return made;
  }

  /** The LAN of the node with this number in its group; null if it has no neighbours. */
  private @Nullable Lan lan(Group group, int number) {
    List<Lan> shared = lans.get(group.site().with());
    if (shared != null && !shared.isEmpty()) {
      return shared.get((number - 1) % shared.size());
    }
    return group.site().size() == 0
        ? null
        : Objects.requireNonNull(lans.get(group.name())).get((number - 1) / group.site().size());
  }

  private void add(Fleet fleet, Group group) {
    Config config = SimConfig.of(group.settings());
    for (int i = 1; i <= group.count(); i++) {
      String name = group.name() + "-" + i;
      Chance chance = world.chance("plan/" + name);
      SimNode node = fleet.add(plan(group, name, config, lan(group, i), chance));
      long start = i == 1 ? 0 : within(chance, group.startWithinNanos());
      world.at(start, node::boot);
      Duty duty = group.link().duty();
      if (duty != null && chance.nextDouble() < duty.share()) {
        cutAgainAndAgain(node, duty, duty.atNanos() + within(chance, duty.spreadNanos()));
      }
    }
  }

  private static long within(Chance chance, long nanos) {
    return (long) (chance.nextDouble() * nanos);
  }

  private NodePlan plan(Group group, String name, Config config, @Nullable Lan lan, Chance chance) {
    List<NodePlan.SensorPlan> sensors = new ArrayList<>();
    for (Sensor sensor : group.sensors()) {
      long first =
          sensor.offsetNanos() < 0 ? within(chance, sensor.everyNanos()) : sensor.offsetNanos();
      sensors.add(
          new NodePlan.SensorPlan(sensor.name(), first, sensor.everyNanos(), sensor.anomalies()));
    }
    return new NodePlan(
        name,
        name,
        config,
        schedule(group.link(), name, chance),
        group.link().wire(),
        lan,
        sensors,
        group.disk(),
        group.inferenceNanos(),
        group.accelerator(),
        behaviors);
  }

  private static LinkSchedule schedule(LinkPart link, String name, Chance chance) {
    ContactPlan contacts = link.contacts();
    if (contacts != null) {
      return contacts.schedule(name, HUB);
    }
    LinkSchedule trace = link.trace();
    if (trace == null) {
      return LinkSchedule.always(LinkCondition.UP);
    }
    boolean repeats = trace.periodNanos() != LinkSchedule.ONCE;
    return link.shiftRandomly() && repeats
        ? trace.shifted(within(chance, trace.periodNanos()))
        : trace;
  }

  private void cutAgainAndAgain(SimNode node, Duty duty, long atNanos) {
    if (atNanos > duty.toNanos()) {
      return;
    }
    world.at(
        atNanos,
        () -> {
          node.wire().cut();
          world.after(duty.downNanos(), () -> node.wire().mend());
          cutAgainAndAgain(node, duty, atNanos + duty.everyNanos());
        });
  }
}
