package io.ebbmesh.sim.scenario;

import com.typesafe.config.Config;
import io.ebbmesh.sim.fault.FaultPlan;
import io.ebbmesh.sim.invariant.Invariants;
import io.ebbmesh.sim.link.WireSettings;
import io.ebbmesh.sim.link.trace.ContactPlan;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.machine.NodePlan;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A scenario file that was checked; {@code docs/scenarios.md} says what each key means.
 *
 * @param untilNanos when the run ends
 * @param epochMillis the true time at which it begins, milliseconds since 1970
 */
public record Scenario(
    String name,
    String description,
    long untilNanos,
    long epochMillis,
    HubPart hub,
    List<Group> groups,
    List<FaultPlan> faults,
    Promises promises,
    Expect expect) {

  /** The hub. */
  public record HubPart(
      long commitNanos,
      long handshakeNanos,
      long handshakeTimeoutNanos,
      int maxHalfOpen,
      Config settings) {}

  /**
   * Nodes of one kind; they are called after the group: {@code gateway-1}.
   *
   * @param startWithinNanos they boot at random times within this
   * @param site the LANs that they are on
   */
  public record Group(
      String name,
      int count,
      long startWithinNanos,
      boolean accelerator,
      long inferenceNanos,
      NodePlan.DiskPlan disk,
      List<Sensor> sensors,
      Site site,
      LinkPart link,
      Config settings) {

    /** The same with another number of nodes. */
    public Group withCount(int other) {
      return new Group(
          name,
          other,
          startWithinNanos,
          accelerator,
          inferenceNanos,
          disk,
          sensors,
          site,
          link,
          settings);
    }
  }

  /**
   * The LANs of a group.
   *
   * @param size how many of its nodes share one; 0 if they have no neighbours of their own
   * @param with the group on whose LANs they are, too; empty if they are among themselves
   */
  public record Site(int size, long latencyNanos, String with) {}

  /**
   * A source on each node of a group.
   *
   * @param offsetNanos when the first reading is taken; negative if chance decides
   */
  public record Sensor(String name, long everyNanos, double anomalies, long offsetNanos) {}

  /**
   * How the nodes of a group reach the hub.
   *
   * @param trace what the link is like over time; null if it does not change
   * @param contacts when a node meets the hub; null if it always does
   * @param shiftRandomly whether each node begins somewhere else in the trace
   * @param duty regular outages; null if there are none
   */
  public record LinkPart(
      WireSettings wire,
      @Nullable LinkSchedule trace,
      @Nullable ContactPlan contacts,
      boolean shiftRandomly,
      @Nullable Duty duty) {}

  /**
   * Outages that come again.
   *
   * @param everyNanos from the start of one to the start of the next
   * @param downNanos how long each is
   * @param atNanos when the first begins
   * @param spreadNanos by how much chance moves it, for each node once
   * @param share of the nodes that have them
   * @param toNanos none begins after this
   */
  public record Duty(
      long everyNanos,
      long downNanos,
      long atNanos,
      long spreadNanos,
      double share,
      long toNanos) {}

  /** Which invariants are checked, with which limits. */
  public record Promises(Invariants.Limits limits, Set<String> off) {}

  /**
   * What must be true at the end; what is null is not asked for.
   *
   * @param drained whether nothing may be pending
   * @param minStored readings that must be stored
   * @param minShare of the produced readings that must be stored
   * @param maxPending readings that may be pending
   * @param minForks nodes that must at least have been refused because their store went back
   */
  public record Expect(
      boolean drained,
      @Nullable Long minStored,
      @Nullable Double minShare,
      @Nullable Long maxPending,
      @Nullable Long minForks) {}

  /** How many nodes there are. */
  public int nodes() {
    return groups.stream().mapToInt(Group::count).sum();
  }

  /** The same, ending at another time. */
  public Scenario until(long nanos) {
    return new Scenario(
        name, description, nanos, epochMillis, hub, groups, faults, promises, expect);
  }

  /** The same with about this many nodes, at least one of each group. */
  public Scenario scaledTo(int total) {
    double factor = (double) total / nodes();
    return withGroups(
        group -> group.withCount((int) Math.max(1, Math.round(group.count() * factor))));
  }

  /** The same with other groups. */
  public Scenario withGroups(UnaryOperator<Group> change) {
    return new Scenario(
        name,
        description,
        untilNanos,
        epochMillis,
        hub,
        groups.stream().map(change).toList(),
        faults,
        promises,
        expect);
  }

  /**
   * The same without the faults of these numbers, which count from 1 in the file.
   *
   * @throws ScenarioException if a fault of such a number is not there
   */
  public Scenario without(Set<Integer> numbers) {
    Set<Integer> known = new TreeSet<>();
    faults.forEach(fault -> known.add(fault.number()));
    if (!known.containsAll(numbers)) {
      Set<Integer> unknown = new TreeSet<>(numbers);
      unknown.removeAll(known);
      throw new ScenarioException(
          List.of(
              "--without-faults names " + unknown + "; the faults of " + name + " are " + known));
    }
    return new Scenario(
        name,
        description,
        untilNanos,
        epochMillis,
        hub,
        groups,
        faults.stream().filter(fault -> !numbers.contains(fault.number())).toList(),
        promises,
        expect);
  }
}
