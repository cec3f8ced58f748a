package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;

/** Why a lane takes nothing, and what helps. */
final class Refusals {

  private Refusals() {}

  static String full(Lane lane, OutboxSettings settings, LaneSpace space) {
    return "lane "
        + lane.id()
        + " is full: it holds "
        + space.heldBytes()
        + " of "
        + space.fullBytes()
        + " bytes ("
        + LaneSettings.PATH
        + "."
        + lane.id()
        + ".quota, "
        + OutboxSettings.PATH
        + ".disk-budget), or as many blocks as max-blocks there ("
        + settings.maxBlocks()
        + ") allows: wait until the hub has taken some, free the disk, or raise the limit";
  }

  static String busy(Lane lane, OutboxSettings settings) {
    return "lane "
        + lane.id()
        + " has as much waiting for the disk as "
        + OutboxSettings.PATH
        + ".max-waiting-insights ("
        + settings.maxWaitingInsights()
        + ") and max-waiting-size ("
        + settings.maxWaitingBytes()
        + " bytes) allow: repeat after a while";
  }

  static String failed(Lane lane, String why) {
    return "lane "
        + lane.id()
        + " cannot be written ("
        + why
        + "): free or mend the disk below ebbmesh.node.data-dir; it is tried again all the time";
  }
}
