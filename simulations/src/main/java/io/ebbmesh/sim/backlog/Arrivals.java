package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When the hub came to hold what of one lane, as seen by looking often. An arrival is never seen
 * earlier than it was, and later by at most the time between two looks.
 */
final class Arrivals {

  private record Seen(SeqRange range, long atMillis) {}

  private final Lane lane;
  private final List<Seen> seen = new ArrayList<>();
  private SeqRanges held = SeqRanges.EMPTY;

  Arrivals(Lane lane) {
    this.lane = lane;
  }

  void look(SeqRanges now, long atMillis) {
    for (SeqRange range : now.minus(held).ranges()) {
      seen.add(new Seen(range, atMillis));
    }
    held = now;
  }

  SeqRanges held() {
    return held;
  }

  /**
   * How long what was made in a span of time took to the hub.
   *
   * @return milliseconds of each insight, ascending; an insight that never arrived is missing
   */
  long[] tookMillis(FeedAccount account, long fromMillis, long toMillis) {
    List<Long> took = new ArrayList<>();
    eachMade(
        account,
        fromMillis,
        toMillis,
        (madeAt, arrivedAt) -> took.add(Math.max(0, arrivedAt - madeAt)));
    long[] sorted = took.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** When the first insight that was made after a moment was at the hub. */
  long firstArrivalMillis(FeedAccount account, long madeAfterMillis) {
    long[] first = {Long.MAX_VALUE};
    eachMade(
        account,
        madeAfterMillis,
        Long.MAX_VALUE,
        (madeAt, arrivedAt) -> first[0] = Math.min(first[0], arrivedAt));
    return first[0];
  }

  private interface Made {
    void arrived(long madeAtMillis, long arrivedAtMillis);
  }

  private void eachMade(FeedAccount account, long fromMillis, long toMillis, Made made) {
    for (FeedAccount.Track track : account.tracks()) {
      if (track.lane() != lane) {
        continue;
      }
      for (int i = track.count() - 1; i >= 0 && track.madeAtMillis(i) >= fromMillis; i--) {
        long at = arrivedAt(track.seq(i));
        if (track.madeAtMillis(i) < toMillis && at > 0) {
          made.arrived(track.madeAtMillis(i), at);
        }
      }
    }
  }

  private long arrivedAt(long seq) {
    for (Seen some : seen) {
      if (some.range().contains(seq)) {
        return some.atMillis();
      }
    }
    return 0;
  }
}
