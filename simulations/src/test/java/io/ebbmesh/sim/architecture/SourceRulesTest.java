package io.ebbmesh.sim.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRulesTest {

  /** Maven runs tests in the module's folder. */
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theSourcesAreSeen() throws IOException {
    assertThat(SourceRules.productionSources(ROOT)).hasSizeGreaterThan(50);
  }

  @Test
  void noProductionFileIsLongerThanTheCap() throws IOException {
    assertThat(SourceRules.longFiles(SourceRules.productionSources(ROOT))).isEmpty();
  }

  @Test
  void noMethodIsLongerThanAScreen() throws IOException {
    assertThat(SourceRules.longMethods(SourceRules.productionSources(ROOT))).isEmpty();
  }

  @Test
  void everyPackageIntroducesItself() throws IOException {
    assertThat(SourceRules.packagesWithoutIntroduction(SourceRules.productionSources(ROOT)))
        .isEmpty();
  }

  @Test
  void aPlantedLongFileLongMethodAndNamelessPackageAreNoticed(@TempDir Path folder)
      throws IOException {
    Path planted = folder.resolve("planted/src/main/java/Planted.java");
    Files.createDirectories(planted.getParent());
    Files.writeString(
        planted, "class Planted {\n  void long_() {\n" + "    int i;\n".repeat(500) + "  }\n}\n");
    List<Path> sources = SourceRules.productionSources(folder);
    assertThat(SourceRules.longFiles(sources)).hasSize(1);
    assertThat(SourceRules.longMethods(sources)).hasSize(1);
    assertThat(SourceRules.packagesWithoutIntroduction(sources)).hasSize(1);
  }
}
