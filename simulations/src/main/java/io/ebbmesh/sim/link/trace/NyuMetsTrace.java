package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.List;

/**
 * Throughput as NYU-METS measured it (Mei et al., PAM 2019): no header, {@code value,unit} once a
 * second. It is what came down, so the uplink stays unsaid; 0 means that nothing got through while
 * the link was up. Repeats after its last second.
 */
final class NyuMetsTrace {

  private static final double MAX_BITS_PER_SECOND = 1e12;
  private static final long NANOS_PER_LINE = 1_000_000_000;

  private NyuMetsTrace() {}

  static LinkSchedule read(Path file) {
    LinkSchedule.Builder steps = LinkSchedule.builder();
    try (TraceLines lines = TraceLines.open(file)) {
      long seconds = 0;
      for (TraceLine line = lines.first(); line != null; line = lines.next()) {
        steps.from(
            seconds++ * NANOS_PER_LINE,
            LinkCondition.rates(LinkCondition.UNSAID, bitsPerSecond(line)));
      }
      return steps.build(seconds * NANOS_PER_LINE);
    }
  }

  static boolean looksLike(List<String> firstLine) {
    return firstLine.size() == 2
        && (TraceLine.isNumber(firstLine.get(0)) || bits(firstLine.get(1)) > 0);
  }

  private static double bitsPerSecond(TraceLine line) {
    List<String> fields = line.fields();
    if (fields.size() != 2) {
      throw line.wrong("it is no value and unit", "Write it like 1.5,Mbits/sec");
    }
    double bits = bits(fields.get(1));
    if (bits == 0) {
      throw line.wrong(
          "the unit '" + fields.get(1) + "' is unknown",
          "Units are bits/sec, Kbits/sec and Mbits/sec");
    }
    return bits * line.value("value", fields.get(0), 0, MAX_BITS_PER_SECOND / bits);
  }

  /** Bits per second in one of the unit; 0 if it is unknown. */
  private static double bits(String unit) {
    return switch (unit) {
      case "bits/sec" -> 1;
      case "Kbits/sec" -> 1e3;
      case "Mbits/sec" -> 1e6;
      default -> 0;
    };
  }
}
