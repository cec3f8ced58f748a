package io.ebbmesh.sync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchStorageTest {

  private static final int BYTES = 100_000;

  @TempDir private Path directory;

  @Test
  void changesAreSeenThroughItAndNotOnTheDisk() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    byte[] expected = new byte[BYTES];
    random.nextBytes(expected);
    byte[] original = expected.clone();
    Files.write(directory.resolve("file"), original);
    ScratchStorage scratch = ScratchStorage.over(directory);
    try (StorageFile file = scratch.open("file")) {
      for (int i = 0; i < 50; i++) {
        byte[] piece = new byte[1 + random.nextInt(20_000)];
        random.nextBytes(piece);
        int at = random.nextInt(BYTES - piece.length);
        file.write(at, ByteBuffer.wrap(piece));
        System.arraycopy(piece, 0, expected, at, piece.length);
      }
      file.truncate(60_000);
      file.write(70_000, ByteBuffer.wrap(new byte[] {1}));
      Arrays.fill(expected, 60_000, 70_000, (byte) 0);
      expected[70_000] = 1;
      ByteBuffer read = ByteBuffer.allocate(BYTES);
      assertThat(file.read(0, read)).isEqualTo(70_001);
      assertThat(read.array()).startsWith(Arrays.copyOf(expected, 70_001));
    }
    scratch.create("new", 10).close();
    scratch.rename("file", "moved");
    assertThat(scratch.list("")).containsExactly("moved", "new");
    assertThat(Files.readAllBytes(directory.resolve("file"))).isEqualTo(original);
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aStoreInUseIsNotLookedAt() throws IOException {
    FileStorage live = FileStorage.create(directory);
    try (Closeable held = live.lock()) {
      assertThat(held).isNotNull();
      ScratchStorage scratch = ScratchStorage.over(directory);
      assertThatThrownBy(scratch::lock)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aMissingDirectoryIsNoStore() {
    assertThatThrownBy(() -> ScratchStorage.over(directory.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such directory");
  }
}
