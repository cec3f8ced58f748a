package io.ebbmesh.sync.log;

import static io.ebbmesh.sync.log.LogFixture.append;
import static io.ebbmesh.sync.log.LogFixture.body;
import static io.ebbmesh.sync.log.LogFixture.entry;
import static io.ebbmesh.sync.log.LogFixture.numbers;
import static io.ebbmesh.sync.log.LogFixture.open;
import static io.ebbmesh.sync.log.LogFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentLogTest {

  private final MemoryStorage storage = new MemoryStorage();

  @Test
  void committedRecordsAreReadBackByPersistenceIdInOrder() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "a", 1, 100);
    append(log, "b", 1, 5_000);
    append(log, "a", 2, 3);
    log.commit();
    assertThat(numbers(log, "a")).containsExactly(1L, 2L);
    assertThat(read(log, "a").get(2L)).isEqualTo(body("a", 2, 0, 3));
    assertThat(read(log, "b").get(1L)).isEqualTo(body("b", 1, 0, 5_000));
    assertThat(log.persistenceIds()).containsExactly("a", "b");
  }

  @Test
  void nothingIsVisibleBeforeItIsCommitted() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "a", 1, 100);
    assertThat(numbers(log, "a")).isEmpty();
    assertThat(log.highestSequenceNr("a")).isZero();
    log.commit();
    assertThat(log.highestSequenceNr("a")).isEqualTo(1);
  }

  @Test
  void recordsOutliveCleanStopsAndKillsOverManySegments() throws IOException {
    long last = 0;
    for (int restart = 0; restart < 6; restart++) {
      SegmentLog log = open(storage, restart);
      assertThat(log.damage().isEmpty()).as(log.damage().toString()).isTrue();
      assertThat(numbers(log, "a")).containsExactlyElementsOf(upTo(last));
      for (int i = 0; i < 50; i++) {
        append(log, "a", ++last, 700 + i);
        append(log, "b", last, 40);
        log.commit();
      }
      if (restart % 2 == 0) {
        log.close();
      }
      storage.kill();
    }
    SegmentLog log = open(storage, 99);
    for (long seq = 1; seq <= last; seq++) {
      assertThat(read(log, "a").get(seq))
          .isEqualTo(body("a", seq, 0, (int) (700 + (seq - 1) % 50)));
      if (seq > 3) {
        break;
      }
    }
    assertThat(numbers(log, "b")).containsExactlyElementsOf(upTo(last));
  }

  @Test
  void deletedRecordsAreGoneAndTheHighestNumberStays() throws IOException {
    SegmentLog log = open(storage, 1);
    for (long seq = 1; seq <= 5; seq++) {
      append(log, "a", seq, 10);
    }
    log.commit();
    log.deleteTo("a", 3);
    log.commit();
    assertThat(numbers(log, "a")).containsExactly(4L, 5L);
    log.deleteTo("a", Long.MAX_VALUE);
    log.commit();
    storage.kill();
    SegmentLog again = open(storage, 2);
    assertThat(numbers(again, "a")).isEmpty();
    assertThat(again.highestSequenceNr("a")).isEqualTo(5);
    append(again, "a", 6, 10);
    again.commit();
    assertThat(numbers(again, "a")).containsExactly(6L);
  }

  @Test
  void trimmedSegmentsAreRecycledAndTheirOldRecordsNeverComeBack() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "keeper", 1, 10);
    for (long seq = 1; seq <= 2_000; seq++) {
      append(log, "a", seq, 500);
      log.commit();
      if (seq % 20 == 0 && seq > 20) {
        log.trim("a", SeqRanges.of(new SeqRange(seq - 39, seq - 20)));
        log.commit();
      }
    }
    assertThat(storage.paths()).hasSizeLessThan(10);
    assertThat(numbers(log, "a")).containsExactlyElementsOf(upTo(2_000).subList(1_980, 2_000));
    storage.kill();
    SegmentLog again = open(storage, 2);
    assertThat(numbers(again, "a")).containsExactlyElementsOf(upTo(2_000).subList(1_980, 2_000));
    assertThat(numbers(again, "keeper")).containsExactly(1L);
    assertThat(again.highestSequenceNr("a")).isEqualTo(2_000);
    assertThat(again.trimFloor("a")).isEqualTo(1_980);
    assertThat(again.damage().isEmpty()).as(again.damage().toString()).isTrue();
  }

  @Test
  void aReaderKeepsItsSegmentFromBeingRecycled() throws IOException {
    SegmentLog log = open(storage, 1);
    for (long seq = 1; seq <= 100; seq++) {
      append(log, "a", seq, 1_000);
    }
    log.commit();
    LogReader reader = log.reader("a");
    assertThat(reader.next(1, Long.MAX_VALUE)).isTrue();
    List<String> before = storage.paths();
    log.trim("a", SeqRanges.of(new SeqRange(1, 90)));
    log.commit();
    assertThat(storage.paths()).contains(before.get(0));
    assertThat(reader.next(2, Long.MAX_VALUE)).isTrue();
    assertThat(reader.sequenceNr()).isEqualTo(91);
    reader.close();
    append(log, "a", 101, 10);
    log.commit();
    assertThat(storage.paths()).doesNotContain(before.get(0));
  }

  @Test
  void anAtomicWriteIsReplayedAsSingleRecords() throws IOException {
    SegmentLog log = open(storage, 1);
    log.append("a", List.of(entry("a", 1, 0, 10), entry("a", 2, 0, 10), entry("a", 3, 0, 10)));
    log.commit();
    storage.kill();
    assertThat(numbers(open(storage, 2), "a")).containsExactly(1L, 2L, 3L);
  }

  @Test
  void tooLargeIsRefusedWithTheLimitAndTheLogGoesOn() throws IOException {
    SegmentLog log = open(storage, 1);
    assertThatThrownBy(() -> append(log, "a", 1, 9_000))
        .isInstanceOf(RecordTooLargeException.class)
        .hasMessageContaining("max-record-size");
    assertThatThrownBy(() -> append(log, "x".repeat(256), 1, 9))
        .isInstanceOf(RecordTooLargeException.class);
    append(log, "a", 1, 8_000);
    log.commit();
    assertThat(numbers(log, "a")).containsExactly(1L);
  }

  @Test
  void numbersThatDoNotAscendAreRefused() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "a", 5, 9);
    assertThatThrownBy(() -> append(log, "a", 5, 9)).isInstanceOf(IllegalArgumentException.class);
    log.commit();
    assertThatThrownBy(() -> append(log, "a", 4, 9))
        .hasMessageContaining("another actor write under the same persistence id");
  }

  @Test
  void aFailedSyncLosesItsGroupAndNothingElse() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "a", 1, 100);
    log.commit();
    storage.failSyncs(path -> path.endsWith(".seg"));
    append(log, "a", 2, 100);
    assertThatThrownBy(log::commit).isInstanceOf(IOException.class);
    assertThat(numbers(log, "a")).containsExactly(1L);
    assertThatThrownBy(() -> append(log, "a", 2, 90)).isInstanceOf(IOException.class);
    assertThatThrownBy(log::commit).isInstanceOf(IOException.class);
    storage.failSyncs(path -> false);
    log.append("a", List.of(entry("a", 2, 7, 50)));
    log.commit();
    assertThat(read(log, "a").get(2L)).isEqualTo(body("a", 2, 7, 50));
    storage.crash(new SeededChance(3));
    SegmentLog again = open(storage, 2);
    assertThat(numbers(again, "a")).containsExactly(1L, 2L);
    assertThat(read(again, "a").get(2L)).isEqualTo(body("a", 2, 7, 50));
  }

  @Test
  void aFullDiskFailsWritesAndCanStillBeTrimmed() throws IOException {
    storage.limitCapacity(8 * 32 * 1024);
    SegmentLog log = open(storage, 1);
    long seq = 0;
    try {
      while (true) {
        append(log, "a", ++seq, 1_000);
        log.commit();
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space");
    }
    assertThatThrownBy(log::commit).isInstanceOf(IOException.class);
    assertThat(numbers(log, "a")).hasSizeGreaterThan(100);
    log.trim("a", SeqRanges.of(new SeqRange(1, 80)));
    log.commit();
    append(log, "a", seq, 1_000);
    log.commit();
    assertThat(numbers(log, "a")).hasSize((int) seq - 80).endsWith(seq);
  }

  @Test
  void commitListenersHearOfTheirOwnPersistenceId() throws IOException {
    SegmentLog log = open(storage, 1);
    int[] calls = new int[1];
    Runnable end = log.onCommit("a", () -> calls[0]++);
    append(log, "b", 1, 9);
    log.commit();
    append(log, "a", 1, 9);
    append(log, "a", 2, 9);
    log.commit();
    end.run();
    append(log, "a", 3, 9);
    log.commit();
    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void aSegmentThatCannotBeReadAtAllIsSetAsideAndReported() throws IOException {
    SegmentLog log = open(storage, 1);
    append(log, "a", 1, 10);
    log.close();
    storage.kill();
    storage.put("log/0000000000000009.seg", new byte[40_000]);
    SegmentLog again = open(storage, 2);
    assertThat(numbers(again, "a")).containsExactly(1L);
    assertThat(again.damage().count(StoreIssue.Kind.SET_ASIDE)).isEqualTo(1);
    assertThat(storage.size("set-aside/log-0000000000000009.seg")).isEqualTo(40_000);
  }

  @Test
  void aSegmentThatIsMissingIsReported() throws IOException {
    SegmentLog log = open(storage, 1);
    for (long seq = 1; seq <= 100; seq++) {
      append(log, "a", seq, 1_000);
    }
    log.close();
    storage.kill();
    storage.unlink("log/0000000000000002.seg");
    SegmentLog again = open(storage, 2);
    assertThat(again.damage().count(StoreIssue.Kind.MISSING_SEGMENT)).isEqualTo(1);
    assertThat(numbers(again, "a")).contains(1L, 100L).hasSizeLessThan(100);
    assertThat(again.highestSequenceNr("a")).isEqualTo(100);
  }

  @Test
  void aFlippedBitInARunningLogIsFoundByReading() throws IOException {
    SegmentLog log = open(storage, 1);
    for (long seq = 1; seq <= 3; seq++) {
      append(log, "a", seq, 1_000);
    }
    log.commit();
    storage.flipBit("log/0000000000000001.seg", (storage.size("log/0000000000000001.seg") - 1) * 8);
    log.verify();
    assertThat(log.damage().isEmpty()).isTrue();
    storage.flipBit("log/0000000000000001.seg", (4_096 + 3_000) * 8L);
    log.verify();
    assertThat(log.damage().of("a")).extracting(StoreIssue::sequenceNr).hasSize(1);
    assertThat(numbers(log, "a")).hasSize(2);
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
