package io.ebbmesh.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.sim.machine.Fleet;
import io.ebbmesh.sim.machine.Planted;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.scenario.Scenario;
import io.ebbmesh.sim.scenario.ScenarioBuilder;
import io.ebbmesh.sim.scenario.Scenarios;
import io.ebbmesh.sim.world.HashTrace;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FaultPlannerTest {

  private static final long MINUTE = 60_000_000_000L;

  private static final String THREE_NODES =
      """
      until = 30 m
      settings.ebbmesh.sync { log.segment-size = 256 KiB, log.max-record-size = 64 KiB }
      settings.ebbmesh.sync.outbox.disk-reserve = 512 KiB
      nodes.box {
        count = 3, site.size = 3
        sensors = [{ name = s, every = 10 s, offset = 1 s }]
        link { latency = 10 ms }
      }
      """;

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.ebbmesh");

  @TempDir Path folder;

  /** What fails here fails on purpose. */
  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  /** Remembers everything, in order. */
  private static final class Heard implements Witness {
    final World world;
    final List<String> faults = new ArrayList<>();
    final Set<String> kinds = new TreeSet<>();
    final TreeMap<Integer, Integer> boots = new TreeMap<>();
    final TreeMap<Integer, Integer> crashes = new TreeMap<>();
    final Set<Incarnation> incarnations = new LinkedHashSet<>();
    int stored;
    int hubBoots;

    Heard(World world) {
      this.world = world;
    }

    @Override
    public void fault(int node, String kind, String text) {
      kinds.add(kind);
      faults.add(world.nowNanos() / MINUTE + " " + node + " " + kind + " " + text);
    }

    @Override
    public void booted(SimNode node) {
      boots.merge(node.number(), 1, Integer::sum);
    }

    @Override
    public void crashed(SimNode node, boolean power) {
      crashes.merge(node.number(), 1, Integer::sum);
    }

    @Override
    public void hubBooted() {
      hubBoots++;
    }

    @Override
    public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
      stored++;
      incarnations.add(lane.incarnation());
    }
  }

  /** A run with its fleet at hand. */
  private static final class Staged {
    final HashTrace trace = new HashTrace();
    final World world = new World(5, trace);
    final Heard heard = new Heard(world);
    final Fleet fleet;

    Staged(Scenario scenario) {
      fleet = ScenarioBuilder.build(scenario, world, heard, Planted.NOTHING, List.of());
    }

    Staged until(long minutes) {
      world.runUntil(minutes * MINUTE);
      return this;
    }

    SimNode node(int number) {
      return fleet.nodes().get(number - 1);
    }
  }

  private Scenario scenario(String... faults) throws IOException {
    Path file = folder.resolve("small.conf");
    Files.writeString(file, THREE_NODES + "faults = [\n{" + String.join("}\n{", faults) + "}\n]\n");
    return Scenarios.load(file.toString(), List.of());
  }

  private Scenario everyKind() throws IOException {
    return scenario(
        "kind = link-down, nodes = box-1, at = 2 m, for = 1 m",
        "kind = one-way-cut, nodes = box-2, at = 2 m, for = 1 m, direction = to-node",
        "kind = forget-connections, nodes = box-3, at = 2 m",
        "kind = power-cut, nodes = box-1, at = 4 m, off = 20 s, clock = \"+900 d\"",
        "kind = process-crash, nodes = box-2, at = 4 m, off = 20 s",
        "kind = crash-at-step, nodes = box-3, at = 4 m, step = 3, off = 20 s",
        "kind = hub-crash, at = 6 m, off = 20 s",
        "kind = hub-store-fails, at = 7 m, for = 20 s",
        "kind = lan-partition, at = 8 m, for = 1 m, parts = 3",
        "kind = disk-full, nodes = box-1, at = 10 m, for = 1 m",
        "kind = fsync-error, nodes = box-2, at = 10 m, for = 30 s",
        "kind = slow-disk, nodes = box-3, at = 10 m, for = 1 m, factor = 100",
        "kind = bit-flip, nodes = box-1, at = 12 m",
        "kind = rewind-disk, nodes = box-2, at = 14 m, back = 5 m, off = 20 s",
        "kind = clone, nodes = box-1, at = 15 m, for = 5 m",
        "kind = device-hang, nodes = box-3, at = 14 m, for = 20 s",
        "kind = device-slow, nodes = box-3, at = 16 m, for = 1 m, factor = 10",
        "kind = device-break, nodes = box-3, at = 18 m, for = 1 m",
        "kind = native-crash, nodes = box-3, at = 20 m, off = 20 s",
        "kind = clock-step, nodes = box-1, at = 22 m, by = \"-2 h\"");
  }

  @Test
  void everyKindHappensAndWhatItCrashedRunsAgain() throws IOException {
    Staged run = new Staged(everyKind()).until(30);
    assertThat(run.heard.kinds)
        .containsExactlyElementsOf(
            new TreeSet<>(Arrays.stream(FaultKind.values()).map(FaultKind::text).toList()));
    assertThat(run.fleet.nodes().subList(0, 3)).allMatch(SimNode::isOpen);
    assertThat(run.node(4).isRunning()).isFalse();
    assertThat(run.fleet.hub().isRunning()).isTrue();
    assertThat(run.heard.crashes).isEqualTo(new TreeMap<>(Map.of(1, 1, 2, 2, 3, 2, 4, 1)));
    assertThat(run.heard.boots).isEqualTo(new TreeMap<>(Map.of(1, 2, 2, 3, 3, 3, 4, 1)));
    assertThat(run.heard.hubBoots).isEqualTo(2);
    assertThat(run.heard.stored).isGreaterThan(300);
  }

  @Test
  void theSameSeedGivesTheSameFaultsAndTheSameRun() throws IOException {
    Staged first = new Staged(everyKind()).until(30);
    Staged second = new Staged(everyKind()).until(30);
    assertThat(second.heard.faults).isEqualTo(first.heard.faults);
    assertThat(second.trace.hash()).isEqualTo(first.trace.hash());
  }

  @Test
  void overlappingFaultsEndWithTheLastOfThem() throws IOException {
    Staged run =
        new Staged(
            scenario(
                "kind = disk-full, nodes = box-1, at = 2 m, for = 4 m",
                "kind = disk-full, nodes = box-1, at = 3 m, for = 1 m",
                "kind = link-down, nodes = box-1, at = 2 m, for = 4 m",
                "kind = link-down, nodes = box-1, at = 3 m, for = 1 m",
                "kind = device-break, nodes = box-2, at = 2 m, for = 4 m",
                "kind = device-slow, nodes = box-2, at = 3 m, for = 1 m"));
    run.until(5);
    int accepted = (int) run.node(2).sensors().get(0).acceptedTo();
    assertThat(run.node(1).wire().isUp()).isFalse();
    assertThat(run.node(1).disk().usableBytes()).isLessThan(1 << 20);
    run.until(7);
    assertThat(run.node(1).wire().isUp()).isTrue();
    assertThat(run.node(1).disk().usableBytes()).isGreaterThan(1 << 29);
    assertThat(run.node(2).sensors().get(0).acceptedTo()).isGreaterThan(accepted);
  }

  @Test
  void syncsThatFailGoOnFailingAfterACrash() throws IOException {
    Staged run =
        new Staged(
            scenario(
                "kind = fsync-error, nodes = box-1, at = 2 m, for = 10 m",
                "kind = process-crash, nodes = box-1, at = 4 m, off = 10 s"));
    run.until(5);
    long before = run.node(1).sensors().get(0).acceptedTo();
    run.until(11);
    assertThat(run.node(1).sensors().get(0).acceptedTo()).isEqualTo(before);
    run.until(15);
    assertThat(run.node(1).sensors().get(0).acceptedTo()).isGreaterThan(before + 50);
  }

  @Test
  void aMachineThatIsOffIsSpared() throws IOException {
    Staged run =
        new Staged(
                scenario(
                    "kind = power-cut, nodes = box-1, at = 2 m, off = 4 m",
                    "kind = process-crash, nodes = box-1, at = 3 m, off = 10 s",
                    "kind = clock-step, nodes = box-1, at = 3 m, by = \"+1 h\""))
            .until(5);
    assertThat(run.node(1).isRunning()).isFalse();
    assertThat(run.heard.kinds).containsExactly("power-cut");
  }

  @Test
  void aDiskIsPutBackAlsoWhileItsMachineIsOff() throws IOException {
    Staged run =
        new Staged(
            scenario(
                "kind = power-cut, nodes = box-1, at = 6 m, off = 2 m",
                "kind = rewind-disk, nodes = box-1, at = 7 m, back = 4 m, off = 20 s"));
    run.until(20);
    assertThat(run.heard.kinds).containsExactly("power-cut", "rewind-disk");
    assertThat(run.heard.boots.get(1)).isEqualTo(2);
    assertThat(run.heard.incarnations).hasSize(4);
  }

  @Test
  void aDiskIsCopiedAlsoWhileItsMachineIsOff() throws IOException {
    Staged run =
        new Staged(
            scenario(
                "kind = power-cut, nodes = box-1, at = 6 m, off = 4 m",
                "kind = clone, nodes = box-1, at = 7 m, for = 10 m"));
    run.until(9);
    assertThat(run.node(1).isRunning()).isFalse();
    assertThat(run.node(4).isRunning()).isTrue();
  }

  @Test
  void aProcessStartsAgainInTheSameBootAndAMachineInAnother() throws IOException {
    Staged run =
        new Staged(
            scenario(
                "kind = clock-step, nodes = \"*\", at = 2 m, by = \"-3 h\"",
                "kind = process-crash, nodes = box-1, at = 3 m, off = 10 s",
                "kind = power-cut, nodes = box-2, at = 3 m, off = 10 s"));
    run.until(4);
    assertThat(run.node(1).clock().monotonicNanos()).isEqualTo(4 * MINUTE);
    assertThat(run.node(2).clock().monotonicNanos()).isLessThan(MINUTE);
  }

  @Test
  void aNodeMoreChangesNobodysLuck() throws IOException {
    String often = "kind = link-down, every = 3 m, for-mean = 20 s, share = 0.7";
    List<String> three = new Staged(scenario(often)).until(30).heard.faults;
    Scenario four = scenario(often).withGroups(group -> group.withCount(4));
    List<String> ofTheSame =
        new Staged(four).until(30).heard.faults.stream().filter(f -> !f.contains(" 4 ")).toList();
    assertThat(three).hasSizeGreaterThan(10);
    assertThat(ofTheSame).containsExactlyElementsOf(three);
  }
}
