package io.ebbmesh.sync.link.netty;

import io.ebbmesh.sync.pki.ClockedTrust;
import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that a listening socket took: how many, how many of them half-open. */
final class Accepted {

  private static final Logger log = LoggerFactory.getLogger(Accepted.class);

  /** Failed handshakes are logged this often at most; a flood must not fill the log. */
  private static final long LOG_EVERY_NANOS = 1_000_000_000L;

  private final ClockedTrust trust;
  private final LinkSettings settings;
  private final Map<DownCause, LongAdder> failures;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  // In the order in which they came; also the lock of their number.
  private final Map<Channel, AcceptedHost> halfOpen = new LinkedHashMap<>();
  private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());
  private final LongAdder unlogged = new LongAdder();

  Accepted(ClockedTrust trust, LinkSettings settings, Map<DownCause, LongAdder> failures) {
    this.trust = trust;
    this.settings = settings;
    this.failures = failures;
  }

  /** Takes a connection, or closes it and gives null if a limit is reached. */
  FrameConnection.@Nullable Host admit(Channel channel) {
    if (open.size() >= settings.maxConnections()) {
      refuse(channel, "max-connections (" + settings.maxConnections() + ")");
      return null;
    }
    AcceptedHost host = new AcceptedHost(channel);
    if (!takePlace(host)) {
      refuse(channel, halfOpenLimit());
      return null;
    }
    open.add(channel);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    return host;
  }

  private boolean takePlace(AcceptedHost host) {
    synchronized (halfOpen) {
      if (halfOpen.size() >= settings.maxHalfOpen()) {
        AcceptedHost oldest = halfOpen.values().iterator().next();
        if (host.sinceNanos - oldest.sinceNanos < settings.halfOpenGrace().toNanos()) {
          return false;
        }
        halfOpen.remove(oldest.channel);
        oldest.displaced = true;
        oldest.channel.close();
      }
      halfOpen.put(host.channel, host);
      return true;
    }
  }

  private String halfOpenLimit() {
    return "max-half-open (" + settings.maxHalfOpen() + ")";
  }

  void closeAll() {
    open.forEach(Channel::close);
  }

  private void refuse(Channel channel, String limit) {
    count(channel, tooMany(limit));
    channel.close();
  }

  private static DownReason tooMany(String limit) {
    return new DownReason(DownCause.TOO_MANY, "the limit " + limit + " is reached");
  }

  private void count(Channel channel, DownReason reason) {
    LongAdder counter = failures.get(reason.cause());
    if (counter != null) {
      counter.increment();
    }
    long now = System.nanoTime();
    long next = nextLogNanos.get();
    if (now - next >= 0 && nextLogNanos.compareAndSet(next, now + LOG_EVERY_NANOS)) {
      log.info(
          "sent away {}: {} ({} more were not logged)",
          channel.remoteAddress(),
          reason,
          unlogged.sumThenReset());
    } else {
      unlogged.increment();
    }
  }

  private final class AcceptedHost implements FrameConnection.Host {

    private final Channel channel;
    private final long sinceNanos = System.nanoTime();
    private volatile boolean displaced;

    AcceptedHost(Channel channel) {
      this.channel = channel;
    }

    @Override
    public ClockedTrust trust() {
      return trust;
    }

    @Override
    public @Nullable String dialledHost() {
      return null;
    }

    @Override
    public void greeted() {
      synchronized (halfOpen) {
        halfOpen.remove(channel);
      }
    }

    @Override
    public void failedUnheard(Channel channel, DownReason reason) {
      count(channel, displaced ? tooMany(halfOpenLimit()) : reason);
    }

    @Override
    public void ended(Channel channel, DownReason reason) {
      if (reason.cause() == DownCause.PROTOCOL || reason.cause() == DownCause.NOT_READING) {
        count(channel, reason);
      }
    }

    @Override
    public long maxUnsentBytes() {
      return settings.maxUnsentBytes();
    }
  }
}
