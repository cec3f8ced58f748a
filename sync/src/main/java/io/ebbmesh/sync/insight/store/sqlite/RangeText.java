package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.ArrayList;
import java.util.List;

/** Range sets as the store keeps them: {@code first-last,first-last}, empty text for none. */
final class RangeText {

  private RangeText() {}

  static String format(SeqRanges set) {
    StringBuilder text = new StringBuilder();
    for (SeqRange range : set.ranges()) {
      if (!text.isEmpty()) {
        text.append(',');
      }
      text.append(range.first()).append('-').append(range.last());
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException if the text is not what {@link #format} writes
   */
  static SeqRanges parse(String text) {
    if (text.isEmpty()) {
      return SeqRanges.EMPTY;
    }
    List<SeqRange> ranges = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf(',', from);
      int stop = end < 0 ? text.length() : end;
      int dash = text.indexOf('-', from);
      if (dash < 0 || dash > stop) {
        throw new IllegalArgumentException("'" + text + "' is no set of ranges");
      }
      ranges.add(
          new SeqRange(
              Long.parseLong(text, from, dash, 10), Long.parseLong(text, dash + 1, stop, 10)));
      from = stop + 1;
    }
    return SeqRanges.of(ranges);
  }
}
