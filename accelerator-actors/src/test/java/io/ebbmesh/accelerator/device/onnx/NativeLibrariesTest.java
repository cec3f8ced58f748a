package io.ebbmesh.accelerator.device.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

  /** The smallest library in the runtime's jar stands for all. */
  private final URL packed =
      Objects.requireNonNull(
          OrtEnvironment.class.getResource("native/linux-x64/libonnxruntime4j_jni.so"));

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void unpack() throws IOException {
    target = folder.resolve("libonnxruntime4j_jni.so");
    NativeLibraries.unpack(packed, target);
  }

  @Test
  void aLibraryIsUnpackedWhole() throws IOException {
    isWhole();
  }

  @Test
  void oneThatIsThereIsNotWrittenAgain() throws IOException {
    FileTime before = FileTime.fromMillis(1_000);
    Files.setLastModifiedTime(target, before);

    NativeLibraries.unpack(packed, target);

    assertThat(Files.getLastModifiedTime(target)).isEqualTo(before);
  }

  @Test
  void aDamagedOneAndATornOneAreReplaced() throws IOException {
    byte[] damaged = Files.readAllBytes(target);
    damaged[damaged.length / 2] ^= 1;
    Files.write(target, damaged);
    NativeLibraries.unpack(packed, target);
    isWhole();

    Files.write(target, new byte[100]);
    NativeLibraries.unpack(packed, target);
    isWhole();
  }

  private void isWhole() throws IOException {
    try (InputStream in = packed.openStream()) {
      assertThat(Files.readAllBytes(target)).isEqualTo(in.readAllBytes());
    }
  }
}
