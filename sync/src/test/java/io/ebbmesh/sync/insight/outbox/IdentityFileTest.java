package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdentityFileTest {

  private static final StoreIdentity SAMPLE =
      new StoreIdentity(
          new Incarnation(new UUID(0x0123456789abcdefL, 0xfedcba9876543210L)),
          new Lineage(
              List.of(
                  new Epoch(-7, Map.of()),
                  new Epoch(Long.MAX_VALUE, Map.of(Lane.INSIGHT, 1_001L, Lane.ALARM, 3L)))));

  private static final StoreIdentity REHOMED =
      SAMPLE
          .rehomed(
              new Incarnation(new UUID(0x1122334455667788L, 0x99aabbccddeeff00L)),
              Map.of(Lane.INSIGHT, 901L, Lane.ALARM, 3L),
              77)
          .opened(new Epoch(78, Map.of(Lane.INSIGHT, 1_205L, Lane.ALARM, 3L)));

  private final MemoryStorage storage = new MemoryStorage();
  private final IdentityFile file = new IdentityFile(storage);

  private static byte[] golden() throws IOException {
    return golden("identity.bin");
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = IdentityFileTest.class.getResourceAsStream("/golden/lane/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void readsAndWritesAStoreThatPartedFromAnotherOne() throws IOException {
    file.open(new SeededChance(1));
    file.write(REHOMED);
    assertThat(storage.content(IdentityFile.PATH + ".a")).isEqualTo(golden("identity-v2.bin"));
    assertThat(file.read()).isEqualTo(REHOMED);
  }

  @Test
  void readsWhatWasWrittenOnce() throws IOException {
    storage.put(IdentityFile.PATH + ".a", golden());
    assertThat(file.read()).isEqualTo(SAMPLE);
  }

  @Test
  void writesTheSameBytesAsThen() throws IOException {
    file.open(new SeededChance(1));
    file.write(SAMPLE);
    assertThat(storage.content(IdentityFile.PATH + ".a")).isEqualTo(golden());
    assertThat(storage.content(IdentityFile.PATH + ".b")).isEqualTo(golden());
  }

  @Test
  void growsOnAFullDiskAgainAndAgain() throws IOException {
    StoreIdentity identity = file.open(new SeededChance(1)).identity();
    file.write(identity);
    storage.limitCapacity(storage.usedBytes());
    for (int opening = 0; opening < 5; opening++) {
      identity = identity.opened(new Epoch(opening, Map.of(Lane.INSIGHT, 100L + opening)));
      file.write(identity);
    }
    assertThat(new IdentityFile(storage).read()).isEqualTo(identity);
    assertThat(storage.exists(IdentityFile.ROOM)).isTrue();
  }

  @Test
  void drawsAnIncarnationForANewStore() throws IOException {
    IdentityFile.Found found = file.open(new SeededChance(1));
    assertThat(found.problem()).isNull();
    assertThat(found.identity().lineage().epochs()).isEmpty();
    assertThat(file.open(new SeededChance(2)).identity()).isNotEqualTo(found.identity());
  }

  @Test
  void anyOneFlippedBitLosesNothing() throws IOException {
    file.open(new SeededChance(1));
    file.write(SAMPLE);
    for (String copy : List.of(".a", ".b")) {
      for (long bit = 0; bit < 8L * golden().length; bit++) {
        MemoryStorage damaged = storage.copy();
        damaged.flipBit(IdentityFile.PATH + copy, bit);
        IdentityFile.Found found = new IdentityFile(damaged).open(new SeededChance(3));
        assertThat(found.identity()).isEqualTo(SAMPLE);
        assertThat(damaged.content(IdentityFile.PATH + copy)).isEqualTo(golden());
      }
    }
  }

  @Test
  void goesOnAsANewIncarnationWhenBothCopiesAreDamaged() throws IOException {
    file.open(new SeededChance(1));
    file.write(SAMPLE);
    storage.flipBit(IdentityFile.PATH + ".a", 200);
    storage.flipBit(IdentityFile.PATH + ".b", 201);
    IdentityFile.Found found = file.open(new SeededChance(4));
    assertThat(found.identity().incarnation()).isNotEqualTo(SAMPLE.incarnation());
    assertThat(found.problem()).contains("set aside", found.identity().incarnation().toString());
    assertThat(storage.paths()).filteredOn(path -> path.contains(".damaged-")).hasSize(2);
    file.write(found.identity());
    assertThat(file.read()).isEqualTo(found.identity());
  }

  @Test
  void refusesTheIdentityOfANewerProgram() throws IOException {
    storage.createDirectories("outbox");
    new TwoCopyFile(storage, IdentityFile.PATH).write(new byte[] {3, 0, 0});
    assertThatThrownBy(() -> file.open(new SeededChance(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("newer program");
  }
}
