package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import java.util.EnumSet;
import java.util.Set;

/** Reliefs that have begun, and go on from where they start to where they end. */
final class Begun {

  /** For their own quotas. */
  final Set<Lane> lanes = EnumSet.noneOf(Lane.class);

  /** For the budget of all lanes. */
  boolean all;

  void clear() {
    lanes.clear();
    all = false;
  }
}
