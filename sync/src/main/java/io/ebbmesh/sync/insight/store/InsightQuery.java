package io.ebbmesh.sync.insight.store;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a hub's insights beside the writer: a page at a time in the order of arrival, which never
 * misses or repeats one, or the first of a span of time. Calls block; one thread at a time. They
 * throw {@link StoreException} with the remedy if the store cannot be read.
 */
public interface InsightQuery extends AutoCloseable {

  /** Most insights of one answer. */
  int MAX_LIMIT = 10_000;

  /**
   * Which insights; null is any.
   *
   * @param stream the whole name
   * @param label the whole label
   * @param fromMillis earliest time, milliseconds since 1970, as {@link Found#wallMillis}
   * @param toMillis before this time
   * @param liveOnly leaves out what a node sent as history after an outage
   */
  record Filter(
      @Nullable NodeId node,
      @Nullable Lane lane,
      @Nullable InsightKind kind,
      @Nullable String stream,
      @Nullable String label,
      long fromMillis,
      long toMillis,
      boolean liveOnly) {

    /** Every insight. */
    public static final Filter ALL =
        new Filter(null, null, null, null, null, Long.MIN_VALUE, Long.MAX_VALUE);

    /** Live or history. */
    public Filter(
        @Nullable NodeId node,
        @Nullable Lane lane,
        @Nullable InsightKind kind,
        @Nullable String stream,
        @Nullable String label,
        long fromMillis,
        long toMillis) {
      this(node, lane, kind, stream, label, fromMillis, toMillis, false);
    }
  }

  /**
   * One insight and when it was observed.
   *
   * @param place where it is in the order of arrival
   * @param wallMillis milliseconds since 1970
   * @param corrected whether the hub worked the time out from a session with that boot of the node;
   *     otherwise it is the node's own estimate
   * @param quality how far the time can be believed
   * @param backfilled whether its node sent it as history
   */
  record Found(
      ReadPosition place,
      NodeId node,
      Incarnation incarnation,
      Lane lane,
      long seq,
      Insight insight,
      long wallMillis,
      boolean corrected,
      ClockQuality quality,
      boolean backfilled) {}

  /**
   * A part of the order of arrival.
   *
   * @param next where to go on; also if nothing was found
   * @param isLast whether the end was reached: what comes now has not arrived yet
   */
  record Page(List<Found> insights, ReadPosition next, boolean isLast) {
    public Page {
      insights = List.copyOf(insights);
    }
  }

  /** Which end of a span of time comes first. */
  enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  /** Before the first insight. */
  ReadPosition start();

  /** Behind the last insight that has arrived. */
  ReadPosition end();

  /**
   * The insights that arrived after a position, in the order of arrival.
   *
   * @param limit most insights, 1 to {@link #MAX_LIMIT}; an answer may have fewer, or none, before
   *     the end
   * @throws StoreException also if the position is one of another store
   */
  Page after(ReadPosition position, Filter filter, int limit);

  /**
   * The first insights by time, as times are known now; times of a boot change when it is
   * corrected.
   *
   * @param limit most insights, 1 to {@link #MAX_LIMIT}
   */
  List<Found> byTime(Filter filter, Order order, int limit);

  @Override
  void close();
}
