package io.ebbmesh.node.ingress.csv;

/** How many rows may go out by now; what was held back is caught up for one second at most. */
final class Pace {

  private final double rowsPerSecond;
  private final double burst;
  private double allowance = 1;
  private long lastNanos;

  Pace(double rowsPerSecond, long nowNanos) {
    this.rowsPerSecond = rowsPerSecond;
    this.burst = Math.max(1, rowsPerSecond);
    this.lastNanos = nowNanos;
  }

  boolean isUnlimited() {
    return Double.isInfinite(rowsPerSecond);
  }

  /** Takes one row's turn, if it has come. */
  boolean take(long nowNanos) {
    if (isUnlimited()) {
      return true;
    }
    allowance = Math.min(burst, allowance + (nowNanos - lastNanos) * rowsPerSecond / 1e9);
    lastNanos = nowNanos;
    if (allowance < 1) {
      return false;
    }
    allowance--;
    return true;
  }
}
