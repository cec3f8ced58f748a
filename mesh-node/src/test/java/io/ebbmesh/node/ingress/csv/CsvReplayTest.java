package io.ebbmesh.node.ingress.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.node.pipeline.OpenLanes;
import io.ebbmesh.node.pipeline.Pipeline;
import io.ebbmesh.node.pipeline.PipelineFixture;
import io.ebbmesh.node.pipeline.TestClock;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReplayTest {

  private static final int ROWS = 3000;

  @TempDir private Path folder = Path.of("");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestClock clock = new TestClock();

  @AfterEach
  void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void everyRowBecomesOneInsightInOrder() throws Exception {
    List<Insight> stored = new ArrayList<>();
    Path log = folder.resolve("source.log");
    CsvReplay.Ended ended =
        replay(sensorData(), 0, stored, "source-log = \"" + log + "\"", ROWS + 1);
    assertThat(ended.problem()).isNull();
    assertThat(ended.accepted()).isEqualTo(ROWS);
    assertThat(stored).extracting(CsvReplayTest::position).isSorted().hasSize(ROWS);
    assertThat(Files.readAllLines(log))
        .contains("produced 1", "produced 3000", "accepted 3000 3000 insight")
        .hasSize(2 * ROWS);
  }

  @Test
  void aResumedReplayDecidesAsIfItHadNotBeenInterrupted() throws Exception {
    List<Insight> whole = new ArrayList<>();
    replay(sensorData(), 0, whole, "", ROWS + 1);
    List<Insight> rest = new ArrayList<>();
    CsvReplay.Ended ended = replay(sensorData(), 1234, rest, "", ROWS + 1);
    assertThat(ended.accepted()).isEqualTo(ROWS - 1234);
    assertThat(rest)
        .usingRecursiveComparison()
        .ignoringFields("observedNanos")
        .isEqualTo(whole.subList(1234, ROWS));
  }

  @Test
  void aBadLineStopsTheReplayOnceAllBeforeItAreDurable() throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, "mote_id,temperature,humidity\n1,20,40\n1,20,NaN\n1,20,41\n");
    List<Insight> stored = new ArrayList<>();
    CsvReplay.Ended ended = replay(file, 0, stored, "", 10);
    assertThat(ended.problem()).contains("bad.csv line 3: column 'humidity' is 'NaN'");
    assertThat(stored).hasSize(1);
  }

  @Test
  void aBadLineMayBeLeftOutAndIsCounted() throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, "mote_id,temperature,humidity\n1,20,40\n1,20,NaN\n1,20,41\n");
    List<Insight> stored = new ArrayList<>();
    CsvReplay.Ended ended = replay(file, 0, stored, "bad-line = skip", 10);
    assertThat(ended.problem()).isNull();
    assertThat(ended.refused()).isEqualTo(1);
    assertThat(stored).extracting(CsvReplayTest::position).containsExactly(1L, 3L);
  }

  @Test
  void aValueThatNoDeviceTakesDoesNotHoldTheReplayUp() throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, "mote_id,temperature,humidity\n1,20,40\n1,1e308,40\n1,20,41\n");
    List<Insight> stored = new ArrayList<>();
    assertThat(replay(file, 0, stored, "", 10).problem())
        .contains("bad.csv line 3: column 'temperature' is '1e308'", "bad-line = skip");
    assertThat(stored).hasSize(1);
    CsvReplay.Ended ended = replay(file, 1, stored, "bad-line = skip", 10);
    assertThat(ended.refused()).isEqualTo(1);
    assertThat(stored).extracting(CsvReplayTest::position).containsExactly(1L, 3L);
  }

  @Test
  void aFileThatIsShorterThanWhatIsDurableIsNotTheSameFile() throws Exception {
    CsvReplay.Ended ended = replay(sensorData(), ROWS + 5, new ArrayList<>(), "", 10);
    assertThat(ended.problem()).contains("has 3000 rows, but row 3005 of source");
  }

  @Test
  void aReplayWaitsForCreditAndNeverSendsMore() throws Exception {
    TestProbe<Pipeline.Command> pipeline = kit.createTestProbe(Pipeline.Command.class);
    kit.spawn(
        CsvReplay.create(
            settings(sensorData(), ""),
            clock,
            pipeline.getRef(),
            kit.<CsvReplay.Ended>createTestProbe().getRef()));
    Pipeline.Attach attach = pipeline.expectMessageClass(Pipeline.Attach.class);
    attach.producer().tell(new Pipeline.Attached(0, 3));
    for (int i = 0; i < 3; i++) {
      pipeline.expectMessageClass(Pipeline.Submit.class);
    }
    pipeline.expectNoMessage(Duration.ofMillis(100));
    attach.producer().tell(new Pipeline.Accepted(1, Lane.INSIGHT, 1));
    pipeline.expectMessageClass(Pipeline.Submit.class);
    pipeline.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void aMissingFileIsFoundBeforeTheNodeStarts() {
    assertThatThrownBy(() -> CsvReplay.check(settings(folder.resolve("none.csv"), "")))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining("none.csv does not exist");
  }

  @Test
  void thePaceIsTheIntervalTimesTheSpeed() {
    CsvSettings settings = settings(folder.resolve("x.csv"), "speed = 10");
    Pace pace = new Pace(settings.rowsPerSecond(), 0);
    int taken = 0;
    for (long now = 0; now < 60_000_000_000L; now += 20_000_000) {
      taken += pace.take(now) ? 1 : 0;
    }
    assertThat(taken).isBetween(119, 121);
  }

  private Path sensorData() throws Exception {
    Path file = folder.resolve("data.csv");
    try (BufferedReader shipped =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(SensorData.class.getResourceAsStream("/wsn/multi-hop.csv")),
                StandardCharsets.UTF_8))) {
      Files.writeString(
          file, shipped.lines().limit(ROWS + 1).collect(Collectors.joining("\n", "", "\n")));
    }
    return file;
  }

  private static CsvSettings settings(Path file, String overrides) {
    Config config =
        ConfigFactory.parseString(
                "file = \""
                    + file
                    + "\"\n"
                    + (overrides.contains("speed") ? "" : "speed = 0\n")
                    + overrides)
            .withFallback(
                ConfigFactory.parseResources("reference.conf").getConfig("ebbmesh.node.csv"));
    return Objects.requireNonNull(CsvSettings.of(config));
  }

  private CsvReplay.Ended replay(
      Path file, long durable, List<Insight> stored, String overrides, int limit) {
    OpenLanes outbox = new OpenLanes(kit, kit.spawn(outbox(stored)));
    outbox.stand(Lane.INSIGHT, "csv/" + file.getFileName(), durable, durable);
    ActorRef<Pipeline.Command> pipeline =
        kit.spawn(
            Pipeline.create(
                PipelineFixture.settings(""),
                clock,
                PipelineFixture.decides(),
                PipelineFixture.decides(),
                outbox.doors()));
    pipeline.tell(new Pipeline.Serve(PipelineFixture.release(1)));
    TestProbe<CsvReplay.Ended> ended = kit.createTestProbe(CsvReplay.Ended.class);
    kit.spawn(CsvReplay.create(settings(file, overrides), clock, pipeline, ended.getRef()));
    CsvReplay.Ended end = ended.receiveMessage(Duration.ofSeconds(20));
    assertThat(stored).hasSizeLessThan(limit);
    return end;
  }

  /** Accepts everything at once and keeps it. */
  private static Behavior<Outbox.Command> outbox(List<Insight> stored) {
    return Behaviors.receive(Outbox.Command.class)
        .onMessage(
            Outbox.Offer.class,
            offer -> {
              stored.add(offer.insight());
              offer
                  .replyTo()
                  .tell(
                      new Outbox.Accepted(new long[] {offer.ticket()}, new long[] {stored.size()}));
              return Behaviors.same();
            })
        .build();
  }

  private static long position(Insight insight) {
    return Objects.requireNonNull(insight.source()).position();
  }
}
