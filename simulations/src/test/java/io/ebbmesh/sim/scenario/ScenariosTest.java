package io.ebbmesh.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.sim.fault.FaultKind;
import io.ebbmesh.sim.scenario.Scenario.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Path RESOURCES = Path.of("src/main/resources/io/ebbmesh/sim/scenario");

  static List<String> shipped() {
    return Scenarios.shipped();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void eachShippedScenarioIsWithoutProblems(String name) {
    Scenario scenario = Scenarios.load(name, List.of());
    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.description()).isNotEmpty();
    assertThat(scenario.nodes()).isPositive();
  }

  @Test
  void everyScenarioFileIsListedAsShipped() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".conf")))
          .containsExactlyInAnyOrderElementsOf(shipped().stream().map(n -> n + ".conf").toList());
    }
  }

  @Test
  void whatIsSetStandsOverTheFile() {
    Scenario scenario =
        Scenarios.load(
            "residential-gateways",
            List.of(
                "nodes.dsl.count=7",
                "until=90 min",
                "faults=[]",
                "epoch=1999-12-31T00:00:00Z",
                "expect.max-pending=5"));
    assertThat(scenario.groups().stream().filter(g -> g.name().equals("dsl")).map(Group::count))
        .containsExactly(7);
    assertThat(scenario.untilNanos()).isEqualTo(5_400 * SECOND);
    assertThat(scenario.faults()).isEmpty();
    assertThat(scenario.epochMillis()).isEqualTo(946_598_400_000L);
    assertThat(scenario.expect().maxPending()).isEqualTo(5);
  }

  @Test
  void aFileNamesItsTracesRelativeToItself(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("bus.csv"), "start,end,node_a,node_b\n10,20,bus-1,hub\n");
    Path file = folder.resolve("one-bus.conf");
    Files.writeString(
        file,
        """
        until = 1 h
        nodes { bus { sensors = [{ every = 10 s }], link { contacts = bus.csv } } }
        faults = [{ kind = power-cut, every = 10 m, off-mean = 20 s }]
        """);
    Scenario scenario = Scenarios.load(file.toString(), List.of());
    assertThat(scenario.name()).isEqualTo("one-bus");
    assertThat(scenario.groups().get(0).link().contacts()).isNotNull();
    assertThat(scenario.faults().get(0).kind()).isEqualTo(FaultKind.POWER_CUT);
    assertThat(scenario.faults().get(0).length().isMean()).isTrue();
  }

  @Test
  void anUnknownNameIsAnsweredWithTheShippedOnes() {
    assertThatThrownBy(() -> Scenarios.load("buss-fleet", List.of()))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("buss-fleet")
        .hasMessageContaining("bus-fleet, rewound-disk");
  }
}
