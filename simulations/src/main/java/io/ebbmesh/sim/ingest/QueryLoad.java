package io.ebbmesh.sim.ingest;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.insight.store.InsightQuery;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Order;
import io.ebbmesh.sync.insight.store.InsightQuery.Page;
import io.ebbmesh.sync.insight.store.ReadPosition;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightQuery;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Asks the store 50 times a second while it ingests: the newest 100 of a stream of a node, the
 * newest 100 of all, and a page of 100 in the order of arrival. A latency counts from when the
 * question was due: one that is slow makes those behind it late.
 */
final class QueryLoad implements AutoCloseable {

  private static final long INTERVAL_NANOS = 20_000_000;
  private static final long LONGEST_NANOS = 600_000_000_000L;
  private static final int LIMIT = 100;

  private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
  private final Path store;
  private final List<String> streams;
  private final int nodes;
  private final Thread thread = new Thread(this::run, "bench-queries");
  private volatile boolean stops;
  private volatile @Nullable Throwable failure;

  private QueryLoad(Path store, List<String> streams, int nodes) {
    this.store = store;
    this.streams = streams;
    this.nodes = nodes;
  }

  static QueryLoad start(Path store, List<String> streams, int nodes) {
    QueryLoad load = new QueryLoad(store, streams, nodes);
    load.thread.start();
    return load;
  }

  static NodeId node(int number) {
    return new NodeId("node-" + number);
  }

  private void run() {
    try (SqliteInsightQuery query = SqliteInsightQuery.open(store)) {
      ReadPosition at = query.start();
      long dueAt = System.nanoTime();
      for (int i = 0; !stops; i++) {
        while (System.nanoTime() < dueAt) {
          LockSupport.parkNanos(dueAt - System.nanoTime());
        }
        at = ask(query, i, at);
        latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - dueAt));
        dueAt += INTERVAL_NANOS;
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private ReadPosition ask(InsightQuery query, int i, ReadPosition at) {
    switch (i % 3) {
      case 0 -> {
        Filter one =
            new Filter(
                node(i % nodes),
                null,
                null,
                streams.get(i % streams.size()),
                null,
                Long.MIN_VALUE,
                Long.MAX_VALUE);
        query.byTime(one, Order.NEWEST_FIRST, LIMIT);
        return at;
      }
      case 1 -> {
        query.byTime(Filter.ALL, Order.NEWEST_FIRST, LIMIT);
        return at;
      }
      default -> {
        Page page = query.after(at, Filter.ALL, LIMIT);
        return page.next();
      }
    }
  }

  /** Ends it; the latencies are complete then, in nanoseconds. */
  Histogram latencies() throws InterruptedException {
    close();
    thread.join();
    Throwable failed = failure;
    if (failed != null) {
      throw new IllegalStateException("a query failed: " + failed.getMessage(), failed);
    }
    return latencies;
  }

  @Override
  public void close() {
    stops = true;
  }
}
