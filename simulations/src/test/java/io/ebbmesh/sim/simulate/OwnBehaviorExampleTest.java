package io.ebbmesh.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.node.pipeline.Pipeline;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sim.invariant.Invariant;
import io.ebbmesh.sim.machine.NodeBehavior;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code simulations/README.md} shows to those who bring behaviours and promises. */
class OwnBehaviorExampleTest {

  private static final String SOURCE = "io/ebbmesh/sim/simulate/OwnBehaviorExampleTest.java";

  private static final String SCENARIO =
      """
      until = 30 m
      nodes.gw {
        count = 2
        sensors = [{ every = 1 m }]
        link.duty { every = 10 m, down = 1 m, at = 5 m }
      }
      faults = [{ kind = process-crash, nodes = gw-1, at = 12 m, off = 1 m }]
      """;

  @TempDir Path folder;

  private String scenario = "";

  @BeforeEach
  void writeScenario() throws Exception {
    scenario = Files.writeString(folder.resolve("two-gateways.conf"), SCENARIO).toString();
  }

  // begin: behavior
  /** A second source on each node: counts passers-by and reports them once a minute. */
  private static final class DoorCounter implements NodeBehavior {

    private static final Duration EVERY = Duration.ofMinutes(1);

    /** By node; outlives its crashes, as the counter on the wall does. */
    final Map<String, Long> accepted = new TreeMap<>();

    @Override
    public String name() {
      return "door-counter";
    }

    @Override
    public Behavior<?> create(SimNode node) {
      return Behaviors.withTimers(
          timers -> {
            timers.startTimerWithFixedDelay("report", EVERY);
            return Behaviors.receiveMessage(
                report -> {
                  report(node, accepted.getOrDefault(node.name(), 0L) + 1);
                  return Behaviors.same();
                });
          });
    }

    /** Repeats a position until it is accepted. */
    private void report(SimNode node, long position) {
      String source = node.name() + "/door";
      double[] values = {node.chance().nextDouble(), 40};
      Reading reading =
          new Reading(
              source,
              new SourcePosition(source, position),
              node.clock().monotonicNanos(),
              List.of("temperature", "humidity"),
              values);
      CompletableFuture<ReadingOutcome> outcome = new CompletableFuture<>();
      outcome.thenAccept(
          told -> {
            if (told instanceof ReadingOutcome.Accepted taken) {
              accepted.put(node.name(), position);
              node.witness().accepted(node, source, position, taken.lane(), taken.seq());
            }
          });
      node.witness().produced(node, source, position);
      node.doors().pipeline().get().tell(new Pipeline.Single(reading, outcome));
    }
  }

  // end: behavior

  // begin: invariant
  /** A promise of one's own: dials stay rare, whatever the links do. */
  private static final class CalmDials extends Invariant {

    private static final long SECOND = 1_000_000_000L;
    private static final int FIRST = 5;

    private final World world;
    private final Map<Integer, Integer> dials = new TreeMap<>();

    CalmDials(World world) {
      super("calm-dials", "no node dials more than once a second on average");
      this.world = world;
    }

    @Override
    public void dialled(SimNode node) {
      int count = dials.merge(node.number(), 1, Integer::sum);
      check(
          count <= FIRST + world.nowNanos() / SECOND,
          node,
          () -> "it has dialled %d times".formatted(count));
    }
  }

  // end: invariant

  @Test
  void behaviours_and_promises_of_ones_own_run_beside_the_shipped_ones() {
    DoorCounter doors = new DoorCounter();

    Run run =
        Simulation.of(scenario)
            .seed(7)
            .behavior(doors)
            .invariant(CalmDials::new)
            .run()
            .requireHeld();

    assertThat(doors.accepted.get("gw-1")).isBetween(20L, 29L);
    assertThat(doors.accepted.get("gw-2")).isBetween(25L, 30L);
    assertThat(run.result().insights().stored()).isGreaterThan(100);
    assertThat(run.result().invariants())
        .anySatisfy(
            each -> {
              assertThat(each.name()).isEqualTo("calm-dials");
              assertThat(each.checks()).isPositive();
            });
  }

  @Test
  void the_readme_quotes_these_examples_as_they_are() throws Exception {
    String test = Files.readString(Path.of("src/test/java").resolve(SOURCE));
    String readme = Files.readString(Path.of("README.md")).replace("\n    ", "\n");

    for (String example : List.of("behavior", "invariant")) {
      String code =
          test.split("// begin: " + example + "\n", 2)[1].split("\n\n  // end: " + example, 2)[0];
      assertThat(readme).contains(code.strip().replace("\n  ", "\n"));
    }
  }

  @Test
  void a_broken_promise_of_ones_own_says_which_node_broke_it_and_when() {
    Simulation simulation =
        Simulation.of(scenario)
            .invariant(
                world ->
                    new Invariant("no-dials", "no node ever dials") {
                      @Override
                      public void dialled(SimNode node) {
                        check(false, node, () -> "it dials");
                      }
                    });

    assertThatThrownBy(() -> simulation.run().requireHeld())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no-dials (no node ever dials): gw-2: it dials")
        .hasMessageContaining("at 00:00:00");
  }
}
