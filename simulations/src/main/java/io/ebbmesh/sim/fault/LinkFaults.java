package io.ebbmesh.sim.fault;

import io.ebbmesh.sim.link.Wire;

/** What goes wrong between a node and the hub. */
final class LinkFaults {

  private LinkFaults() {}

  static Episode of(FaultPlan fault, Victim victim) {
    Wire wire = victim.node().wire();
    boolean toHub = fault.details().toHub();
    return switch (fault.kind()) {
      case LINK_DOWN -> Episode.of("the link is cut", wire::cut, wire::mend);
      case ONE_WAY_CUT ->
          Episode.of(
              toHub ? "nothing passes to the hub" : "nothing passes to the node",
              () -> wire.cutOneWay(toHub),
              () -> wire.mendOneWay(toHub));
      case FORGET_CONNECTIONS ->
          Episode.of("connections are forgotten", wire::forgetConnections, () -> {});
      default -> throw new IllegalArgumentException(fault.kind() + " is not about a link");
    };
  }
}
