package io.ebbmesh.sync.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Segments as version 1 wrote them: read by today's code, for ever. */
class SegmentGoldenTest {

  private static final List<String> FILES = List.of("0000000000000001.seg", "0000000000000002.seg");

  /** Writes the files anew, into the directory given: only for a new format version. */
  public static void main(String[] args) throws IOException {
    MemoryStorage storage = write();
    for (String file : FILES) {
      Files.write(Path.of(args[0], "segment-v1-" + file), storage.content("log/" + file));
    }
  }

  private static MemoryStorage write() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    SegmentLog log = LogFixture.open(storage, 42);
    for (long seq = 1; seq <= 12; seq++) {
      LogFixture.append(log, "lane/alarm", seq, (int) seq * 11);
      LogFixture.append(log, "lane/insight", seq, 3_000);
      log.append(
          "lane/aggregate",
          List.of(
              LogFixture.entry("lane/aggregate", 2 * seq - 1, 0, 30),
              LogFixture.entry("lane/aggregate", 2 * seq, 0, 30)));
      log.commit();
    }
    log.trim("lane/insight", SeqRanges.of(new SeqRange(2, 3)));
    log.deleteTo("lane/aggregate", 20);
    log.commit();
    log.close();
    return storage;
  }

  @Test
  void segmentsOfVersionOneAreRead() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    for (String file : FILES) {
      storage.put("log/" + file, golden(file));
    }
    SegmentLog log = LogFixture.open(storage, 1);
    assertThat(log.damage().isEmpty()).as(log.damage().toString()).isTrue();
    assertThat(LogFixture.numbers(log, "lane/alarm")).hasSize(12);
    assertThat(LogFixture.read(log, "lane/alarm").get(7L))
        .isEqualTo(LogFixture.body("lane/alarm", 7, 0, 77));
    assertThat(LogFixture.numbers(log, "lane/insight")).hasSize(10).startsWith(1L, 4L);
    assertThat(LogFixture.numbers(log, "lane/aggregate")).containsExactly(21L, 22L, 23L, 24L);
    assertThat(log.highestSequenceNr("lane/aggregate")).isEqualTo(24);
    assertThat(log.trimFloor("lane/insight")).isEqualTo(3);
  }

  @Test
  void todaysCodeStillWritesVersionOne() throws IOException {
    MemoryStorage storage = write();
    for (String file : FILES) {
      assertThat(storage.content("log/" + file)).as(file).isEqualTo(golden(file));
    }
  }

  private static byte[] golden(String file) throws IOException {
    String name = "/golden/segment-v1-" + file;
    try (InputStream in = SegmentGoldenTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
