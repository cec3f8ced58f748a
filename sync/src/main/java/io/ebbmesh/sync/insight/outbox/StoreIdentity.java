package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;

/**
 * Who an outbox is: which life, and through which openings it went.
 *
 * @param incarnation drawn when the store was made
 * @param lineage openings, oldest first
 */
public record StoreIdentity(Incarnation incarnation, Lineage lineage) {

  /** One more opening. */
  StoreIdentity opened(Epoch epoch) {
    return new StoreIdentity(incarnation, lineage.plus(epoch));
  }
}
