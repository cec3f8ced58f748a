package io.ebbmesh.sim.fault;

/** What can go wrong. */
public enum FaultKind {
  LINK_DOWN(Needs.LENGTH),
  ONE_WAY_CUT(Needs.LENGTH),
  FORGET_CONNECTIONS(Needs.NOTHING),
  POWER_CUT(Needs.OFF),
  PROCESS_CRASH(Needs.OFF),
  CRASH_AT_STEP(Needs.OFF),
  HUB_CRASH(Needs.OFF),
  HUB_STORE_FAILS(Needs.LENGTH),
  LAN_PARTITION(Needs.LENGTH),
  DISK_FULL(Needs.LENGTH),
  FSYNC_ERROR(Needs.LENGTH),
  SLOW_DISK(Needs.LENGTH),
  BIT_FLIP(Needs.NOTHING),
  REWIND_DISK(Needs.OFF),
  DEVICE_HANG(Needs.LENGTH),
  DEVICE_SLOW(Needs.LENGTH),
  DEVICE_BREAK(Needs.LENGTH),
  NATIVE_CRASH(Needs.OFF),
  CLOCK_STEP(Needs.NOTHING);

  /** What a kind needs to know of its end. */
  public enum Needs {
    NOTHING,
    /** How long it lasts. */
    LENGTH,
    /** How long the machine stays off. */
    OFF
  }

  private final Needs needs;

  FaultKind(Needs needs) {
    this.needs = needs;
  }

  public Needs needs() {
    return needs;
  }

  /** Whether it is about the hub and no node. */
  public boolean isOfHub() {
    return this == HUB_CRASH || this == HUB_STORE_FAILS;
  }
}
