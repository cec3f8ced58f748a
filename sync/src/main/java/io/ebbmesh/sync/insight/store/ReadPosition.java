package io.ebbmesh.sync.insight.store;

import java.util.Locale;

/**
 * A place between two insights in the order of their arrival at one store. As text: {@code
 * store.block.seq}, the first in hexadecimal.
 *
 * @param store names the store
 * @param block number of the block's arrival
 * @param seq sequence number of the insight before the place
 */
public record ReadPosition(long store, long block, long seq) {

  /**
   * @throws IllegalArgumentException if the text is not what {@link #toString} writes
   */
  public static ReadPosition parse(String text) {
    String[] parts = text.split("\\.", -1);
    try {
      if (parts.length == 3 && parts[0].length() == 16) {
        return new ReadPosition(
            Long.parseUnsignedLong(parts[0], 16),
            Long.parseLong(parts[1]),
            Long.parseLong(parts[2]));
      }
    } catch (NumberFormatException e) {
      // Told below, in words.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no position: take one that an answer of this store named");
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x.%d.%d", store, block, seq);
  }
}
