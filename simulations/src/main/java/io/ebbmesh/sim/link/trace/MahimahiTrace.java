package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Packet-delivery traces of <a href="http://mahimahi.mit.edu">Mahimahi</a>: each line is a whole
 * millisecond at which one packet of 1,500 bytes may pass; the trace repeats after its last line.
 *
 * <p>Opportunities are counted in bins (100 ms unless told), each of which becomes one rate; the
 * opportunity at t belongs to the bin that ends at or after t, and the last bin ends with the
 * trace, so that the mean rate is kept exactly.
 */
public final class MahimahiTrace {

  /** Fine enough for a fade, coarse enough to hold many packets of a usual link. */
  public static final int BIN_MILLIS = 100;

  private static final Pattern WHOLE = Pattern.compile("\\d{1,12}");
  private static final long BITS_PER_PACKET = 1_500 * 8;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private MahimahiTrace() {}

  /** One trace for both directions. */
  public static LinkSchedule read(Path both) {
    return read(both, BIN_MILLIS);
  }

  /** One trace for both directions in bins of this length. */
  public static LinkSchedule read(Path both, int binMillis) {
    if (binMillis <= 0) {
      throw new IllegalArgumentException("a bin of " + binMillis + " ms; it needs 1 or more");
    }
    LinkSchedule.Builder steps = LinkSchedule.builder();
    try (TraceLines lines = TraceLines.open(both)) {
      long bin = 0;
      long packets = 0;
      long last = 0;
      for (TraceLine line = lines.first(); line != null; line = lines.next()) {
        long millis = millis(line, last);
        long itsBin = Math.max(0, millis - 1) / binMillis;
        if (itsBin > bin) {
          add(steps, bin * binMillis, packets, binMillis);
          if (itsBin > bin + 1) {
            add(steps, (bin + 1) * binMillis, 0, binMillis);
          }
          bin = itsBin;
          packets = 0;
        }
        packets++;
        last = millis;
      }
      if (last == 0) {
        throw new TraceException(
            both, "its last line is 0", "The last line is the length in milliseconds.");
      }
      add(steps, bin * binMillis, packets, last - bin * binMillis);
      return steps.build(last * NANOS_PER_MILLI);
    }
  }

  /**
   * A trace for each direction. The longer one sets the period; the shorter one repeats within it
   * and is cut off at its end.
   */
  public static LinkSchedule read(Path uplink, Path downlink) {
    LinkSchedule up = read(uplink);
    LinkSchedule down = read(downlink);
    long period = Math.max(up.periodNanos(), down.periodNanos());
    LinkSchedule.Builder steps = LinkSchedule.builder();
    for (long at = 0; at < period; at = Math.min(up.nextChange(at), down.nextChange(at))) {
      steps.from(
          at, LinkCondition.rates(up.at(at).upBitsPerSecond(), down.at(at).downBitsPerSecond()));
    }
    return steps.build(period);
  }

  static boolean looksLike(String firstLine) {
    return TraceLine.isNumber(firstLine);
  }

  private static long millis(TraceLine line, long last) {
    if (!WHOLE.matcher(line.text()).matches()) {
      throw line.wrong(
          "'" + line.text() + "' is no whole number of milliseconds", "Write one like 1200 a line");
    }
    long millis = Long.parseLong(line.text());
    if (millis < last) {
      throw line.wrong(millis + " ms comes after " + last + " ms", "Sort the lines by time");
    }
    if (millis > TraceTable.Row.MAX_SECONDS * 1_000) {
      throw line.wrong(millis + " ms is more than ten years", "Are these milliseconds?");
    }
    return millis;
  }

  private static void add(
      LinkSchedule.Builder steps, long startMillis, long packets, long lengthMillis) {
    double bitsPerSecond = packets * BITS_PER_PACKET * 1e3 / lengthMillis;
    steps.from(startMillis * NANOS_PER_MILLI, LinkCondition.rates(bitsPerSecond, bitsPerSecond));
  }
}
