package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.OutboxReport.LaneReport;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.log.SegmentSalvage;
import io.ebbmesh.sync.pki.FixedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoppedOutboxTest {

  private static final FixedClock CLOCK = FixedClock.right(Instant.parse("2026-11-24T10:00:00Z"));

  @TempDir private Path directory;

  /** Fills the store with ten blocks of one insight, of which the hub holds three. */
  private StoreIdentity fill() {
    return fill(1_000);
  }

  private StoreIdentity fill(int snapshotEvery) {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "ebbmesh.sync.store.dir",
                    directory.toString(),
                    "ebbmesh.sync.outbox.snapshot-every-events",
                    snapshotEvery))
            .withFallback(
                ConfigFactory.parseString(
                    "ebbmesh.sync.outbox.acknowledge-interval = 1ms, pekko.loglevel = WARNING"))
            .withFallback(ConfigFactory.load());
    ActorTestKit kit = ActorTestKit.create(config);
    try {
      EbbmeshLog log = EbbmeshLog.get(kit.system());
      TestProbe<Outboxes.Opened> probe = kit.createTestProbe(Outboxes.Opened.class);
      kit.spawn(
          Outboxes.create(
              OutboxSettings.of(config),
              log.storage(),
              CLOCK,
              new SeededChance(1),
              Set.of(Lane.INSIGHT, Lane.ALARM),
              LaneJournal.of(kit.system()),
              probe.getRef()));
      Outboxes.Opened opened = probe.expectMessageClass(Outboxes.Opened.class);
      Outboxes.LaneActors lane = Objects.requireNonNull(opened.lanes().get(Lane.INSIGHT));
      Producer producer = new Producer(kit, lane.intake());
      producer.attach("a");
      for (int i = 1; i <= 10; i++) {
        producer.offer(i, Samples.insight("a", i));
        producer.accepted(1);
      }
      TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
      lane.log().tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 3)), 0));
      lane.log().tell(new LaneReader.Watch(10, reader.getRef()));
      reader.receiveMessage();
      return opened.identity();
    } finally {
      kit.shutdownTestKit();
    }
  }

  private Map<String, Long> files() throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(file));
        sums.put(file.toString(), crc.getValue());
      }
    }
    return sums;
  }

  @Test
  void isReportedWithoutWritingAByte() throws IOException {
    StoreIdentity identity = fill();
    Map<String, Long> before = files();
    OutboxReport report = StoppedOutbox.read(directory, CLOCK, true);
    assertThat(files()).isEqualTo(before);
    assertThat(report.identity()).isEqualTo(identity);
    assertThat(report.problems()).isEmpty();
    assertThat(report.lanes()).extracting(LaneReport::lane).containsExactly(Lane.INSIGHT);
    LaneReport lane = report.lanes().get(0);
    assertThat(lane.nextSeq()).isEqualTo(11);
    assertThat(lane.acknowledged().count()).isEqualTo(3);
    assertThat(lane.heldInsights()).isEqualTo(7);
    assertThat(lane.heldBlocks()).isEqualTo(7);
    assertThat(lane.oldestHeld()).isEqualTo(4);
    assertThat(lane.sources()).isEqualTo(1);
  }

  /** What the node will declare at its next start. */
  @Test
  void aLaneWhoseEventsAreAllGoneIsReportedByItsSnapshot() throws IOException {
    fill(2);
    Path log = directory.resolve("log");
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    OutboxReport report = StoppedOutbox.read(directory, CLOCK, false);
    assertThat(report.lanes()).extracting(LaneReport::lane).containsExactly(Lane.INSIGHT);
    assertThat(report.lanes().get(0).nextSeq()).isGreaterThan(8);
  }

  @Test
  void aSegmentOfWhichNothingIsLeftIsOnePlaceThatCannotBeRead() throws IOException {
    fill();
    Path segment = newestSegment();
    byte[] bytes = Files.readAllBytes(segment);
    for (int i = 4_096; i < bytes.length; i++) {
      bytes[i] ^= bytes[i] == 0 ? 0 : 0x55;
    }
    Files.write(segment, bytes);
    SalvagedOutbox.Report report = SalvagedOutbox.read(directory, (header, insights) -> {});
    assertThat(report.blocks()).isZero();
    assertThat(report.damaged()).isEqualTo(1);
  }

  @Test
  void aDamagedBlockIsToldInWordsAndItsInsightIsCountedAsLost() throws IOException {
    fill();
    Path segment = newestSegment();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bodyOfBlock(5, bytes)] ^= 1;
    Files.write(segment, bytes);
    OutboxReport report = StoppedOutbox.read(directory, CLOCK, true);
    assertThat(report.lanes().get(0).lost().count()).isEqualTo(1);
    assertThat(report.problems()).hasSize(1);
    assertThat(report.problems().get(0).text())
        .startsWith("log/" + segment.getFileName() + " at byte ")
        .contains(": damaged record of lane insight, event ");
    assertThat(report.problemSum())
        .startsWith("problems found: 1 (1 damaged record); 1 insights are declared lost");
    assertThat(report.hidesInsights()).isFalse();
  }

  @Test
  void salvageFindsAllInsightsButThoseOfTheRecordThatIsHit() throws IOException {
    fill();
    Path segment = newestSegment();
    byte[] bytes = Files.readAllBytes(segment);
    // Both copies of the file's header, so that the store alone cannot be believed, and one body.
    bytes[0] ^= 1;
    bytes[2048] ^= 1;
    bytes[bodyOfBlock(5, bytes)] ^= 1;
    Path aside = directory.resolve("set-aside").resolve("log-" + segment.getFileName());
    Files.createDirectories(directory.resolve("set-aside"));
    Files.write(aside, bytes);
    Files.delete(segment);
    Map<String, Long> before = files();
    Set<Long> found = new TreeSet<>();
    SalvagedOutbox.Report report =
        SalvagedOutbox.read(directory, (header, insights) -> found.add(header.seqs().first()));
    assertThat(files()).isEqualTo(before);
    assertThat(found).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L, 10L);
    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.problems()).hasSize(1).first().asString().contains("1 places damaged");
  }

  private Path newestSegment() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("log"))) {
      return all.filter(SegmentSalvage::isSegment)
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  /** The manifest of an appended block stands in front of its bytes. */
  private static int bodyOfBlock(int number, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = -1;
    for (int i = 0; i < number; i++) {
      at = text.indexOf("LB1", at + 1);
    }
    assertThat(at).isPositive();
    return at + "LB1".length() + 10;
  }

  @Test
  void aDirectoryThatIsNoStoreIsNamed() {
    assertThatThrownBy(() -> StoppedOutbox.read(directory.resolve("none"), CLOCK, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }
}
