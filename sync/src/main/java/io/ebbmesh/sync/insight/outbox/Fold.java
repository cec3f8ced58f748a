package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sums up blocks of one boot: one aggregate for each stream and window of observed time. */
final class Fold {

  /** Aggregates of one fold: a position of its source has room for more. */
  static final int MAX_GROUPS = 1_000;

  private record Key(String stream, long window) {}

  private final long windowNanos;
  private final int zstdLevel;
  private final Map<Key, FoldedGroup> groups = new LinkedHashMap<>();
  private @Nullable BootTime base;
  private long folded;

  Fold(long windowNanos, int zstdLevel) {
    this.windowNanos = windowNanos;
    this.zstdLevel = zstdLevel;
  }

  /**
   * Adds a block, all of it or nothing.
   *
   * @return false if it is of another boot, or there would be too many aggregates
   */
  boolean add(BootTime made, List<Insight> insights, int blockBytes) {
    BootTime known = base;
    if (known != null && (!known.bootId().equals(made.bootId()) || !hasRoom(insights))) {
      return false;
    }
    for (Insight insight : insights) {
      groups.computeIfAbsent(key(insight), key -> new FoldedGroup(key.stream())).add(insight);
    }
    base = known == null || isBetter(made.quality(), known.quality()) ? made : known;
    folded += blockBytes;
    return true;
  }

  private static boolean isBetter(ClockQuality later, ClockQuality before) {
    return later.compareTo(before) >= 0;
  }

  private boolean hasRoom(List<Insight> insights) {
    Set<String> more = new TreeSet<>();
    for (Insight insight : insights) {
      Key key = key(insight);
      if (!groups.containsKey(key)) {
        more.add(key.window() + " " + key.stream());
      }
    }
    return groups.size() + more.size() <= MAX_GROUPS;
  }

  private Key key(Insight insight) {
    return new Key(insight.stream(), Math.floorDiv(insight.observedNanos(), windowNanos));
  }

  /**
   * The aggregates as a block, numbered from 1; null if that gives no room back.
   *
   * @param besideBytes what the loss record says, which stays with it until a hub comes
   */
  byte @Nullable [] encoded(int besideBytes) {
    BootTime known = base;
    if (known == null) {
      return null;
    }
    BlockEncoder encoder = new BlockEncoder(zstdLevel);
    for (FoldedGroup group : groups.values()) {
      Insight aggregate = group.toInsight();
      if (!encoder.hasRoomFor(aggregate)) {
        return null;
      }
      encoder.add(aggregate);
    }
    byte[] block = encoder.encode(Lane.AGGREGATE, 1, known).bytes();
    return block.length + besideBytes < folded ? block : null;
  }
}
