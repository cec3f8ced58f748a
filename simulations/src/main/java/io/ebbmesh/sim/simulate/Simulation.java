package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.invariant.Accounts;
import io.ebbmesh.sim.invariant.Invariant;
import io.ebbmesh.sim.invariant.Invariants;
import io.ebbmesh.sim.invariant.Returns;
import io.ebbmesh.sim.invariant.Violation;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.NodeBehavior;
import io.ebbmesh.sim.machine.Planted;
import io.ebbmesh.sim.machine.PlantedBug;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.scenario.Scenario;
import io.ebbmesh.sim.scenario.ScenarioBuilder;
import io.ebbmesh.sim.scenario.Scenarios;
import io.ebbmesh.sim.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run to be: a scenario, a seed, and what is added to it. A test needs no more than this:
 *
 * <pre>{@code
 * Simulation.of("industrial-site").seed(7).until(Duration.ofHours(2)).run().requireHeld();
 * }</pre>
 *
 * Not for use by several threads; several simulations may run at once, each on its own thread.
 */
public final class Simulation {

  private final String name;
  private final List<String> sets = new ArrayList<>();
  private final List<NodeBehavior> behaviors = new ArrayList<>();
  private final List<Function<World, Invariant>> invariants = new ArrayList<>();
  private final Set<Integer> withoutFaults = new TreeSet<>();
  private long seed = 1;
  private int nodes;
  private @Nullable Duration until;
  private @Nullable PlantedBug bug;
  private @Nullable Path traceFile;
  private boolean recording;
  private Progress progress = Progress.NONE;

  private Simulation(String name) {
    this.name = name;
  }

  /**
   * @param scenario name of a shipped one, or a file
   */
  public static Simulation of(String scenario) {
    return new Simulation(scenario);
  }

  /** Equal seeds give equal runs; 1 if nothing is said. */
  public Simulation seed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /** Ends the run earlier or later than the scenario says; then nothing is expected of its end. */
  public Simulation until(@Nullable Duration end) {
    until = end;
    return this;
  }

  /** Sets a key of the scenario, as {@code nodes.press.count=4}. */
  public Simulation set(String keyAndValue) {
    sets.add(keyAndValue);
    return this;
  }

  /** Scales all groups so that there are about this many nodes, at least one of each. */
  public Simulation nodes(int total) {
    nodes = total;
    return this;
  }

  /** Leaves out faults by their number in the scenario, from 1. */
  public Simulation withoutFaults(Set<Integer> numbers) {
    withoutFaults.addAll(numbers);
    return this;
  }

  /** Runs a behaviour of one's own on every node. */
  public Simulation behavior(NodeBehavior behavior) {
    behaviors.add(behavior);
    return this;
  }

  /** Checks an invariant of one's own. */
  public Simulation invariant(Function<World, Invariant> invariant) {
    invariants.add(invariant);
    return this;
  }

  /** Gives the twins a bug, to see that it is found. */
  public Simulation plant(@Nullable PlantedBug newBug) {
    bug = newBug;
    return this;
  }

  /** Writes every event to a file. */
  public Simulation trace(@Nullable Path file) {
    traceFile = file;
    return this;
  }

  /** Keeps what a report needs. */
  public Simulation record(boolean on) {
    recording = on;
    return this;
  }

  Simulation progress(Progress newProgress) {
    progress = newProgress;
    return this;
  }

  String name() {
    return name;
  }

  /**
   * The scenario that will run.
   *
   * @throws io.ebbmesh.sim.scenario.ScenarioException if it cannot be run
   */
  Scenario scenario() {
    Scenario scenario = Scenarios.load(name, sets).without(withoutFaults);
    if (nodes > 0) {
      scenario = scenario.scaledTo(nodes);
    }
    return until == null ? scenario : scenario.until(until.toNanos());
  }

  /** The command that runs exactly this. */
  String command() {
    StringBuilder command = new StringBuilder("./ebbmesh simulate ").append(name);
    command.append(" --seed ").append(seed);
    if (nodes > 0) {
      command.append(" --nodes ").append(nodes);
    }
    if (until != null) {
      command.append(" --until ").append(Durations.text(until));
    }
    if (!withoutFaults.isEmpty()) {
      command
          .append(" --without-faults ")
          .append(String.join(",", withoutFaults.stream().map(String::valueOf).toList()));
    }
    sets.forEach(set -> command.append(" --set '").append(set).append('\''));
    if (bug != null) {
      command.append(" --plant ").append(Bugs.nameOf(bug));
    }
    return command.toString();
  }

  /** Runs it to its end, or to the first broken promise. */
  public Run run() {
    Scenario scenario = scenario();
    try (Writer out = traceFile == null ? null : Files.newBufferedWriter(traceFile)) {
      return run(scenario, out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the trace " + traceFile, e);
    }
  }

  private Run run(Scenario scenario, @Nullable Writer out) {
    RunTrace trace = new RunTrace(out);
    World world = new World(seed, trace);
    List<Invariant> further = invariants.stream().map(each -> each.apply(world)).toList();
    Invariants promises =
        Invariants.of(world, scenario.promises().limits(), scenario.promises().off(), further);
    Accounts accounts = promises.accounts();
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(new EventTracing(world));
    witnesses.add(accounts);
    witnesses.addAll(promises.all());
    Returns returns = new Returns(world, accounts);
    witnesses.add(returns);
    Recording recorded = recording ? new Recording(world) : null;
    if (recorded != null) {
      witnesses.add(recorded);
    }
    List<Violation> violations = new ArrayList<>();
    long[] step = new long[1];
    promises
        .all()
        .forEach(
            invariant ->
                invariant.listen(
                    violation -> {
                      violations.add(violation);
                      step[0] = trace.steps();
                      world.halt();
                    }));
    Fleet fleet =
        ScenarioBuilder.build(
            scenario, world, new Witnesses(witnesses), new Planted(bug), behaviors);
    if (recorded != null) {
      recorded.begin(scenario.untilNanos(), fleet.nodes());
    }
    long startNanos = System.nanoTime();
    progress.run(world, scenario.untilNanos());
    double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
    Failure failure =
        violations.isEmpty() ? null : failure(violations.get(0), trace, world, step[0]);
    boolean whole = until == null && failure == null;
    RunResult result =
        Results.of(scenario, seed, trace, world, wallSeconds, promises, returns, whole);
    return new Run(scenario, result, failure, recorded == null ? null : recorded.end(), command());
  }

  private Failure failure(Violation violation, RunTrace trace, World world, long step) {
    var node = violation.node();
    return new Failure(
        step,
        world.nowNanos(),
        violation.invariant().name(),
        violation.toString(),
        node == null ? null : node.name(),
        node == null ? List.of() : trace.last(node.number()),
        trace.last(0),
        command());
  }
}
