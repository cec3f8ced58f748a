package io.ebbmesh.sync.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Power cuts and kills at every kind of moment, over several lives of a store: what was committed
 * is there, and nothing is there that was not appended.
 */
class CrashTest {

  /** Four crashes each. */
  private static final int SEEDS = Integer.getInteger("ebbmesh.test.seeds", 500);

  private static final int LIVES = 4;
  private static final List<String> IDS = List.of("alarm", "insight", "sample");

  /** The moment at which the machine goes down. */
  private static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What must be there, and what may. */
  private static final class Expected {
    final Map<String, TreeMap<Long, byte[]>> committed = new LinkedHashMap<>();
    final Map<String, TreeMap<Long, List<byte[]>>> possible = new LinkedHashMap<>();
    final Map<String, Long> highest = new LinkedHashMap<>();
    final Map<String, SeqRanges> trimming = new LinkedHashMap<>();
    final List<List<Long>> atomic = new ArrayList<>();
  }

  @Test
  void whatWasCommittedSurvivesPowerCutsAndKillsAtAnyMoment() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        live(seed);
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
  }

  private static void live(int seed) throws IOException {
    SeededChance chance = new SeededChance(seed);
    MemoryStorage storage = new MemoryStorage();
    Expected expected = new Expected();
    for (String id : IDS) {
      expected.committed.put(id, new TreeMap<>());
      expected.possible.put(id, new TreeMap<>());
      expected.highest.put(id, 0L);
      expected.trimming.put(id, SeqRanges.EMPTY);
    }
    for (int life = 0; life < LIVES; life++) {
      long cutAt = storage.mutations() + 1 + chance.nextInt(life == 0 ? 60 : 400);
      storage.beforeEachMutation(
          () -> {
            if (storage.mutations() >= cutAt) {
              throw new PowerCut();
            }
          });
      boolean failing = chance.nextInt(4) == 0;
      try {
        SegmentLog log = LogFixture.open(storage, chance.nextLong());
        verify(log, expected, seed);
        work(log, storage, expected, chance, life, failing);
        log.close();
      } catch (PowerCut e) {
        // Down in the middle of something.
      } catch (IOException e) {
        if (!failing && !(e.getCause() instanceof PowerCut)) {
          throw e;
        }
      }
      if (chance.nextInt(3) == 0) {
        storage.kill();
      } else {
        storage.crash(chance);
      }
    }
    SegmentLog log = LogFixture.open(storage, chance.nextLong());
    verify(log, expected, seed);
    log.close();
  }

  private static void work(
      SegmentLog log,
      MemoryStorage storage,
      Expected expected,
      SeededChance chance,
      int life,
      boolean failing)
      throws IOException {
    for (int group = 0; group < 60; group++) {
      if (failing && group % 20 == 10) {
        storage.failSyncs(path -> true);
      }
      if (failing && group % 20 == 13) {
        storage.failSyncs(path -> false);
      }
      group(log, expected, chance, life * 1_000 + group, failing);
    }
  }

  private static void group(
      SegmentLog log, Expected expected, SeededChance chance, int version, boolean failing)
      throws IOException {
    Map<String, TreeMap<Long, byte[]>> appended = new LinkedHashMap<>();
    Map<String, SeqRanges> trims = new LinkedHashMap<>();
    try {
      for (int i = 1 + chance.nextInt(3); i > 0; i--) {
        String id = IDS.get(chance.nextInt(IDS.size()));
        append(log, expected, chance, version, id, appended);
      }
      if (chance.nextInt(5) == 0) {
        String id = IDS.get(chance.nextInt(IDS.size()));
        long highest = expected.highest.get(id);
        if (highest > 10) {
          long first = 1 + chance.nextInt((int) highest - 5);
          SeqRanges ranges = SeqRanges.of(new SeqRange(first, first + chance.nextInt(40)));
          expected.trimming.merge(id, ranges, SeqRanges::plus);
          trims.put(id, ranges);
          log.trim(id, ranges);
        }
      }
    } catch (IOException e) {
      if (!failing || e.getCause() instanceof PowerCut) {
        throw e;
      }
    }
    try {
      log.commit();
    } catch (IOException e) {
      if (!failing || e.getCause() instanceof PowerCut) {
        throw e;
      }
      for (String id : IDS) {
        expected.highest.put(id, log.highestSequenceNr(id));
      }
      return;
    }
    appended.forEach((id, records) -> expected.committed.get(id).putAll(records));
    trims.forEach((id, ranges) -> expected.committed.get(id).keySet().removeIf(ranges::contains));
  }

  private static void append(
      SegmentLog log,
      Expected expected,
      SeededChance chance,
      int version,
      String id,
      Map<String, TreeMap<Long, byte[]>> appended)
      throws IOException {
    int count = chance.nextInt(8) == 0 ? 3 : 1;
    List<SegmentLog.Entry> entries = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    long next = expected.highest.get(id) + 1;
    for (int j = 0; j < count; j++, next++) {
      int length = chance.nextInt(10) == 0 ? 2_500 : chance.nextInt(400);
      byte[] body = LogFixture.body(id, next, version, length);
      entries.add(LogFixture.entry(id, next, version, length));
      numbers.add(next);
      expected.possible.get(id).computeIfAbsent(next, n -> new ArrayList<>()).add(body);
      appended.computeIfAbsent(id, n -> new TreeMap<>()).put(next, body);
    }
    expected.highest.put(id, next - 1);
    if (count > 1) {
      numbers.add(0, (long) IDS.indexOf(id));
      numbers.add(1, (long) version);
      expected.atomic.add(numbers);
    }
    log.append(id, entries);
  }

  private static void verify(SegmentLog log, Expected expected, int seed) throws IOException {
    for (String id : IDS) {
      Map<Long, byte[]> found = LogFixture.read(log, id);
      SeqRanges trimming = expected.trimming.get(id);
      expected
          .committed
          .get(id)
          .forEach(
              (number, body) -> {
                byte[] there = found.get(number);
                if (there == null ? !trimming.contains(number) : !Arrays.equals(there, body)) {
                  throw new AssertionError(id + " " + number + " was committed");
                }
              });
      found.forEach(
          (number, body) -> {
            List<byte[]> possible = expected.possible.get(id).getOrDefault(number, List.of());
            if (possible.stream().noneMatch(one -> Arrays.equals(one, body))) {
              throw new AssertionError(id + " " + number + " was never appended");
            }
          });
      long highest = log.highestSequenceNr(id);
      assertThat(highest)
          .isGreaterThanOrEqualTo(
              expected.committed.get(id).isEmpty() ? 0 : expected.committed.get(id).lastKey())
          .isGreaterThanOrEqualTo(found.keySet().stream().reduce(0L, Math::max));
      expected.highest.put(id, highest);
      // From now on exactly what was found must stay.
      expected.committed.get(id).clear();
      expected.committed.get(id).putAll(found.isEmpty() ? Map.of() : new TreeMap<>(found));
    }
    assertThat(log.damage().issues())
        .as("a crash is no damage")
        .allMatch(
            issue ->
                issue.kind() == StoreIssue.Kind.TORN_TAIL
                    || issue.kind() == StoreIssue.Kind.WRITE_FAILED
                    || issue.detail().equals("its index is not whole; it was scanned"));
    for (List<Long> numbers : expected.atomic) {
      assertAtomic(expected, numbers);
    }
  }

  /** Of one atomic write all is there or nothing is, as far as none of it was trimmed. */
  private static void assertAtomic(Expected expected, List<Long> numbers) {
    String id = IDS.get(numbers.get(0).intValue());
    int version = numbers.get(1).intValue();
    List<Long> members = numbers.subList(2, numbers.size());
    if (members.stream().anyMatch(expected.trimming.get(id)::contains)) {
      return;
    }
    long there =
        members.stream()
            .filter(
                number -> {
                  byte[] body = expected.committed.get(id).get(number);
                  return body != null && java.nio.ByteBuffer.wrap(body).getInt(12) == version;
                })
            .count();
    if (there != 0 && there != members.size()) {
      throw new AssertionError(id + " " + members + " of version " + version + " is torn");
    }
  }
}
