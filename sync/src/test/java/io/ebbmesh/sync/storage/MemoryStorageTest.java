package io.ebbmesh.sync.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void aHugeFileOfZerosFitsIntoMemory() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    try (StorageFile file = storage.create("f", 1L << 40)) {
      file.write((1L << 40) - 3, filled(10));
      file.write(1L << 33, filled(1));
      file.sync();
      assertThat(file.size()).isEqualTo((1L << 40) + 7);
      assertThat(read(file, (1L << 40) - 4, 100)).containsExactly(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
      assertThat(read(file, (1L << 33) - 1, 3)).containsExactly(0, 1, 0);
      assertThat(storage.usedBytes()).isEqualTo((1L << 40) + 7);
    }
  }

  @Test
  void aReaderCrossesPagesAndUnsyncedWrites() throws IOException {
    MemoryStorage storage = storageWith("f", 4 * SparseBytes.PAGE_BYTES);
    int border = SparseBytes.PAGE_BYTES;
    try (StorageFile file = storage.open("f")) {
      file.write(border - 2, bytes(1, 2, 3, 4));
      file.sync();
      file.write(border - 1, bytes(5, 6));
      file.write(border, bytes(7));
      assertThat(read(file, border - 3, 6)).containsExactly(0, 1, 5, 7, 4, 0);
      file.sync();
      assertThat(read(file, border - 3, 6)).containsExactly(0, 1, 5, 7, 4, 0);
      assertThat(read(file, 4L * border, 6)).isEmpty();
    }
  }

  @Test
  void zerosOverwriteWhatWasThere() throws IOException {
    MemoryStorage storage = storageWith("f", 0);
    try (StorageFile file = storage.open("f")) {
      file.write(0, filled(2_000));
      file.sync();
      file.write(500, ByteBuffer.allocate(1_000));
      file.sync();
    }
    assertThat(Arrays.copyOfRange(storage.content("f"), 500, 1_500)).containsOnly(0);
    assertThat(storage.content("f")[1_500]).isEqualTo((byte) 1);
  }

  @Test
  void whatATruncationCutOffNeverComesUpAgain() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      MemoryStorage storage = storageWith("f", 0);
      try (StorageFile file = storage.open("f")) {
        file.write(0, filled(1_000));
        file.truncate(600);
        assertThat(file.size()).isEqualTo(600);
        if (seed % 2 == 0) {
          file.sync();
          file.write(900, filled(1));
          assertThat(read(file, 599, 400)).containsOnly(1, 0).startsWith(1, 0);
        }
      }
      storage.crash(new SeededChance(seed));
      byte[] content = storage.content("f");
      assertThat(Arrays.copyOfRange(content, Math.min(600, content.length), content.length))
          .as("seed %s", seed)
          .satisfiesAnyOf(
              rest -> assertThat(rest).isEmpty(), rest -> assertThat(rest).hasSize(301));
      if (content.length > 600) {
        assertThat(content[600]).isZero();
      }
    }
  }

  @Test
  void aTruncationDoesNotGrowAFile() throws IOException {
    MemoryStorage storage = storageWith("f", 10);
    try (StorageFile file = storage.open("f")) {
      file.truncate(20);
      assertThat(file.size()).isEqualTo(10);
    }
  }

  @Test
  void aCrashReachesAFileThatWasPutThere() throws IOException {
    TreeSet<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      MemoryStorage storage = storageWith("created", 8);
      storage.put("put", new byte[512]);
      try (StorageFile created = storage.create("beside", 8);
          StorageFile file = storage.open("put")) {
        assertThat(created.size()).isEqualTo(8);
        file.write(0, filled(512));
      }
      storage.crash(new SeededChance(seed));
      seen.add(storage.content("put")[0]);
    }
    assertThat(seen).containsExactly((byte) 0, (byte) 1);
  }

  @Test
  void aFlippedBitIsSeenOnceAndStaysFlippedWhenSynced() throws IOException {
    MemoryStorage storage = storageWith("f", 100);
    try (StorageFile file = storage.open("f")) {
      file.write(10, bytes(0, 0));
      storage.flipBit("f", 8 * 10);
      storage.flipBit("f", 8 * 50);
      assertThat(read(file, 9, 3)).containsExactly(0, 1, 0);
      file.sync();
    }
    storage.crash(new SeededChance(1));
    assertThat(storage.content("f")[10]).isEqualTo((byte) 1);
    assertThat(storage.content("f")[50]).isEqualTo((byte) 1);
  }

  @Test
  void usedBytesFollowEveryChange() throws IOException {
    MemoryStorage storage = storageWith("a", 100);
    storage.put("b", new byte[50]);
    storage.limitCapacity(1_000);
    assertThat(storage.usedBytes()).isEqualTo(150);
    storage.rename("a", "b");
    assertThat(storage.usedBytes()).isEqualTo(100);
    try (StorageFile file = storage.open("b")) {
      file.write(90, filled(20));
      assertThat(storage.usedBytes()).isEqualTo(110);
      file.truncate(10);
      assertThat(storage.usableBytes()).isEqualTo(990);
      storage.unlink("b");
      file.write(0, filled(500));
    }
    assertThat(storage.usedBytes()).isZero();
  }

  @Test
  void writtenBytesAndSyncsAreCounted() throws IOException {
    MemoryStorage storage = storageWith("f", 100);
    assertThat(storage.syncs()).isEqualTo(2);
    try (StorageFile file = storage.open("f")) {
      file.write(0, filled(30));
      storage.failWrites(path -> true);
      assertThatThrownBy(() -> file.write(0, filled(10))).hasMessageContaining("output error");
      file.sync();
      storage.failSyncs(path -> true);
      assertThatThrownBy(file::sync).hasMessageContaining("cannot sync");
    }
    assertThat(storage.writtenBytes()).isEqualTo(35);
    assertThat(storage.syncs()).isEqualTo(3);
  }

  @Test
  void anObserverSeesEachChangeWithTheChecksumOfItsBytes() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    List<String> seen = new ArrayList<>();
    storage.observe(
        (kind, path, length, crc) -> seen.add(kind + " " + path + " " + length + " " + crc));
    try (StorageFile file = storage.create("a", 100)) {
      ByteBuffer source = ByteBuffer.wrap("x123456789".getBytes(US_ASCII)).position(1);
      file.write(7, source);
      assertThat(source.hasRemaining()).isFalse();
      assertThat(read(file, 7, 9)).isEqualTo("123456789".getBytes(US_ASCII));
      file.sync();
      file.truncate(20);
    }
    storage.rename("a", "b");
    storage.syncDirectory("");
    storage.unlink("b");
    storage.unlink("b");
    storage.observe(null);
    storage.create("c", 1).close();
    assertThat(seen)
        .containsExactly(
            "CREATE a 100 0",
            "WRITE a 9 " + 0xE3069283,
            "SYNC a 0 0",
            "TRUNCATE a 20 0",
            "RENAME a -> b 0 0",
            "SYNC  0 0",
            "UNLINK b 0 0");
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

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  private static byte[] read(StorageFile file, long position, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    return Arrays.copyOf(target.array(), file.read(position, target));
  }
}
