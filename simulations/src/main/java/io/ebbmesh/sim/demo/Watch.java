package io.ebbmesh.sim.demo;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sim.process.LaneSeq;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * Looks at the sources' logs and the hub's store while the demo runs, and prints a line a second.
 */
final class Watch implements AutoCloseable {

  private static final long STEP_MILLIS = 100;
  private static final long LINE_NANOS = 1_000_000_000L;

  private final Fleet fleet;
  private final PrintStream out;
  private final Map<DemoNode, Share> shares;
  private final Map<DemoNode, SourceAccount> sources = new LinkedHashMap<>();
  private final HubStoreReport store;
  private final long startNanos;
  private String link = "link up ";
  private List<LaneReport> lanes = List.of();
  private long nextLineNanos;
  private long deadlineNanos;
  private Supplier<String> waitsFor = () -> "";

  /**
   * @param startNanos when the demo began, on {@link System#nanoTime}
   */
  Watch(Fleet fleet, Map<DemoNode, Share> shares, PrintStream out, long startNanos) {
    this.fleet = fleet;
    this.shares = shares;
    this.out = out;
    this.startNanos = startNanos;
    this.nextLineNanos = System.nanoTime();
    this.store = HubStoreReport.open(fleet.hubStore());
    shares.keySet().forEach(node -> sources.put(node, new SourceAccount(fleet.sourceLog(node))));
  }

  /** What the live view says of the link from now on. */
  void link(String state) {
    link = state;
  }

  /** Prints a line between those of the live view. */
  void say(String markup) {
    out.println(Ansi.AUTO.string(String.format("%4d s  %s", seconds(), markup)));
  }

  /**
   * Looks until something is so.
   *
   * @param what that is, for the live view
   * @return whether it was so in time
   * @throws IOException if a process ended by itself, or a log cannot be read
   */
  boolean until(Supplier<String> what, BooleanSupplier isSo, Duration atMost)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    deadlineNanos = deadline;
    waitsFor = what;
    look();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      Thread.sleep(STEP_MILLIS);
      look();
    }
    return true;
  }

  private void look() throws IOException, InterruptedException {
    fleet.requireAlive();
    for (SourceAccount source : sources.values()) {
      source.update();
    }
    lanes = store.lanes();
    if (System.nanoTime() - nextLineNanos >= 0) {
      nextLineNanos = System.nanoTime() + LINE_NANOS;
      line();
    }
  }

  private void line() {
    List<String> parts = new ArrayList<>();
    long accepted = 0;
    for (DemoNode node : sources.keySet()) {
      int count = source(node).acceptedCount();
      accepted += count;
      parts.add(String.format(Locale.ROOT, "%s %,5d", node.name(), count));
    }
    long stored = storedRows();
    out.println(
        Ansi.AUTO.string(
            String.format(
                Locale.ROOT,
                "%4d s  %s  decided: %s  hub holds %,6d, waiting %,5d;"
                    + " until %s, at most %d s more",
                seconds(),
                link,
                String.join("  ", parts),
                stored,
                Math.max(0, accepted - stored),
                waitsFor.get(),
                Math.max(0, (deadlineNanos - System.nanoTime()) / LINE_NANOS))));
  }

  private long seconds() {
    return (System.nanoTime() - startNanos) / 1_000_000_000L;
  }

  SourceAccount source(DemoNode node) {
    return Objects.requireNonNull(sources.get(node));
  }

  /** Accepted by all nodes, as far as their sources know. */
  long accepted() {
    return sources.values().stream().mapToLong(SourceAccount::acceptedCount).sum();
  }

  boolean everyNodeDecides() {
    return sources.values().stream().allMatch(source -> source.acceptedCount() > 0);
  }

  /** Whether every source came to its end. */
  boolean replayed() {
    return shares.entrySet().stream()
        .allMatch(entry -> source(entry.getKey()).acceptedUpTo() == entry.getValue().size());
  }

  /** Which sources did not. */
  String replaying() {
    return shares.entrySet().stream()
        .filter(entry -> source(entry.getKey()).acceptedUpTo() != entry.getValue().size())
        .map(entry -> entry.getKey().name())
        .collect(Collectors.joining(", "));
  }

  long storedRows() {
    return lanes.stream().mapToLong(LaneReport::rows).sum();
  }

  /** Whether the hub holds each of these sequence numbers, by node. */
  boolean holds(Map<DemoNode, List<LaneSeq>> seqs) {
    return seqs.entrySet().stream()
        .allMatch(
            entry -> {
              NodeId id = new NodeId(entry.getKey().name());
              List<LaneReport> own = lanes.stream().filter(lane -> lane.node().equals(id)).toList();
              return entry.getValue().stream()
                  .allMatch(
                      number ->
                          own.stream()
                              .filter(lane -> lane.lane() == number.lane())
                              .anyMatch(lane -> lane.held().contains(number.seq())));
            });
  }

  /** Sequence numbers that the sources heard by now. */
  Map<DemoNode, List<LaneSeq>> seqs() {
    Map<DemoNode, List<LaneSeq>> seqs = new LinkedHashMap<>();
    sources.forEach((node, source) -> seqs.put(node, List.copyOf(source.seqs().values())));
    return seqs;
  }

  @Override
  public void close() {
    store.close();
  }
}
