package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hashes every step and event of a run, keeps the last events of each machine, and writes all
 * events to a file if there is one.
 */
final class RunTrace implements Trace {

  private static final int KEPT = 24;
  private static final int FIELDS = 4;
  private static final EventKind[] KINDS = EventKind.values();

  private final @Nullable Writer out;
  private final List<long @Nullable []> rings = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private long hash;
  private long steps;
  private long events;

  /**
   * @param out gets a line for each event; null for none
   */
  RunTrace(@Nullable Writer out) {
    this.out = out;
    write("step,nanos,machine,event,first,second\n");
  }

  String hash() {
    return String.format(Locale.ROOT, "%016x", Trace.mix(hash));
  }

  /** Tasks, timers and deliveries so far. */
  long steps() {
    return steps;
  }

  long events() {
    return events;
  }

  @Override
  public void step(long nanos, int process) {
    steps++;
    hash = Trace.mix(hash ^ nanos) + process;
  }

  @Override
  public void event(long nanos, EventKind kind, int machine, long a, long b) {
    events++;
    hash = Trace.mix(Trace.mix(Trace.mix(hash ^ nanos) + kind.ordinal() * 31L + machine) ^ a) + b;
    keep(nanos, kind, machine, a, b);
    if (out != null) {
      write(steps + "," + nanos + "," + machine + "," + kind + "," + a + "," + b + "\n");
    }
  }

  private void keep(long nanos, EventKind kind, int machine, long a, long b) {
    while (rings.size() <= machine) {
      rings.add(null);
      counts.add(0L);
    }
    long[] ring = rings.get(machine);
    if (ring == null) {
      ring = new long[KEPT * FIELDS];
      rings.set(machine, ring);
    }
    long count = counts.get(machine);
    int at = (int) (count % KEPT) * FIELDS;
    ring[at] = nanos;
    ring[at + 1] = kind.ordinal();
    ring[at + 2] = a;
    ring[at + 3] = b;
    counts.set(machine, count + 1);
  }

  /** The last events of a machine, oldest first, as lines for a person. */
  List<String> last(int machine) {
    List<String> lines = new ArrayList<>();
    long[] ring = machine < rings.size() ? rings.get(machine) : null;
    if (ring == null) {
      return lines;
    }
    long count = counts.get(machine);
    for (long i = Math.max(0, count - KEPT); i < count; i++) {
      int at = (int) (i % KEPT) * FIELDS;
      EventKind kind = KINDS[(int) ring[at + 1]];
      lines.add(
          Times.text(ring[at])
              + "  "
              + kind
              + said(kind.first(), ring[at + 2])
              + said(kind.second(), ring[at + 3]));
    }
    return lines;
  }

  private static String said(String what, long value) {
    return what.isEmpty() ? "" : "  " + value + " (" + what + ")";
  }

  private void write(String line) {
    if (out != null) {
      try {
        out.write(line);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write the trace", e);
      }
    }
  }
}
