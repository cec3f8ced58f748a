package io.ebbmesh.sim.backlog;

import java.util.Locale;

/**
 * An emulated link and its use.
 *
 * @param use bytes of the blocks that the hub stored, over what the link could have carried
 * @param wireUse everything that went up, over the same
 */
record LinkFigures(
    double rateMbit, double rttMillis, double lossPercent, double use, double wireUse) {

  /** For a terminal. */
  String text() {
    return String.format(
        Locale.ROOT,
        "link of %.1f Mbit/s, %.0f ms, %.1f %% loss: use %.2f by blocks, %.2f by all that went up",
        rateMbit,
        rttMillis,
        lossPercent,
        use,
        wireUse);
  }
}
