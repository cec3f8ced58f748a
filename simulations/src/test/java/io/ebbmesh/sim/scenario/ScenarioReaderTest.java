package io.ebbmesh.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebbmesh.sim.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a scenario is told before it runs: place, what, remedy. */
class ScenarioReaderTest {

  private static final long MINUTE = 60_000_000_000L;
  private static final String FILE = "bad.conf";

  /** Line 1 is the end of the run, lines 2 to 6 are one group. */
  private static final String GOOD =
      """
      until = 1 h
      nodes.gw {
        count = 2
        sensors = [{ every = 1 m }]
        link { latency = 20 ms }
      }
      """;

  @TempDir Path folder;

  private List<String> problems(String text, String... sets) {
    ScenarioException refused =
        catchThrowableOfType(
            ScenarioException.class,
            () -> ScenarioReader.read("bad", FILE, folder, text, List.of(sets)));
    return refused == null ? List.of() : refused.problems();
  }

  static List<String> shipped() {
    return Scenarios.shipped();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void each_shipped_scenario_loads(String name) {
    Scenario scenario = Scenarios.load(name, List.of());

    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.description()).isNotEmpty();
    assertThat(scenario.nodes()).isPositive();
  }

  @Test
  void what_the_file_leaves_out_has_its_default() {
    Scenario scenario = ScenarioReader.read("good", "good.conf", folder, GOOD, List.of());

    assertThat(scenario.untilNanos()).isEqualTo(60 * MINUTE);
    Scenario.Group group = scenario.groups().get(0);
    assertThat(group.sensors().get(0).name()).isEqualTo("s1");
    assertThat(group.link().wire().base().upBitsPerSecond()).isEqualTo(10e6);
    assertThat(scenario.promises().limits().alarmNanos()).isEqualTo(MINUTE);
    assertThat(scenario.promises().off()).isEmpty();
  }

  /**
   * A mistake.
   *
   * @param text stands below {@link #GOOD}, from line 7
   * @param line as the only problem begins
   * @param says what it must say, the remedy last
   */
  private record Mistake(String name, String text, int line, String... says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Mistake of(String name, String text, int line, String... says) {
    return new Mistake(name, text, line, says);
  }

  static Stream<Mistake> mistakes() {
    List<Mistake> all = new ArrayList<>(ofValues());
    all.addAll(ofFaults());
    all.addAll(ofArithmetic());
    return all.stream();
  }

  private static List<Mistake> ofValues() {
    return List.of(
        of("unknown key", "nodes.gw.cuont = 3", 7, "'nodes.gw.cuont'", "did you mean 'count'?"),
        of("unknown key of a link", "nodes.gw.link.speed = 3", 7, "known here are", "latency"),
        of("negative duration", "nodes.gw.link.latency = -5 ms", 7, "-5 ms", "0 or more"),
        of("duration without unit", "nodes.gw.start-within = 30", 7, "is 30", "with a unit"),
        of("duration in a unit HOCON has not", "nodes.gw.start-within = 3 min", 7, "10 m"),
        of("duration of a century", "nodes.gw.start-within = 36500 d", 7, "at most 3650 d"),
        of("negative rate", "nodes.gw.link.up = -1 Mbit/s", 7, "is -1 Mbit/s", "write a rate"),
        of("rate without unit", "nodes.gw.link.up = 1000", 7, "is 1000", "256 kbit/s"),
        of("probability above 1", "nodes.gw.link.loss = 1.5", 7, "is 1.5", "from 0 to 1"),
        of("no number of nodes", "nodes.gw.count = 0", 7, "is 0", "from 1 to 100000"),
        of("a word that is no choice", "nodes.gw.link.cut = loud", 7, "one of silent, reset"),
        of("an object that is none", "nodes.gw.link = 3", 7, "is no object", "write { … }"),
        of("a list that is none", "nodes.gw.sensors = 3", 7, "is no list", "write [ { … } ]"),
        of("a name that no node can have", "nodes.\"G W\" { }", 7, "use up to 41 of a-z"),
        of(
            "two sensors of one name",
            "nodes.gw.sensors = [\n  { name = a }\n  { name = a }\n]",
            9,
            "another sensor",
            "a name of its own"),
        of("outages without a length", "nodes.gw.link.duty { every = 1 h }", 7, "say how long"),
        of("shift without a trace", "nodes.gw.link.shift = random", 7, "name a trace"),
        of("no instant", "epoch = yesterday", 7, "is no instant", "2026-03-01T00:00:00Z"),
        of(
            "unknown setting of the program",
            "settings.ebbmesh.sync.log.segment-sice = 1 MiB",
            7,
            "'ebbmesh.sync.log.segment-sice'",
            "segment-size"),
        of(
            "setting of a group in no unit",
            "nodes.gw.settings.ebbmesh.sync.session.hub.heartbeat = 5",
            7,
            "needs a unit"),
        of("settings of nobody", "hub.settings.akka.x = 1", 7, "live under 'ebbmesh'"),
        of(
            "setting out of range",
            "nodes.gw.settings.ebbmesh.node.pipeline.source-credit = 0",
            7,
            "the settings of 'gw' cannot be used",
            "correct them"));
  }

  private static List<Mistake> ofFaults() {
    return List.of(
        fault("missing kind", "at = 1 m", "'faults[1].kind' is missing", "link-down"),
        fault("unknown kind", "kind = flood, at = 1 m", "is flood", "choose one of link-down"),
        fault(
            "no such node",
            "kind = power-cut, nodes = \"gv-*\", at = 1 m",
            "'gv-*'",
            "such as gw-*"),
        fault("after the end", "kind = power-cut, at = 1 h", "an earlier time"),
        fault("no time", "kind = power-cut", "'faults[1].at' is missing", "how often (every)"),
        fault("both times", "kind = power-cut, at = 1 m, every = 1 m", "beside 'at'", "(every)"),
        fault("no length", "kind = link-down, at = 1 m", "'faults[1].for' is missing", "how long"),
        fault("off for no time", "kind = power-cut, at = 1 m, off = 0 s", "say how long"),
        fault("spread of many", "kind = power-cut, every = 1 m, spread = 1 m", "goes with 'at'"),
        fault("from of one", "kind = power-cut, at = 1 m, from = 1 m", "goes with 'every'"),
        fault("from behind to", "kind = power-cut, every = 1 m, from = 9 m, to = 8 m", "earlier"),
        fault("of the hub, for nodes", "kind = hub-crash, nodes = gw-1, at = 1 m", "unknown key"),
        fault("no LAN", "kind = lan-partition, at = 1 m, for = 1 m", "LANs '*'", "site.size"),
        fault("rewind again and again", "kind = rewind-disk, every = 9 m", "say when (at)"),
        fault("rewind to before", "kind = rewind-disk, at = 9 m, back = 9 m", "a node that ran"),
        fault("clock that stays", "kind = clock-step, at = 1 m", "by how much it jumps"),
        fault("no clock", "kind = power-cut, at = 1 m, clock = noon", "is noon", "write right"));
  }

  private static Mistake fault(String name, String fault, String... says) {
    return of("fault: " + name, "faults = [\n  { " + fault + " }\n]", 8, says);
  }

  private static List<Mistake> ofArithmetic() {
    return List.of(
        of(
            "drained is impossible",
            "nodes.gw.link.up = 0.5 bit/s\nexpect.drained = true",
            8,
            "makes at least 244 bytes and its link carries at most 225",
            "raise 'link.up'"),
        of("too much stored", "expect.min-stored = 500", 7, "take only 122", "raise the load"),
        of("forks without a rewind", "expect.min-forks = 1", 7, "add a fault of kind rewind-disk"),
        of("nobody decides", "nodes.gw.accelerator = none", 7, "ever decided", "set site.with"),
        of("neighbours of nobody", "nodes.gw.site.with = hall", 7, "is 'hall'", "a site.size"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_line_and_the_remedy(Mistake mistake) {
    assertThat(problems(GOOD + mistake.text()))
        .singleElement()
        .asString()
        .startsWith(FILE + ":" + mistake.line() + ": ")
        .contains(mistake.says());
  }

  @Test
  void a_run_needs_an_end_and_nodes() {
    assertThat(problems("description = x\nnodes { }\n"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith(FILE + ":1: 'until'").endsWith("such as 24 h"),
            second -> assertThat(second).startsWith(FILE + ":2: 'nodes' names no nodes"));
    assertThat(problems(GOOD, "until=2"))
        .singleElement()
        .asString()
        .startsWith("--set until=2: 'until' is 2; write a duration");
  }

  @Test
  void several_problems_are_told_at_once() {
    String text =
        GOOD + "nodes.gw.count = -1\nexpect.min-share = 2\nfaults = [{ at = 1 m }, { kind = x }]";

    assertThat(problems(text))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith(FILE + ":7: 'nodes.gw.count'"),
            line -> assertThat(line).startsWith(FILE + ":8: 'expect.min-share'"),
            line -> assertThat(line).startsWith(FILE + ":9: 'faults[1].kind'"),
            line -> assertThat(line).startsWith(FILE + ":9: 'faults[2].kind'"));
  }

  @Test
  void broken_syntax_is_told_with_its_line() {
    assertThat(problems("until = 1 h\nnodes { gw { count = 1 ]\n"))
        .singleElement()
        .asString()
        .startsWith(FILE + ":2: ")
        .endsWith("correct the syntax (HOCON)");
  }

  @Test
  void an_option_is_read_like_the_file_and_named_in_its_problem() {
    Scenario scenario =
        ScenarioReader.read(
            "good", "good.conf", folder, GOOD, List.of("nodes.gw.count=7", "until=2 h"));
    assertThat(scenario.nodes()).isEqualTo(7);
    assertThat(scenario.untilNanos()).isEqualTo(120 * MINUTE);

    assertThat(problems(GOOD, "nodes.gw.count=many"))
        .singleElement()
        .asString()
        .startsWith("--set nodes.gw.count=many: 'nodes.gw.count' is many; ");
    assertThat(problems(GOOD, "count 7"))
        .containsExactly("--set count 7: there is no key; write --set KEY=VALUE");
    assertThat(problems(GOOD + "expect.min-forks = 1", "nodes.gw.count=3"))
        .singleElement()
        .asString()
        .startsWith(FILE + ":7: ");
  }

  @Test
  void a_fault_of_a_lan_names_the_lan() {
    String lans = GOOD + "nodes.gw.site.size = 2\n";
    String fault = "faults = [{ kind = lan-partition, nodes = %s, at = 1 m, for = 1 m }]";

    Scenario scenario =
        ScenarioReader.read(
            "good", "good.conf", folder, lans + fault.formatted("gw-site-1"), List.of());
    assertThat(scenario.faults().get(0).kind()).isEqualTo(FaultKind.LAN_PARTITION);
    assertThat(problems(lans + fault.formatted("gw-1")))
        .singleElement()
        .asString()
        .contains("LANs 'gw-1'");
  }

  private List<String> withTrace(String key, String... lines) throws IOException {
    Files.write(folder.resolve("my.csv"), List.of(lines));
    return problems(GOOD + "nodes.gw.link." + key + " = my.csv");
  }

  private static final String HEADER = "t_ms,up,latency_ms,jitter_ms,loss,up_bps,down_bps";

  @Test
  void a_trace_that_is_not_there_is_told() {
    assertThat(problems(GOOD + "nodes.gw.link.trace = gone.csv"))
        .singleElement()
        .asString()
        .startsWith(FILE + ":7: 'nodes.gw.link.trace' names ")
        .contains("gone.csv, which cannot be read", "name a readable file");
  }

  @Test
  void a_broken_line_of_a_trace_is_told_with_its_own_place() throws IOException {
    assertThat(withTrace("trace", HEADER, "0,1,,,,,", "50,maybe,,,,,"))
        .singleElement()
        .asString()
        .startsWith(FILE + ":7: ")
        .contains("my.csv, line 3: up is 'maybe'", "mend or replace the file");
  }

  @Test
  void a_trace_whose_time_runs_back_is_told() throws IOException {
    assertThat(withTrace("trace", HEADER, "0,1,,,,,", "50,0,,,,,", "40,1,,,,,"))
        .singleElement()
        .asString()
        .startsWith(FILE + ":7: ")
        .contains("my.csv, line 4: t_ms is 40", "Sort the lines by time");
  }

  @Test
  void a_contact_plan_is_no_trace_and_must_name_hub_and_nodes() throws IOException {
    String[] plan = {"start,end,node_a,node_b", "10,20,gw-1,hub"};

    assertThat(withTrace("trace", plan))
        .singleElement()
        .asString()
        .contains("goes under 'contacts'");
    assertThat(withTrace("contacts", plan))
        .singleElement()
        .asString()
        .startsWith(FILE + ":7: the contact plan of 'gw' has no contact of gw-2; ");
  }

  @Test
  void a_file_beside_the_scenario_goes_before_a_shipped_one() throws IOException {
    Files.write(folder.resolve("satellite-ship.csv"), List.of(HEADER, "0,0,,,,,"));

    Scenario scenario =
        ScenarioReader.read(
            "good",
            "good.conf",
            folder,
            GOOD + "nodes.gw.link.trace = satellite-ship.csv",
            List.of());

    assertThat(scenario.groups().get(0).link().trace())
        .satisfies(trace -> assertThat(trace.size()).isEqualTo(1));
  }
}
