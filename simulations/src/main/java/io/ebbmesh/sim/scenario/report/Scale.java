package io.ebbmesh.sim.scenario.report;

/** A linear axis from 0 to a round number, with a grid line at each multiple of a round step. */
record Scale(double top, double step, Unit unit) {

  private static final int MAX_STEPS = 4;

  /** An axis that holds a value. */
  static Scale upTo(double max, Unit unit) {
    if (unit == Unit.PERCENT) {
      return new Scale(100, 50, unit);
    }
    double needed = max > 0 ? max : 1;
    double step = Math.pow(10, Math.floor(Math.log10(needed / MAX_STEPS)));
    double[] factors = {1, 2, 2.5, 5, 10};
    int factor = 0;
    while (factors[factor] * step * MAX_STEPS < needed * (1 - 1e-9)) {
      factor++;
    }
    step *= factors[factor];
    if (unit == Unit.COUNT) {
      step = Math.max(1, Math.ceil(step));
    }
    return new Scale(Math.ceil(needed / step - 1e-9) * step, step, unit);
  }

  int steps() {
    return (int) Math.round(top / step);
  }

  /** Distance from the top, in hundredths of the height. */
  double y(double value) {
    return 100 - 100 * Math.max(0, Math.min(value, top)) / top;
  }
}
