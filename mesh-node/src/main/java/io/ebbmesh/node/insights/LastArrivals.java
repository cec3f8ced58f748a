package io.ebbmesh.node.insights;

import io.ebbmesh.sync.insight.store.InsightQuery;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Page;
import io.ebbmesh.sync.insight.store.ReadPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The insights that arrived last.
 *
 * @param end where to go on
 */
record LastArrivals(List<Found> insights, ReadPosition end) {

  /** Looks further back, twice as far each time, until there are enough or there is no more. */
  static LastArrivals of(InsightQuery query, Filter filter, int count) {
    ReadPosition end = query.end();
    Deque<Found> last = new ArrayDeque<>();
    if (count == 0) {
      return new LastArrivals(List.of(), end);
    }
    for (long blocks = count; last.size() < count; blocks *= 2) {
      long from = Math.max(0, end.block() - blocks);
      last.clear();
      ReadPosition at = new ReadPosition(end.store(), from, Long.MAX_VALUE);
      Page page;
      do {
        page = query.after(at, filter, InsightQuery.MAX_LIMIT);
        for (Found each : page.insights()) {
          last.add(each);
          if (last.size() > count) {
            last.remove();
          }
        }
        at = page.next();
      } while (!page.isLast());
      end = at;
      if (from == 0) {
        break;
      }
    }
    return new LastArrivals(List.copyOf(last), end);
  }
}
