package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import java.util.List;
import java.util.Map;

/**
 * Who an outbox is: which life, through which openings it went, and from which lives it parted.
 *
 * @param incarnation drawn when the store was made, or when it parted from the one before
 * @param lineage openings of this incarnation, oldest first
 * @param ancestry incarnations that it parted from
 */
public record StoreIdentity(Incarnation incarnation, Lineage lineage, Ancestry ancestry) {

  /** Of a store that never parted from another one. */
  public StoreIdentity(Incarnation incarnation, Lineage lineage) {
    this(incarnation, lineage, Ancestry.NONE);
  }

  /** One more opening. */
  StoreIdentity opened(Epoch epoch) {
    return new StoreIdentity(incarnation, lineage.plus(epoch), ancestry);
  }

  /**
   * Goes on as another incarnation: numbers from the fork points on are its own.
   *
   * @param epoch id of its first opening
   */
  StoreIdentity rehomed(Incarnation next, Map<Lane, Long> forkPoints, long epoch) {
    return new StoreIdentity(
        next,
        new Lineage(List.of(new Epoch(epoch, forkPoints))),
        ancestry.plus(new Ancestor(incarnation, forkPoints)));
  }
}
