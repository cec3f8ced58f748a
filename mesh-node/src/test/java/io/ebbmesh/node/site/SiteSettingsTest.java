package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteSettingsTest {

  private static final String GIVEN =
      """
      host = 10.0.0.1
      seeds = ["10.0.0.1:17355", "10.0.0.2:17355"]
      key-store = node.p12, key-store-password = correct-horse
      trust-store = site.p12, trust-store-password = correct-horse
      """;

  private static Config site(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.parseString(GIVEN))
        .withFallback(ConfigFactory.defaultReference().getConfig("ebbmesh.node.site"));
  }

  @Test
  void theDefaultsAndWhatMustBeGivenAreEnough() {
    SiteSettings settings = SiteSettings.of(site(""));

    assertThat(settings.self()).isEqualTo(settings.seeds().get(0));
    assertThat(settings.bindHost()).isEqualTo("10.0.0.1");
    assertThat(settings.timing().stableAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.toString()).doesNotContain("correct-horse");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name = \"a b\"|ebbmesh.node.site.name",
        "seeds = []|ebbmesh.node.site.seeds",
        "seeds = [\"10.0.0.1\"]|ebbmesh.node.site.seeds",
        "port = 70000|ebbmesh.node.site.port",
        "key-store = \"\"|ebbmesh.node.site.key-store",
        "max-message-bytes = 1 GiB|ebbmesh.node.site.max-message-bytes",
        "max-in-flight = 0|ebbmesh.node.site.max-in-flight",
        "stable-after = 0 s|ebbmesh.node.site.stable-after",
        "max-rebuild-delay = 1 ms|ebbmesh.node.site.max-rebuild-delay"
      })
  void aWrongSettingIsNamed(String overrides, String named) {
    assertThatThrownBy(() -> SiteSettings.of(site(overrides)))
        .isInstanceOf(SiteException.class)
        .hasMessageContaining(named);
  }

  @Test
  void theActorSystemOfTheSiteEndsNothingButItselfAndKnowsNoPasswords() {
    Config config = SiteSystemConfig.of(SiteSettings.of(site("")), new NodeId("node-0"));

    for (String off :
        List.of(
            "pekko.coordinated-shutdown.exit-jvm",
            "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook",
            "pekko.jvm-shutdown-hooks",
            "pekko.jvm-exit-on-fatal-error",
            "pekko.actor.allow-java-serialization")) {
      assertThat(config.getBoolean(off)).as(off).isFalse();
    }
    assertThat(config.getString("pekko.cluster.split-brain-resolver.active-strategy"))
        .isEqualTo("keep-majority");
    assertThat(config.root().render()).doesNotContain("correct-horse");
  }
}
