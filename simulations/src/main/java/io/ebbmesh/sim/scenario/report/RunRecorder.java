package io.ebbmesh.sim.scenario.report;

import java.util.BitSet;
import java.util.List;

/**
 * Folds a run into a fixed number of buckets while it happens, so that memory depends neither on
 * the length of the run nor on what happens in it. Single-threaded; times are virtual nanoseconds
 * since the start of the run and never go back. Nodes start without link and session.
 */
public final class RunRecorder {

  /** 2 minutes each for a day; divides hours and days evenly. */
  static final int BUCKETS = 720;

  static final int MAX_FAULTS_KEPT = 2_000;

  /** As many rows as fit one screen. */
  public static final int DEFAULT_MAX_STRIPS = 40;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  final TimeAxis axis;
  final List<String> nodes;
  final NodeTrack[] tracks;
  final Faults faults;
  final Gauge links;
  final Gauge sessions;
  final Gauge pending;
  final Delays live = new Delays();
  final Delays backfilled = new Delays();
  final long[] accepted = new long[BUCKETS];
  final long[] storedLive = new long[BUCKETS];
  final long[] storedBackfilled = new long[BUCKETS];
  final long[] lost = new long[BUCKETS];
  final long[] bytesUp = new long[BUCKETS];
  final long[] bytesDown = new long[BUCKETS];
  final long[] dials = new long[BUCKETS];
  final long[] mostDialsInOneSecond = new long[BUCKETS];

  private final BitSet linked;
  private final BitSet inSession;
  private long nowNanos;
  private long dialSecond = -1;
  private long dialsInSecond;

  /** Shows the first {@link #DEFAULT_MAX_STRIPS} nodes each in a strip. */
  public RunRecorder(long horizonNanos, List<String> nodes) {
    this(horizonNanos, nodes, DEFAULT_MAX_STRIPS);
  }

  /**
   * @param horizonNanos when the run ends as planned; what happens later counts in the last bucket
   * @param nodes names by index
   * @param maxStrips how many nodes are also kept one by one, the first ones
   */
  public RunRecorder(long horizonNanos, List<String> nodes, int maxStrips) {
    this.axis = TimeAxis.of(horizonNanos, BUCKETS);
    this.nodes = List.copyOf(nodes);
    this.tracks = new NodeTrack[Math.min(nodes.size(), maxStrips)];
    for (int i = 0; i < tracks.length; i++) {
      tracks[i] = new NodeTrack(nodes.get(i), axis);
    }
    this.faults = new Faults(axis, MAX_FAULTS_KEPT);
    this.links = new Gauge(axis);
    this.sessions = new Gauge(axis);
    this.pending = new Gauge(axis);
    this.linked = new BitSet(nodes.size());
    this.inSession = new BitSet(nodes.size());
  }

  /** The link of a node is up from now on, or down; saying it twice changes nothing. */
  public void link(int node, long atNanos, boolean up) {
    see(atNanos);
    if (linked.get(node) != up) {
      linked.set(node, up);
      links.add(atNanos, up ? 1 : -1);
      if (node < tracks.length) {
        tracks[node].link.set(atNanos, up ? 1 : 0);
      }
    }
  }

  /** A node has a session with the hub from now on, or none; saying it twice changes nothing. */
  public void session(int node, long atNanos, boolean isLive) {
    see(atNanos);
    if (inSession.get(node) != isLive) {
      inSession.set(node, isLive);
      sessions.add(atNanos, isLive ? 1 : -1);
      if (node < tracks.length) {
        tracks[node].session.set(atNanos, isLive ? 1 : 0);
      }
    }
  }

  /**
   * Something was broken or mended.
   *
   * @param node the one it happened to, or -1 for the hub or for all
   */
  public void fault(long atNanos, int node, String kind, String text) {
    see(atNanos);
    faults.add(atNanos, node, kind, text);
    if (node >= 0 && node < tracks.length) {
      tracks[node].faults++;
    }
  }

  /** A node accepted an insight: from now on it is pending. */
  public void accepted(int node, long atNanos) {
    accepted[see(atNanos)]++;
    pending.add(atNanos, 1);
    if (node < tracks.length) {
      tracks[node].accepted++;
      tracks[node].pending.add(atNanos, 1);
    }
  }

  /**
   * The hub stored an insight for the first time.
   *
   * @param delayNanos since it was accepted
   * @param isBackfilled whether it was sent as backlog rather than as it came
   */
  public void stored(int node, long atNanos, long delayNanos, boolean isBackfilled) {
    int bucket = see(atNanos);
    if (isBackfilled) {
      storedBackfilled[bucket]++;
      backfilled.record(delayNanos);
    } else {
      storedLive[bucket]++;
      live.record(delayNanos);
    }
    pending.add(atNanos, -1);
    if (node < tracks.length) {
      tracks[node].stored++;
      tracks[node].pending.add(atNanos, -1);
    }
  }

  /** A node gave up pending insights and said so. */
  public void declaredLost(int node, long atNanos, long count) {
    lost[see(atNanos)] += count;
    pending.add(atNanos, -count);
    if (node < tracks.length) {
      tracks[node].lost += count;
      tracks[node].pending.add(atNanos, -count);
    }
  }

  /** A node tried to connect to the hub. */
  public void dialled(int node, long atNanos) {
    int bucket = see(atNanos);
    dials[bucket]++;
    long second = atNanos / NANOS_PER_SECOND;
    if (second != dialSecond) {
      dialSecond = second;
      dialsInSecond = 0;
    }
    dialsInSecond++;
    mostDialsInOneSecond[bucket] = Math.max(mostDialsInOneSecond[bucket], dialsInSecond);
    if (node < tracks.length) {
      tracks[node].dials++;
    }
  }

  /** Bytes went over the link of a node, up to the hub or down from it. */
  public void sent(int node, long atNanos, boolean up, int bytes) {
    (up ? bytesUp : bytesDown)[see(atNanos)] += bytes;
  }

  /** The run is over. Without this the last thing recorded is its end. */
  public void end(long atNanos) {
    see(atNanos);
  }

  /** The totals until now. */
  public RunFigures figures() {
    return new RunFigures(
        sum(accepted),
        sum(storedLive) + sum(storedBackfilled),
        sum(lost),
        pending.value(),
        pending.peak(),
        pending.peakAtNanos(),
        sum(dials),
        max(mostDialsInOneSecond),
        sessions.peak(),
        sum(bytesUp),
        sum(bytesDown),
        faults.count(),
        RunFigures.Delay.of(live),
        RunFigures.Delay.of(backfilled));
  }

  /** Lets every state hold until the last time seen; may be repeated. */
  void settle() {
    links.advance(nowNanos);
    sessions.advance(nowNanos);
    pending.advance(nowNanos);
    for (NodeTrack track : tracks) {
      track.advance(nowNanos);
    }
  }

  long endNanos() {
    return nowNanos;
  }

  String nameOf(int node) {
    return node < 0 ? "hub or all" : node < nodes.size() ? nodes.get(node) : "node " + node;
  }

  private int see(long atNanos) {
    if (atNanos < nowNanos) {
      throw new IllegalArgumentException(
          "virtual time went back from " + nowNanos + " to " + atNanos);
    }
    nowNanos = atNanos;
    return axis.bucket(atNanos);
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }

  private static long max(long[] values) {
    long max = 0;
    for (long value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
