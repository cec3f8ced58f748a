package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeterFileTest {

  private static final Metering.Spent SAMPLE =
      new Metering.Spent(20_780, 0x0102030405L, 0x0102030400L);

  private final MemoryStorage storage = new MemoryStorage();
  private final MeterFile file = new MeterFile(storage);

  private static byte[] golden() throws IOException {
    try (InputStream in = MeterFileTest.class.getResourceAsStream("/golden/lane/metered.bin")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @BeforeEach
  void makeTheFolder() throws IOException {
    storage.createDirectories("outbox");
  }

  @Test
  void readsWhatWasWrittenOnce() throws IOException {
    storage.put(MeterFile.PATH + ".a", golden());
    assertThat(file.read()).isEqualTo(SAMPLE);
  }

  @Test
  void writesTheSameBytesAsThen() throws IOException {
    file.write(SAMPLE);
    assertThat(storage.content(MeterFile.PATH + ".a")).isEqualTo(golden());
    assertThat(storage.content(MeterFile.PATH + ".b")).isEqualTo(golden());
  }

  @Test
  void nothingIsSpentBeforeItIsWritten() throws IOException {
    assertThat(file.read()).isEqualTo(Metering.Spent.NOTHING);
  }

  @Test
  void takesAFormOfANewerProgramForNothing() throws IOException {
    new TwoCopyFile(storage, MeterFile.PATH).write(new byte[] {2, 0, 9});
    assertThat(file.read()).isEqualTo(Metering.Spent.NOTHING);
  }

  @Test
  void saysThatItIsDamagedAndTakesTheNextOne() throws IOException {
    storage.put(MeterFile.PATH + ".a", new byte[] {1, 2, 3});
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    file.write(SAMPLE);
    assertThat(file.read()).isEqualTo(SAMPLE);
  }
}
