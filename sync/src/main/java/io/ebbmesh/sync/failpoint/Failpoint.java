package io.ebbmesh.sync.failpoint;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A moment on the road of an insight at which {@code ebbmesh bench crash --matrix} kills a process.
 *
 * <p>A process that was started with {@code -Debbmesh.failpoint.stop-at=STEP} says {@code stopped
 * at STEP} when it comes there for the {@code -Debbmesh.failpoint.times}-th time, and the thread
 * that came there goes no further: whoever started it kills it. Without the property, as everywhere
 * else, a step costs the comparison with a constant.
 */
public enum Failpoint {
  /** An insight is in the block that is being filled, and in no file. */
  FILL,
  /** A record is about to be put into the group. */
  APPEND,
  /** The group is about to be written and synced. */
  SYNC,
  /** The group is durable, and nobody knows it. */
  SYNCED,
  /** The lane knows that a block is durable, and no producer does. */
  ACCEPT,
  /** Small blocks have become one in memory. */
  MERGE,
  /** The merged block is durable. */
  MERGED,
  /** One of the two copies of a snapshot is there. */
  SNAPSHOT,
  /** A snapshot is durable, and what it made needless is not given up. */
  TRIM,
  /** The list without an empty segment is durable, and the file is still there. */
  RECYCLE,
  /** Insights are folded into aggregates in memory. */
  FOLD,
  /** The aggregates are durable beside what they stand for, and in no lane. */
  FOLDED,
  /** They are durable in their lane, and the lane of the insights does not know. */
  MOVED,
  /** A block is about to be handed to the connection. */
  SEND,
  /** At the hub: rows and cursor are written, the transaction is not committed. */
  COMMIT,
  /** At the hub: they are committed, and the node does not know. */
  COMMITTED,
  /** At the hub: the acknowledgement is about to be handed to the connection. */
  ACKNOWLEDGE,
  /** The node heard the acknowledgement, and has not written it. */
  ACKNOWLEDGED;

  /** Where a process stops: the {@link #id} of a step. */
  public static final String STOP_AT = "ebbmesh.failpoint.stop-at";

  /** At the how many-th time; 1 if it is not set. */
  public static final String TIMES = "ebbmesh.failpoint.times";

  private static final class Chosen {
    static final @Nullable Failpoint STEP = of(System.getProperty(STOP_AT));
    static final AtomicInteger LEFT = new AtomicInteger(Integer.getInteger(TIMES, 1));

    private static @Nullable Failpoint of(@Nullable String id) {
      return id == null ? null : valueOf(id.toUpperCase(Locale.ROOT));
    }
  }

  /** Its name on command lines. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The thread is here. */
  public void reached() {
    if (this == Chosen.STEP && Chosen.LEFT.decrementAndGet() == 0) {
      stop();
    }
  }

  private void stop() {
    System.out.println("stopped at " + id());
    while (true) {
      LockSupport.park();
    }
  }
}
