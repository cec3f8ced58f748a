package io.ebbmesh.sync.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.TwoCopyFile.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class TwoCopyFileTest {

  private final MemoryStorage storage = new MemoryStorage();
  private final TwoCopyFile file = new TwoCopyFile(storage, "value");

  @Test
  void whatWasNeverWrittenIsNull() throws Exception {
    assertThat(file.read()).isNull();
  }

  @Test
  void theLastValueCounts() throws Exception {
    write("one");
    write("two");
    assertThat(text(file.read())).isEqualTo("two");
  }

  @Test
  void anySingleFlippedBitLosesNothingAndIsRepaired() throws Exception {
    write("one");
    write("two");
    long bits = storage.size("value.a") * 8;
    for (String copy : new String[] {"value.a", "value.b"}) {
      for (long bit = 0; bit < bits; bit++) {
        storage.flipBit(copy, bit);
        assertThat(text(file.readAndRepair())).isEqualTo("two");
        assertThat(storage.content("value.a")).isEqualTo(storage.content("value.b"));
      }
    }
  }

  @Test
  void aDiskThatTakesNoNewFileStillTakesAValue() throws Exception {
    write("one");
    storage.failWrites(path -> path.endsWith(".tmp"));
    write("two");
    assertThat(text(file.read())).isEqualTo("two");
    assertThat(storage.content("value.a")).isEqualTo(storage.content("value.b"));
    assertThat(storage.paths()).containsExactly("value.a", "value.b");
  }

  @Test
  void damageToBothCopiesIsSaidAndCanBeSetAside() throws Exception {
    write("one");
    storage.flipBit("value.a", 100);
    storage.flipBit("value.b", 100);
    assertThatExceptionOfType(DamagedException.class).isThrownBy(file::read);
    file.setAside(".damaged");
    assertThat(file.read()).isNull();
    assertThat(storage.paths()).contains("value.a.damaged", "value.b.damaged");
  }

  @Test
  void aCrashAtAnyPointLeavesTheOldValueOrTheNew() throws Exception {
    Chance chance = new SeededChance(7);
    for (int crashAt = 1; crashAt < 30; crashAt++) {
      MemoryStorage disk = new MemoryStorage();
      TwoCopyFile value = new TwoCopyFile(disk, "value");
      value.write("one".getBytes(UTF_8));
      long until = disk.mutations() + crashAt;
      disk.beforeEachMutation(
          () -> {
            if (disk.mutations() >= until) {
              throw new IllegalStateException("power cut");
            }
          });
      boolean done = tryWrite(value);
      disk.beforeEachMutation(() -> {});
      disk.crash(chance);
      assertThat(text(value.readAndRepair())).isIn(done ? "two" : "one", "two");
    }
  }

  @Test
  void todaysCodeReadsTheFirstVersion(@TempDir Path directory) throws Exception {
    Files.write(
        directory.resolve("value.a"),
        HexFormat.of()
            .parseHex(
                "45424d32" + "0001" + "0000000000000002" + "00000003" + "74776f" + "452c55e1"));
    assertThat(text(new TwoCopyFile(FileStorage.create(directory), "value").read()))
        .isEqualTo("two");
  }

  private static boolean tryWrite(TwoCopyFile value) throws IOException {
    try {
      value.write("two".getBytes(UTF_8));
      return true;
    } catch (IllegalStateException powerCut) {
      return false;
    }
  }

  private void write(String text) throws IOException {
    file.write(text.getBytes(UTF_8));
  }

  private static @Nullable String text(byte @Nullable [] payload) {
    return payload == null ? null : new String(payload, UTF_8);
  }
}
