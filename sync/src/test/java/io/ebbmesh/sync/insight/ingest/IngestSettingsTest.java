package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class IngestSettingsTest {

  @Test
  void aNodeMustHearThatTheStoreIsAwayBeforeItsDeadline() {
    assertThatThrownBy(
            () ->
                IngestSettings.of(
                    ConfigFactory.parseString("ingest.store-silent-after = 45 s")
                        .withFallback(ConfigFactory.defaultReference().getConfig("ebbmesh.sync"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("store-silent-after is 45000 ms")
        .hasMessageContaining("session.hub.store-away-heartbeat 15000 ms")
        .hasMessageContaining("below uplink.progress-deadline, 60000 ms");
  }
}
