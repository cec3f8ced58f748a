package io.ebbmesh.sim.scenario.report;

/** What is kept of one node that has a strip of its own. */
final class NodeTrack {

  final String name;
  final Gauge link;
  final Gauge session;
  final Gauge pending;
  long accepted;
  long stored;
  long lost;
  long dials;
  long faults;

  NodeTrack(String name, TimeAxis axis) {
    this.name = name;
    this.link = new Gauge(axis);
    this.session = new Gauge(axis);
    this.pending = new Gauge(axis);
  }

  void advance(long atNanos) {
    link.advance(atNanos);
    session.advance(atNanos);
    pending.advance(atNanos);
  }
}
