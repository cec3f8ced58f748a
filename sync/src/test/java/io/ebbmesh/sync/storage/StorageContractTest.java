package io.ebbmesh.sync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StorageContractTest {

  @TempDir static Path directory;
  private static int stores;

  static Stream<Storage> storages() throws IOException {
    return Stream.of(
        FileStorage.create(directory.resolve("store" + stores++)), new MemoryStorage());
  }

  @ParameterizedTest
  @MethodSource("storages")
  void whatWasWrittenIsReadBack(Storage storage) throws IOException {
    storage.createDirectories("a/b");
    try (StorageFile file = storage.create("a/b/one", 100)) {
      assertThat(file.size()).isEqualTo(100);
      file.write(98, bytes("hello"));
      file.sync();
      assertThat(file.size()).isEqualTo(103);
      assertThat(read(file, 96, 10)).isEqualTo("\0\0hello");
      file.truncate(100);
      assertThat(read(file, 98, 10)).isEqualTo("he");
    }
    try (StorageFile file = storage.open("a/b/one")) {
      assertThat(read(file, 98, 2)).isEqualTo("he");
    }
  }

  @ParameterizedTest
  @MethodSource("storages")
  void filesAreListedRenamedAndRemoved(Storage storage) throws IOException {
    storage.createDirectories("d");
    storage.create("d/b", 0).close();
    storage.create("d/a", 0).close();
    assertThat(storage.list("d")).containsExactly("a", "b");
    storage.rename("d/a", "d/b");
    storage.syncDirectory("d");
    assertThat(storage.list("d")).containsExactly("b");
    assertThat(storage.exists("d/a")).isFalse();
    storage.unlink("d/b");
    storage.unlink("d/b");
    assertThat(storage.list("d")).isEmpty();
    assertThat(storage.list("nowhere")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("storages")
  void aTakenPathIsNotCreatedAgain(Storage storage) throws IOException {
    storage.create("x", 0).close();
    assertThatThrownBy(() -> storage.create("x", 0)).isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @MethodSource("storages")
  void onlyOneHoldsTheLock(Storage storage) throws IOException {
    Closeable lock = storage.lock();
    assertThatThrownBy(storage::lock)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
    lock.close();
    storage.lock().close();
  }

  @Test
  void theHolderOfTheLockIsNamed(@TempDir Path root) throws IOException {
    FileStorage storage = FileStorage.create(root);
    try (Closeable lock = storage.lock()) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(storage::lock)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aRootThatIsAFileIsRefusedWithAMessage(@TempDir Path root) throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertThatThrownBy(() -> FileStorage.create(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a file, not a directory");
  }

  @Test
  void aPathCannotLeaveTheRoot(@TempDir Path root) throws IOException {
    FileStorage storage = FileStorage.create(root);
    assertThatThrownBy(() -> storage.open("../x")).isInstanceOf(IllegalArgumentException.class);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(StorageFile file, long position, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(position, target);
    assertThat(count).isEqualTo(target.position());
    return new String(target.array(), 0, count, StandardCharsets.UTF_8);
  }
}
