package io.ebbmesh.sim.scenario.report;

/** How the values of a series are written; the script of the page knows the same names. */
enum Unit {
  COUNT,
  NUMBER,
  BYTES_PER_SECOND,
  PERCENT;

  String write(double value) {
    return switch (this) {
      case COUNT -> Human.count(Math.round(value));
      case NUMBER -> Human.number(value);
      case BYTES_PER_SECOND -> Human.bytes(value) + "/s";
      case PERCENT -> Human.percent(value);
    };
  }
}
