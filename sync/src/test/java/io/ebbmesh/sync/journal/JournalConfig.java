package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import scala.jdk.javaapi.FutureConverters;

/** An ActorSystem on the plugin, with small files and limits. */
final class JournalConfig {

  private JournalConfig() {}

  static Config of(Path directory) {
    return ConfigFactory.parseMap(Map.of("ebbmesh.sync.store.dir", directory.toString()))
        .withFallback(inMemory());
  }

  static Config inMemory() {
    return ConfigFactory.parseString(
            """
            pekko.loglevel = WARNING
            pekko.persistence.journal.plugin = ebbmesh.sync.journal
            pekko.persistence.snapshot-store.plugin = ebbmesh.sync.snapshot
            ebbmesh.sync.log.segment-size = 256 KiB
            ebbmesh.sync.log.max-record-size = 64 KiB
            """)
        .withFallback(ConfigFactory.load());
  }

  static void stop(ActorSystem system) throws Exception {
    system.terminate();
    FutureConverters.asJava(system.whenTerminated())
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }
}
