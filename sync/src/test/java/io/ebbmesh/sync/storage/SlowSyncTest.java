package io.ebbmesh.sync.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A power cut while a sync runs: nobody was told yet, so everything may still be lost. */
class SlowSyncTest {

  private static final int SEEDS = 100;

  private long now = 1_000;
  private long syncNanos = 10;
  private final List<String> asked = new ArrayList<>();

  @Test
  void beforeItsEndASyncSavesNothing() throws IOException {
    assertThat(firstBytesAfterACrashAt(1_009)).containsExactly((byte) 0, (byte) 1);
  }

  @Test
  void atItsEndASyncSavesAllThatItCovers() throws IOException {
    assertThat(firstBytesAfterACrashAt(1_010)).containsExactly((byte) 1);
  }

  private TreeSet<Byte> firstBytesAfterACrashAt(long crashAt) throws IOException {
    TreeSet<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("f", 512);
      StorageFile file = disk.open("f");
      file.write(0, filled(512));
      file.sync();
      assertThat(disk.content("f")[0]).isEqualTo((byte) 1);
      now = crashAt;
      disk.crash(new SeededChance(seed));
      seen.add(disk.content("f")[0]);
    }
    return seen;
  }

  @Test
  void whatIsWrittenWhileASyncRunsIsNotCovered() throws IOException {
    TreeSet<Byte> later = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("f", 1_024);
      StorageFile file = disk.open("f");
      file.write(0, filled(512));
      file.sync();
      file.write(512, filled(512));
      now = 1_010;
      disk.crash(new SeededChance(seed));
      assertThat(disk.content("f")[0]).isEqualTo((byte) 1);
      later.add(disk.content("f")[512]);
    }
    assertThat(later).containsExactly((byte) 0, (byte) 1);
  }

  @Test
  void whatIsAskedForBehindARunningSyncIsUndoneByACrash() throws IOException {
    TreeSet<Boolean> renamed = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("free", 512);
      StorageFile file = disk.open("free");
      file.write(0, filled(512));
      file.sync();
      disk.rename("free", "segment");
      file.write(0, ByteBuffer.allocate(512));
      disk.syncDirectory("");
      assertThat(disk.exists("segment")).isTrue();
      now = seed % 2 == 0 ? 1_005 : 1_015;
      disk.crash(new SeededChance(seed));
      if (seed % 2 == 0) {
        assertThat(disk.exists("segment")).isFalse();
      } else {
        renamed.add(disk.exists("segment"));
      }
    }
    assertThat(renamed).containsExactly(false, true);
  }

  @Test
  void aWriteBehindARunningSyncHasNotBegun() throws IOException {
    TreeSet<Byte> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("f", 512);
      disk.open("f").sync();
      disk.open("f").write(0, filled(512));
      now = seed % 2 == 0 ? 1_009 : 1_010;
      disk.crash(new SeededChance(seed));
      byte left = disk.content("f")[0];
      if (seed % 2 == 0) {
        assertThat(left).as("seed %s", seed).isZero();
      } else {
        seen.add(left);
      }
    }
    assertThat(seen).containsExactly((byte) 0, (byte) 1);
  }

  @Test
  void aDirectoryIsDurableWhenItsSyncEnds() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("f", 8);
      disk.rename("f", "g");
      disk.syncDirectory("");
      now = 1_010;
      disk.crash(new SeededChance(seed));
      assertThat(disk.paths()).containsExactly("g");
    }
  }

  @Test
  void syncsOfOneDiskRunOneAfterAnother() throws IOException {
    MemoryStorage disk = diskWith("f", 8);
    assertThat(disk.idleAtNanos()).isEqualTo(1_000);
    disk.open("f").sync();
    now = 1_004;
    disk.create("d/empty", 0).close();
    assertThat(disk.idleAtNanos()).isEqualTo(1_010);
    syncNanos = 7;
    disk.create("d/g", 8).close();
    disk.syncDirectory("d");
    assertThat(disk.idleAtNanos()).isEqualTo(1_024);
    now = 1_030;
    assertThat(disk.idleAtNanos()).isEqualTo(1_030);
    assertThat(asked).containsExactly("f", "d/g", "d");
  }

  @Test
  void aSyncGoesOnWhenItsProcessIsKilledAndEndsWithThePower() throws IOException {
    MemoryStorage disk = diskWith("f", 512);
    StorageFile file = disk.open("f");
    file.write(0, filled(512));
    file.sync();
    disk.kill();
    assertThat(disk.idleAtNanos()).isEqualTo(1_010);
    now = 1_010;
    disk.crash(new SeededChance(3));
    assertThat(disk.content("f")).containsOnly(1);
    disk.open("f").sync();
    disk.crash(new SeededChance(4));
    assertThat(disk.idleAtNanos()).isEqualTo(1_010);
  }

  @Test
  void aFailedSyncLeavesAloneWhatAnEarlierOneStillWrites() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = diskWith("f", 512);
      StorageFile file = disk.open("f");
      file.write(0, filled(512));
      file.sync();
      disk.failSyncs(path -> true);
      assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
      now = 1_010;
      disk.crash(new SeededChance(seed));
      assertThat(disk.content("f")).containsOnly(1);
    }
  }

  @Test
  void aCrashAtAnyTimeLeavesTheOldValueOrTheNewOfTwoCopies() throws Exception {
    TreeSet<String> seen = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      now = 1_000;
      MemoryStorage disk = new MemoryStorage();
      TwoCopyFile value = new TwoCopyFile(disk, "value");
      value.write("one".getBytes(UTF_8));
      disk.slowSyncs(() -> now, path -> 10);
      value.write("two".getBytes(UTF_8));
      value.write("three".getBytes(UTF_8));
      now += seed;
      boolean done = now >= disk.idleAtNanos();
      disk.crash(new SeededChance(seed));
      byte[] left = value.readAndRepair();
      String text = left == null ? "none" : new String(left, UTF_8);
      assertThat(text).as("seed %s", seed).isIn(done ? "three" : "one", "two", "three");
      seen.add(text);
    }
    assertThat(seen).containsExactly("one", "three", "two");
  }

  private MemoryStorage diskWith(String path, int size) throws IOException {
    MemoryStorage disk = new MemoryStorage();
    disk.create(path, size).close();
    disk.syncDirectory("");
    disk.slowSyncs(
        () -> now,
        synced -> {
          asked.add(synced);
          return syncNanos;
        });
    return disk;
  }

  private static ByteBuffer filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return ByteBuffer.wrap(bytes);
  }
}
