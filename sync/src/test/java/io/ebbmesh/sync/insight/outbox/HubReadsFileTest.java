package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubReadsFileTest {

  private static final BlockSupport SAMPLE = new BlockSupport(3, List.of(1, 2, 0x01020304));

  private final MemoryStorage storage = new MemoryStorage();
  private final HubReadsFile file = new HubReadsFile(storage);

  private static byte[] golden() throws IOException {
    try (InputStream in =
        HubReadsFileTest.class.getResourceAsStream("/golden/lane/hub-reads.bin")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @BeforeEach
  void makeTheFolder() throws IOException {
    new IdentityFile(storage).open(new SeededChance(1));
  }

  @Test
  void readsWhatWasWrittenOnce() throws IOException {
    storage.put(HubReadsFile.PATH + ".a", golden());
    assertThat(file.read()).isEqualTo(SAMPLE);
  }

  @Test
  void writesTheSameBytesAsThen() throws IOException {
    file.write(SAMPLE);
    assertThat(storage.content(HubReadsFile.PATH + ".a")).isEqualTo(golden());
    assertThat(storage.content(HubReadsFile.PATH + ".b")).isEqualTo(golden());
  }

  @Test
  void knowsOnlyTheFirstFormatBeforeAHubWasHeard() throws IOException {
    assertThat(file.read()).isEqualTo(BlockSupport.FIRST);
  }

  @Test
  void takesAFormOfANewerProgramForNothing() throws IOException {
    new TwoCopyFile(storage, HubReadsFile.PATH).write(new byte[] {2, 0, 9});
    assertThat(file.read()).isEqualTo(BlockSupport.FIRST);
  }

  @Test
  void saysThatItIsDamagedAndTakesTheNextOne() throws IOException {
    storage.put(HubReadsFile.PATH + ".a", new byte[] {1, 2, 3});
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    file.write(SAMPLE);
    assertThat(file.read()).isEqualTo(SAMPLE);
  }
}
