package io.ebbmesh.sim.backlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.sim.process.EmulatedLink;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HalfOpenBenchTest {

  @TempDir private Path folder;

  @Test
  void bothEndsNoticeASilentLinkAndTheNodeComesBack() throws Exception {
    assumeThat(EmulatedLink.unavailable()).isEmpty();
    Path json = folder.resolve("report.json");
    // Whether in time is for a quiet machine to say.
    new CommandLine(new HalfOpenBench()).execute("--liveness=3", "--json=" + json);

    assertThat(json).exists();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("books").path("balanced").asBoolean()).as("%s", report).isTrue();
    for (String when : new String[] {"busy", "idle"}) {
      // The last sign of life may be a heartbeat, a third of the deadline, old.
      assertThat(report.path(when).path("node").asDouble()).isGreaterThan(1.5);
      assertThat(report.path(when).path("hub").asDouble()).isGreaterThan(1.5);
    }
    assertThat(report.path("books").path("pending").asLong(1)).isZero();
    assertThat(report.path("limitSeconds").asDouble()).isEqualTo(8);
  }
}
