package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.ebbmesh.sync.journal.SnapshotFormat.Snapshot;
import io.ebbmesh.sync.log.DamageReport;
import io.ebbmesh.sync.log.NewerFormatException;
import io.ebbmesh.sync.log.StoreIssue;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Snapshots under power cuts, flipped bits and time. */
class SnapshotFilesTest {

  private static final String GOLDEN = "snapshot-v1.bin";

  private final MemoryStorage storage = new MemoryStorage();
  private final DamageReport report = new DamageReport(100);

  /** Writes the file anew, into the directory given: only for a new format version. */
  public static void main(String[] args) throws IOException {
    ByteBuffer bytes = SnapshotFormat.encode(goldenSnapshot());
    Files.write(Path.of(args[0], GOLDEN), bytes.array());
  }

  private static Snapshot goldenSnapshot() {
    return new Snapshot("lane/alarm", 77, 1_790_000_000_000L, stored("state"), stored("meta"));
  }

  @Test
  void aSnapshotOfVersionOneIsReadAndStillWrittenSo() throws IOException {
    byte[] golden;
    try (InputStream in = SnapshotFilesTest.class.getResourceAsStream("/golden/" + GOLDEN)) {
      golden = Objects.requireNonNull(in, GOLDEN).readAllBytes();
    }
    Snapshot read = SnapshotFormat.decode(GOLDEN, ByteBuffer.wrap(golden));
    assertThat(read).isNotNull();
    assertThat(read.persistenceId()).isEqualTo("lane/alarm");
    assertThat(read.sequenceNr()).isEqualTo(77);
    assertThat(read.timestamp()).isEqualTo(1_790_000_000_000L);
    assertThat(text(read.payload())).isEqualTo("state");
    assertThat(read.payload().serializerId()).isEqualTo(9);
    assertThat(read.payload().manifest()).isEqualTo("m");
    assertThat(text(read.metadata())).isEqualTo("meta");
    assertThat(SnapshotFormat.encode(goldenSnapshot()).array()).isEqualTo(golden);
  }

  @Test
  void theNewestSavedSnapshotSurvivesEveryPowerCut() throws IOException {
    for (int seed = 0; seed < 500; seed++) {
      MemoryStorage disk = new MemoryStorage();
      SeededChance chance = new SeededChance(seed);
      SnapshotFiles files = files(disk);
      int saved = 0;
      long cutAt = 5 + chance.nextInt(80);
      disk.beforeEachMutation(
          () -> {
            if (disk.mutations() >= cutAt) {
              throw new IllegalStateException("power cut");
            }
          });
      try {
        while (true) {
          files.save(snapshot(saved + 1));
          saved++;
        }
      } catch (IllegalStateException powerCut) {
        disk.crash(chance);
      }
      SnapshotFiles again = files(disk);
      Snapshot found = again.load("p", key -> true, 0);
      long number = found == null ? 0 : found.sequenceNr();
      assertThat(number).as("seed %s", seed).isIn((long) saved, saved + 1L);
      assertThat(again.newest("p")).isEqualTo(number);
      assertThat(found == null || text(found.payload()).equals("s-" + number)).isTrue();
    }
  }

  @Test
  void aSnapshotThatCannotBeWrittenTakesNoRoom() throws IOException {
    SnapshotFiles files = files(storage);
    files.save(snapshot(1));
    long used = storage.usedBytes();
    storage.failSyncs(path -> path.contains("0002-"));
    assertThatThrownBy(() -> files.save(snapshot(2))).isInstanceOf(IOException.class);
    assertThat(storage.usedBytes()).isEqualTo(used);
  }

  @Test
  void whatAPowerCutLeftOfASnapshotGoesWithTheNextOne() throws IOException {
    files(storage).save(snapshot(1));
    String unfinished = storage.paths().get(0).replace("0001-", "0002-") + ".tmp";
    storage.put(unfinished, new byte[100]);
    files(storage).save(snapshot(3));
    assertThat(storage.paths()).doesNotContain(unfinished);
  }

  @Test
  void noSingleFlippedBitCostsASnapshot() throws IOException {
    SnapshotFiles files = files(storage);
    files.save(snapshot(1));
    files.save(snapshot(2));
    for (String path : storage.paths()) {
      for (long bit = 0; bit < storage.size(path) * 8; bit += 7) {
        MemoryStorage flipped = storage.copy();
        flipped.flipBit(path, bit);
        Snapshot found = files(flipped).load("p", key -> true, 0);
        assertThat(found).isNotNull();
        assertThat(text(found.payload())).isEqualTo("s-2");
      }
    }
  }

  @Test
  void whenBothCopiesAreDamagedTheOlderOneIsUsedAndTheDamageIsReported() throws IOException {
    SnapshotFiles files = files(storage);
    files.save(snapshot(1));
    files.save(snapshot(2));
    for (String path : storage.paths()) {
      if (path.contains("0002-")) {
        storage.flipBit(path, 300);
      }
    }
    SnapshotFiles again = files(storage);
    assertThat(Objects.requireNonNull(again.load("p", key -> true, 0)).sequenceNr()).isEqualTo(1);
    assertThat(report.count(StoreIssue.Kind.DAMAGED_SNAPSHOT)).isEqualTo(1);
    assertThat(storage.paths()).filteredOn(path -> path.startsWith("set-aside/")).hasSize(2);
    assertThat(again.newest("p")).isEqualTo(1);
  }

  @Test
  void aSnapshotBelowTheTrimFloorIsRefused() throws IOException {
    SnapshotFiles files = files(storage);
    files.save(snapshot(5));
    assertThat(files.load("p", key -> true, 6)).isNull();
    assertThat(report.issues())
        .extracting(StoreIssue::kind, StoreIssue::persistenceId, StoreIssue::sequenceNr)
        .containsExactly(tuple(StoreIssue.Kind.STALE_SNAPSHOT, "p", 5L));
  }

  @Test
  void aSnapshotOfANewerProgramIsNamedAndNotTouched() throws IOException {
    files(storage).save(snapshot(1));
    for (String path : storage.paths()) {
      byte[] content = storage.content(path);
      ByteBuffer view = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      view.putInt(12, 2);
      CRC32C crc = new CRC32C();
      crc.update(content, 12, content.length - 12);
      view.putInt(8, (int) crc.getValue());
      storage.put(path, content);
    }
    List<String> before = storage.paths();
    assertThatThrownBy(() -> files(storage).checkFormats())
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining(before.get(0))
        .hasMessageContaining("start the newer program");
    assertThat(storage.paths()).isEqualTo(before);
  }

  private SnapshotFiles files(MemoryStorage disk) {
    return new SnapshotFiles(disk, report, new SnapshotFiles.Settings(2, 1 << 20));
  }

  private static Snapshot snapshot(long number) {
    return new Snapshot("p", number, 1_000 + number, stored("s-" + number), null);
  }

  private static PayloadCodec.Stored stored(String text) {
    return new PayloadCodec.Stored(9, "m", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(PayloadCodec.@Nullable Stored stored) {
    return new String(Objects.requireNonNull(stored).bytes(), StandardCharsets.UTF_8);
  }
}
