package io.ebbmesh.sim.link.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small traces, what a schedule does, and files that are shipped. */
final class TraceFiles {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  private TraceFiles() {}

  static Path write(Path folder, String... lines) {
    return writeAs("trace.csv", folder, lines);
  }

  static Path writeAs(String name, Path folder, String... lines) {
    try {
      return Files.write(folder.resolve(name), List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every step before a moment, as the wire would walk through them. */
  static List<Step> walk(LinkSchedule schedule, long untilNanos) {
    List<Step> steps = new ArrayList<>();
    for (long at = 0; at < untilNanos; at = schedule.nextChange(at)) {
      steps.add(new Step(at, schedule.at(at)));
    }
    return steps;
  }

  record Step(long nanos, LinkCondition condition) {}

  /** What a file says without its comments. */
  static List<String> body(String file) {
    return file.lines().filter(line -> !line.startsWith("#")).toList();
  }

  /** Fails if a shipped file is not what its generator writes, and leaves that for a look. */
  static void assertShipped(String name, String regenerated) throws IOException {
    Path made = Path.of("target", "regenerated", name);
    Files.createDirectories(made.getParent());
    Files.writeString(made, regenerated);
    try (InputStream shipped =
        TraceFiles.class.getResourceAsStream("/io/ebbmesh/sim/scenario/" + name)) {
      byte[] bytes = shipped == null ? new byte[0] : shipped.readAllBytes();
      assertThat(Arrays.mismatch(bytes, regenerated.getBytes(StandardCharsets.UTF_8)))
          .as("first byte of %s that differs from simulations/%s; if meant, copy it", name, made)
          .isEqualTo(-1);
    }
  }
}
