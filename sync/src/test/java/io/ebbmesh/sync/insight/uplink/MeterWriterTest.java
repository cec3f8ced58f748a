package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeterWriterTest {

  private final MemoryStorage storage = new MemoryStorage();
  private final MeterFile file = new MeterFile(storage);
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private final List<IOException> failed = new ArrayList<>();
  private final MeterWriter writer = new MeterWriter(file, later::add, failed::add);

  private static Metering.Spent spent(long bytes) {
    return new Metering.Spent(20_780, bytes, 0);
  }

  @BeforeEach
  void makeTheFolder() throws IOException {
    storage.createDirectories("outbox");
  }

  @Test
  void writesTheNewestValueAndNotOnTheThreadOfItsCaller() throws IOException {
    writer.write(spent(1));
    writer.write(spent(2));
    assertThat(file.read()).isEqualTo(Metering.Spent.NOTHING);
    assertThat(later).hasSize(1);
    later.remove().run();
    assertThat(file.read()).isEqualTo(spent(2));
    writer.write(spent(3));
    later.remove().run();
    assertThat(file.read()).isEqualTo(spent(3));
  }

  @Test
  void theLastValueIsWrittenAtOnceAndNothingAfterIt() throws IOException {
    writer.write(spent(1));
    writer.writeLast(spent(2));
    assertThat(file.read()).isEqualTo(spent(2));
    later.remove().run();
    assertThat(file.read()).isEqualTo(spent(2));
  }

  @Test
  void aFailureIsToldAndTheNextValueIsWritten() throws IOException {
    storage.failWrites(path -> true);
    writer.write(spent(1));
    later.remove().run();
    assertThat(failed).hasSize(1);
    storage.failWrites(path -> false);
    writer.write(spent(2));
    later.remove().run();
    assertThat(file.read()).isEqualTo(spent(2));
  }
}
