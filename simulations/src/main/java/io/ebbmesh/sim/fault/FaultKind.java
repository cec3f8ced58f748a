package io.ebbmesh.sim.fault;

import java.util.Locale;

/** What can go wrong. */
public enum FaultKind {
  LINK_DOWN(Needs.LENGTH),
  ONE_WAY_CUT(Needs.LENGTH),
  FORGET_CONNECTIONS(Needs.NOTHING),
  POWER_CUT(Needs.OFF),
  PROCESS_CRASH(Needs.RESTART),
  CRASH_AT_STEP(Needs.OFF),
  HUB_CRASH(Needs.RESTART),
  HUB_STORE_FAILS(Needs.LENGTH),
  LAN_PARTITION(Needs.LENGTH),
  DISK_FULL(Needs.LENGTH),
  FSYNC_ERROR(Needs.LENGTH),
  SLOW_DISK(Needs.LENGTH),
  BIT_FLIP(Needs.NOTHING),
  REWIND_DISK(Needs.OFF),
  CLONE(Needs.LENGTH),
  DEVICE_HANG(Needs.LENGTH),
  DEVICE_SLOW(Needs.LENGTH),
  DEVICE_BREAK(Needs.LENGTH),
  NATIVE_CRASH(Needs.RESTART),
  CLOCK_STEP(Needs.NOTHING);

  /** What a kind needs to know of its end. */
  public enum Needs {
    NOTHING,
    /** How long it lasts. */
    LENGTH,
    /** How long the machine stays off, and what its clock says then. */
    OFF,
    /** How long until the program starts again on a machine that went on. */
    RESTART
  }

  private final Needs needs;

  FaultKind(Needs needs) {
    this.needs = needs;
  }

  public Needs needs() {
    return needs;
  }

  /** As in scenario files and reports. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it is about the hub and no node. */
  public boolean isOfHub() {
    return this == HUB_CRASH || this == HUB_STORE_FAILS;
  }

  /** Whether it is about a LAN and no single node. */
  public boolean isOfLan() {
    return this == LAN_PARTITION;
  }

  /** Whether it waits for something that the node does, and counts its length from there. */
  boolean waits() {
    return this == CRASH_AT_STEP || this == NATIVE_CRASH;
  }
}
