package io.ebbmesh.accelerator.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class DeviceSettingsTest {

  @Test
  void aSlotOverridesSingleValues() {
    Config config = with("slots { \"a.b\" { max-batch = 8 } }");
    assertThat(DeviceSettings.of(config, "a.b").maxBatch()).isEqualTo(8);
    assertThat(DeviceSettings.of(config, "a.b").queueLimit()).isEqualTo(256);
    assertThat(DeviceSettings.of(config, "other").maxBatch()).isEqualTo(1);
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    assertThatThrownBy(() -> DeviceSettings.of(with("device.instances = 0"), "m"))
        .hasMessage("ebbmesh.accelerator.device.instances must be at least 1, not 0");
    assertThatThrownBy(() -> DeviceSettings.of(with("device.reopen-max = 1ms"), "m"))
        .hasMessageContaining("reopen-max");
  }

  private static Config with(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("ebbmesh.accelerator"));
  }
}
