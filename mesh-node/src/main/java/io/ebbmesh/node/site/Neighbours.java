package io.ebbmesh.node.site;

import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who serves one model, and how much each was given: the least busy is asked next, among equals the
 * one that was asked longest ago, then by name. One that kept silent is asked after all others, for
 * a while: until the cluster knows that it is dead, each reading given to it would wait in vain.
 *
 * @param <N> a neighbour
 */
final class Neighbours<N extends Comparable<? super N>> {

  private static final class Load {
    private int open;
    private long lastAsked;
    private @Nullable Long silentUntilNanos;

    private boolean isSilent(long now) {
      return silentUntilNanos != null && now - silentUntilNanos < 0;
    }
  }

  private final NavigableMap<N, Load> loads = new TreeMap<>();
  private long asked;

  /**
   * Takes who serves now, in place of who did.
   *
   * @return those that no longer serve
   */
  Set<N> replace(Set<N> serving) {
    Set<N> gone = new TreeSet<>(loads.keySet());
    gone.removeAll(serving);
    gone.forEach(loads::remove);
    serving.forEach(neighbour -> loads.computeIfAbsent(neighbour, n -> new Load()));
    return gone;
  }

  /** Takes the next one that is not in {@code except}, and counts it as asked. */
  Optional<N> ask(Set<N> except, long now) {
    Optional<N> next =
        loads.keySet().stream()
            .filter(neighbour -> !except.contains(neighbour))
            .min(
                Comparator.comparing((N neighbour) -> load(neighbour).isSilent(now))
                    .thenComparingInt(neighbour -> load(neighbour).open)
                    .thenComparingLong(neighbour -> load(neighbour).lastAsked)
                    .thenComparing(Comparator.naturalOrder()));
    next.ifPresent(
        neighbour -> {
          load(neighbour).open++;
          load(neighbour).lastAsked = ++asked;
        });
    return next;
  }

  /** A neighbour did not answer in time. */
  void silent(N neighbour, long untilNanos) {
    Load load = loads.get(neighbour);
    if (load != null) {
      load.silentUntilNanos = untilNanos;
    }
  }

  /** A neighbour answered, whatever it was asked. */
  void heard(N neighbour) {
    Load load = loads.get(neighbour);
    if (load != null) {
      load.silentUntilNanos = null;
    }
  }

  /** Whether one is left that is not in {@code except}. */
  boolean anyBut(Set<N> except) {
    return loads.keySet().stream().anyMatch(neighbour -> !except.contains(neighbour));
  }

  /** What was asked of a neighbour is over. */
  void over(N neighbour) {
    Load load = loads.get(neighbour);
    // A neighbour that went and came back in between starts from nothing.
    if (load != null && load.open > 0) {
      load.open--;
    }
  }

  boolean isEmpty() {
    return loads.isEmpty();
  }

  private Load load(N neighbour) {
    Load load = loads.get(neighbour);
    if (load == null) {
      throw new IllegalStateException("not a neighbour: " + neighbour);
    }
    return load;
  }
}
