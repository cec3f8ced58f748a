package io.ebbmesh.node.inspect;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Lane;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which insights were printed, in four bytes each: a store may have tens of millions. Numbers alone
 * would not do. What was set aside lies together whenever that was, and a lane that could not be
 * read begins at one again: then a number has two insights, and neither may be left out.
 */
final class Printed {

  private static final int RUN = 1024;

  /**
   * By lane and number divided by {@link #RUN}: 32 bits of the content that was printed first; 0
   * for none.
   */
  private final Map<Lane, TreeMap<Long, int[]>> first = new EnumMap<>(Lane.class);

  /** 64 bits of what was printed under a number that has another content already. */
  private final Set<Long> others = new LinkedHashSet<>();

  private long count;

  /**
   * Returns whether it is news.
   *
   * @param content names lane and number, and all else that makes two the same
   */
  boolean add(Lane lane, long seq, Digest content) {
    ByteBuffer bits = ByteBuffer.wrap(content.bytes());
    // One of the values stands for another one, so that none says that nothing is there.
    int hash = bits.getInt(Long.BYTES) | (bits.getInt(Long.BYTES) == 0 ? 1 : 0);
    int[] run =
        first
            .computeIfAbsent(lane, none -> new TreeMap<>())
            .computeIfAbsent(Math.floorDiv(seq, (long) RUN), none -> new int[RUN]);
    int at = (int) Math.floorMod(seq, (long) RUN);
    boolean isNews = run[at] == 0 || (run[at] != hash && others.add(bits.getLong(0)));
    if (run[at] == 0) {
      run[at] = hash;
    }
    count += isNews ? 1 : 0;
    return isNews;
  }

  long count() {
    return count;
  }

  /** What it takes of memory, about. */
  long bytes() {
    long runs = first.values().stream().mapToLong(TreeMap::size).sum();
    return runs * (RUN * Integer.BYTES + 100L) + others.size() * 100L;
  }
}
