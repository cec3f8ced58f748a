package io.ebbmesh.sync.insight.ingest;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Insights that all sessions of a hub together may have decoded and not yet stored, so that a store
 * that fails for hours costs bounded memory however many sessions wait for it. What is not there is
 * waited for in turn: a session that gets some goes behind the others for more, so each of them
 * gets on. Any thread.
 */
final class DecodeBudget {

  /** What one session has of it. */
  final class Share {
    private final Runnable wake;
    private long taken;
    private boolean closed;

    private Share(Runnable wake) {
      this.wake = wake;
    }

    /** Takes so many, or false: the session is woken when it is its turn. */
    boolean take(long insights) {
      return tryTake(this, insights);
    }

    /** Keeps only so many. */
    void keep(long insights) {
      giveBack(this, insights);
    }

    /** Does not wait any more. */
    void withdraw() {
      forget(this);
    }

    /** Gives everything back, for good. */
    void close() {
      end(this);
    }
  }

  private final long limit;
  private long taken;

  /** Who waits, in turn, and for how many. */
  private final Map<Share, Long> waiting = new LinkedHashMap<>();

  DecodeBudget(long limit) {
    this.limit = limit;
  }

  /**
   * @param wake called, on any thread, when the session should try again
   */
  Share join(Runnable wake) {
    return new Share(wake);
  }

  synchronized long taken() {
    return taken;
  }

  private boolean tryTake(Share share, long insights) {
    boolean gets;
    synchronized (this) {
      if (share.closed) {
        return false;
      }
      @Nullable Share first = first();
      gets = (first == null || first == share) && fits(insights);
      if (gets) {
        waiting.remove(share);
        taken += insights;
        share.taken += insights;
      } else {
        waiting.put(share, insights);
      }
    }
    if (gets) {
      wakeFirst();
    }
    return gets;
  }

  private void giveBack(Share share, long kept) {
    synchronized (this) {
      if (share.taken <= kept) {
        return;
      }
      taken -= share.taken - kept;
      share.taken = kept;
    }
    wakeFirst();
  }

  private void forget(Share share) {
    synchronized (this) {
      if (waiting.remove(share) == null) {
        return;
      }
    }
    wakeFirst();
  }

  private void end(Share share) {
    synchronized (this) {
      share.closed = true;
    }
    giveBack(share, 0);
    forget(share);
  }

  private void wakeFirst() {
    @Nullable Share first;
    synchronized (this) {
      first = first();
      if (first == null || !fits(waiting.getOrDefault(first, 0L))) {
        return;
      }
    }
    first.wake.run();
  }

  /** One block is always let in, however large. */
  private boolean fits(long insights) {
    return taken == 0 || taken + insights <= limit;
  }

  private @Nullable Share first() {
    Iterator<Share> shares = waiting.keySet().iterator();
    return shares.hasNext() ? shares.next() : null;
  }
}
