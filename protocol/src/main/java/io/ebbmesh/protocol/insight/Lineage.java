package io.ebbmesh.protocol.insight;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The openings of a store, oldest first. Two copies of one store part where their lineages part:
 * {@link Fork}.
 */
public record Lineage(List<Epoch> epochs) {

  /** Openings that are kept; the oldest are forgotten first. */
  public static final int MAX_EPOCHS = 1_000;

  /**
   * One opening.
   *
   * @param id drawn at random, durable before the first append of the opening
   * @param firstSeqs per lane, the first sequence number that this opening may write or give up:
   *     one more than the last insight that it found; a lane that is not named was not opened
   */
  public record Epoch(long id, Map<Lane, Long> firstSeqs) {
    public Epoch {
      Map<Lane, Long> sorted = new EnumMap<>(Lane.class);
      sorted.putAll(firstSeqs);
      firstSeqs = Collections.unmodifiableMap(sorted);
    }
  }

  public Lineage {
    epochs = List.copyOf(epochs);
    if (epochs.size() > MAX_EPOCHS) {
      throw new IllegalArgumentException(
          "a lineage has at most " + MAX_EPOCHS + " epochs, not " + epochs.size());
    }
  }

  /** This lineage with one more opening, forgetting the oldest above {@link #MAX_EPOCHS}. */
  public Lineage plus(Epoch epoch) {
    List<Epoch> all = new ArrayList<>(epochs);
    all.add(epoch);
    return new Lineage(all.subList(Math.max(0, all.size() - MAX_EPOCHS), all.size()));
  }
}
