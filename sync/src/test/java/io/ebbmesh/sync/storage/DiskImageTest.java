package io.ebbmesh.sync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody takes an image of a node's disk, and perhaps puts it back long after. */
class DiskImageTest {

  private final MemoryStorage disk = new MemoryStorage();

  @BeforeEach
  void fill() throws IOException {
    disk.createDirectories("empty");
    disk.put("synced", new byte[] {1, 1});
    disk.put("unsynced", new byte[] {1, 1});
    write(disk, "unsynced", 1, 2);
  }

  @Test
  void anImageHoldsWhatAReaderSees() throws IOException {
    MemoryStorage image = disk.copy();
    image.crash(new SeededChance(1));
    assertThat(image.paths()).containsExactly("synced", "unsynced");
    assertThat(image.exists("empty")).isTrue();
    assertThat(image.content("synced")).containsExactly(1, 1);
    assertThat(image.content("unsynced")).containsExactly(1, 2);
  }

  @Test
  void theDiskAndItsImageGoTheirOwnWays() throws IOException {
    MemoryStorage image = disk.copy();
    MemoryStorage second = image.copy();
    write(disk, "synced", 0, 3);
    disk.flipBit("unsynced", 0);
    disk.open("unsynced").truncate(1);
    write(image, "synced", 0, 4);
    image.unlink("unsynced");
    second.flipBit("synced", 1);
    assertThat(disk.content("synced")).containsExactly(3, 1);
    assertThat(disk.content("unsynced")).containsExactly(0);
    assertThat(image.content("synced")).containsExactly(4, 1);
    assertThat(second.content("synced")).containsExactly(3, 1);
    assertThat(second.content("unsynced")).containsExactly(1, 2);
  }

  @Test
  void anImageThatIsPutBackReplacesEverythingAsOftenAsOneLikes() throws IOException {
    MemoryStorage image = disk.copy();
    for (int time = 0; time < 3; time++) {
      write(disk, "synced", 0, 5);
      disk.unlink("unsynced");
      disk.put("new", new byte[1]);
      disk.restore(image);
      disk.crash(new SeededChance(time));
      assertThat(disk.paths()).containsExactly("synced", "unsynced");
      assertThat(disk.content("synced")).containsExactly(1, 1);
      assertThat(disk.content("unsynced")).containsExactly(1, 2);
    }
  }

  @Test
  void onlyTheDiskOfADeadProcessIsReplaced() throws IOException {
    MemoryStorage image = disk.copy();
    StorageFile open = disk.open("synced");
    Closeable lock = disk.lock();
    assertThatThrownBy(() -> disk.restore(image)).hasMessageContaining("kill its process");
    assertThat(open.size()).isEqualTo(2);
    lock.close();
    disk.restore(image);
    assertThatThrownBy(open::size).isInstanceOf(IOException.class);
  }

  @Test
  void aRestoredDiskKeepsItsLimitAndCounts() throws IOException {
    disk.limitCapacity(10);
    long written = disk.writtenBytes();
    disk.restore(new MemoryStorage());
    assertThat(disk.writtenBytes()).isEqualTo(written).isPositive();
    assertThat(disk.usableBytes()).isEqualTo(10);
  }

  private static void write(MemoryStorage storage, String path, int position, int value)
      throws IOException {
    try (StorageFile file = storage.open(path)) {
      file.write(position, ByteBuffer.wrap(new byte[] {(byte) value}));
      if (path.equals("synced")) {
        file.sync();
      }
    }
  }
}
