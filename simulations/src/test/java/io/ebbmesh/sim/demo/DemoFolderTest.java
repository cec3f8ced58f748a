package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class DemoFolderTest {

  @Test
  void what_is_said_to_be_kept_outlives_a_signal() throws Exception {
    DemoFolder folder = DemoFolder.open(null);
    assertThat(folder.keep()).isTrue();
    folder.end(() -> {});
    assertThat(folder.path()).isDirectory();
    Files.delete(folder.path());
  }

  @Test
  void after_a_signal_the_folder_goes_and_is_not_said_to_be_kept() {
    DemoFolder folder = DemoFolder.open(null);
    folder.end(() -> assertThat(folder.keep()).isFalse());
    assertThat(folder.path()).doesNotExist();
  }
}
