package io.ebbmesh.sync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The twin must lose what a power cut may take; a twin that forgives proves nothing. */
class MemoryStorageTest {

  @Test
  void aSyncedWriteOutlivesEveryCrash() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      MemoryStorage storage = storageWith("f", 2_048);
      try (StorageFile file = storage.open("f")) {
        file.write(100, filled(1_000));
        file.sync();
      }
      storage.crash(new SeededChance(seed));
      assertThat(storage.content("f")[1_099]).isEqualTo((byte) 1);
      assertThat(storage.content("f")[100]).isEqualTo((byte) 1);
    }
  }

  @Test
  void anUnsyncedWriteIsKeptDroppedOrTorn() throws IOException {
    TreeSet<Integer> bytesKept = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      MemoryStorage storage = storageWith("f", 2_048);
      StorageFile file = storage.open("f");
      file.write(0, filled(2_048));
      storage.crash(new SeededChance(seed));
      byte[] content = storage.content("f");
      int kept = 0;
      for (byte b : content) {
        kept += b;
      }
      bytesKept.add(kept);
      assertThatThrownBy(file::sync).hasMessageContaining("went down");
    }
    assertThat(bytesKept).containsExactly(0, 512, 1_024, 1_536, 2_048);
  }

  @Test
  void aFileIsThereForSureOnlyAfterItsDirectoryWasSynced() throws IOException {
    TreeSet<Boolean> found = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      MemoryStorage storage = storageWith("kept", 0);
      storage.create("new", 0).close();
      storage.crash(new SeededChance(seed));
      found.add(storage.exists("new"));
      assertThat(storage.exists("kept")).isTrue();
    }
    assertThat(found).containsExactly(false, true);
  }

  @Test
  void aRenameHappensWholeOrNotAtAll() throws IOException {
    TreeSet<Boolean> renamed = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      MemoryStorage storage = storageWith("from", 8);
      storage.rename("from", "to");
      storage.crash(new SeededChance(seed));
      renamed.add(storage.exists("to"));
      assertThat(storage.exists("from")).isNotEqualTo(storage.exists("to"));
    }
    assertThat(renamed).containsExactly(false, true);
  }

  @Test
  void afterAFailedSyncNoLaterSyncMakesTheBytesDurable() throws IOException {
    TreeSet<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      MemoryStorage storage = storageWith("f", 512);
      try (StorageFile file = storage.open("f")) {
        file.write(0, filled(512));
        storage.failSyncs(path -> true);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
        storage.failSyncs(path -> false);
        file.sync();
        assertThat(storage.content("f")[0]).isEqualTo((byte) 1);
      }
      storage.crash(new SeededChance(seed));
      seen.add(storage.content("f")[0]);
    }
    assertThat(seen).containsExactly((byte) 0, (byte) 1);
  }

  @Test
  void aKilledProcessLosesItsHandlesAndNothingElse() throws IOException {
    MemoryStorage storage = storageWith("f", 8);
    StorageFile file = storage.open("f");
    file.write(0, filled(8));
    storage.kill();
    assertThatThrownBy(() -> file.write(0, filled(1))).isInstanceOf(IOException.class);
    assertThat(storage.content("f")).containsOnly(1);
  }

  @Test
  void aFullDiskSaysSo() throws IOException {
    MemoryStorage storage = storageWith("f", 100);
    storage.limitCapacity(150);
    assertThat(storage.usableBytes()).isBetween(50L, 150L);
    assertThatThrownBy(() -> storage.create("g", 200)).hasMessageContaining("No space");
  }

  private static MemoryStorage storageWith(String path, int size) throws IOException {
    MemoryStorage storage = new MemoryStorage();
    storage.create(path, size).close();
    storage.syncDirectory("");
    return storage;
  }

  private static ByteBuffer filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return ByteBuffer.wrap(bytes);
  }
}
