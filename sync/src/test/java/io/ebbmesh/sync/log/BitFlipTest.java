package io.ebbmesh.sync.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One flipped bit anywhere in a stopped store: it opens, and at most one record is lost, loudly.
 */
class BitFlipTest {

  private static final int FLIPS = Integer.getInteger("ebbmesh.test.flips", 600);
  private static final List<String> IDS = List.of("alarm", "insight", "gone");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void costsAtMostTheRecordThatItHitAndIsReported(boolean stoppedInOrder) throws IOException {
    MemoryStorage whole = new MemoryStorage();
    fill(whole, stoppedInOrder);
    Map<String, Map<Long, byte[]>> expected = new TreeMap<>();
    Map<String, Long> highest = new TreeMap<>();
    MemoryStorage untouched = whole.copy();
    SegmentLog before = LogFixture.open(untouched, 5);
    for (String id : IDS) {
      expected.put(id, LogFixture.read(before, id));
      highest.put(id, before.highestSequenceNr(id));
    }
    assertThat(before.damage().isEmpty()).isTrue();
    SeededChance chance = new SeededChance(stoppedInOrder ? 1 : 2);
    int lost = 0;
    for (int flip = 0; flip < FLIPS; flip++) {
      MemoryStorage storage = whole.copy();
      String path = pick(storage, chance);
      long bit = (long) (chance.nextDouble() * storage.size(path) * 8);
      storage.flipBit(path, bit);
      try {
        lost += check(storage, expected, highest);
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("flip " + flip + ", bit " + bit + " of " + path + ": " + e, e);
      }
    }
    assertThat(lost).as("flips that hit a body").isGreaterThan(FLIPS / 10);
  }

  private static String pick(MemoryStorage storage, SeededChance chance) {
    List<String> paths = new ArrayList<>(storage.paths());
    return paths.get(chance.nextInt(paths.size()));
  }

  private static void fill(MemoryStorage storage, boolean stoppedInOrder) throws IOException {
    SegmentLog log = LogFixture.open(storage, 3);
    for (long seq = 1; seq <= 60; seq++) {
      LogFixture.append(log, "alarm", seq, (int) (seq * 20));
      LogFixture.append(log, "insight", seq, 1_000);
      log.append(
          "gone",
          List.of(
              LogFixture.entry("gone", 2 * seq - 1, 0, 30),
              LogFixture.entry("gone", 2 * seq, 0, 30)));
      log.commit();
      if (seq == 20) {
        log.trim("alarm", SeqRanges.of(new SeqRange(1, 20)));
        log.deleteTo("insight", 20);
      }
    }
    log.deleteTo("gone", Long.MAX_VALUE);
    log.commit();
    LogFixture.append(log, "alarm", 61, 100);
    log.commit();
    if (stoppedInOrder) {
      log.close();
    }
    storage.kill();
  }

  /**
   * @return records that are lost
   */
  private static int check(
      MemoryStorage storage, Map<String, Map<Long, byte[]>> expected, Map<String, Long> highest)
      throws IOException {
    SegmentLog log = LogFixture.open(storage, 7);
    int lost = 0;
    for (String id : IDS) {
      Map<Long, byte[]> found = LogFixture.read(log, id);
      assertThat(expected.get(id).keySet()).as(id).containsAll(found.keySet());
      assertThat(log.highestSequenceNr(id)).as("highest of " + id).isEqualTo(highest.get(id));
      for (Map.Entry<Long, byte[]> record : expected.get(id).entrySet()) {
        byte[] body = found.get(record.getKey());
        if (body != null) {
          assertThat(body).isEqualTo(record.getValue());
          continue;
        }
        lost++;
        assertThat(log.damage().of(id))
            .as("the loss of %s %s is reported", id, record.getKey())
            .extracting(StoreIssue::sequenceNr)
            .contains(record.getKey());
      }
    }
    assertThat(lost).isLessThanOrEqualTo(1);
    // It goes on, and what it then holds is whole again.
    long next = log.highestSequenceNr("alarm") + 1;
    LogFixture.append(log, "alarm", next, 50);
    log.commit();
    log.close();
    storage.kill();
    SegmentLog again = LogFixture.open(storage, 8);
    assertThat(LogFixture.numbers(again, "alarm")).contains(next);
    again.close();
    return lost;
  }
}
