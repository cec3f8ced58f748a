package io.ebbmesh.sim.check;

import io.ebbmesh.sim.check.AgreementRun.Drain;

/**
 * One outage, simulated and real.
 *
 * @param insights that the real hub did not hold when the link was mended
 * @param simulatedDrainSeconds from the mend until the hub held them
 * @param realDrainSeconds the same of real processes
 * @param ratio of the simulated to the real
 * @param tolerance how far the ratio, or its inverse, may be above 1
 * @param bytesSimulated that went up during the drain, TLS records and all
 * @param syncMicros of the real disk, which the simulated ones take over
 */
record AgreementReport(
    double outageSeconds,
    double rateMbit,
    double rttMillis,
    int perSecond,
    long insights,
    long insightsSimulated,
    double simulatedDrainSeconds,
    double realDrainSeconds,
    double ratio,
    double tolerance,
    boolean agree,
    long blocksSimulated,
    long blocksReal,
    long bytesSimulated,
    long bytesReal,
    double syncMicros) {

  static AgreementReport of(
      AgreementPlan plan, Drain simulated, Drain real, double tolerance, long syncNanos) {
    double ratio = simulated.drainSeconds() / real.drainSeconds();
    return new AgreementReport(
        plan.outage().toMillis() / 1e3,
        plan.link().bitsPerSecond() / 1e6,
        2 * plan.link().oneWayDelay().toNanos() / 1e6,
        plan.perSecond(),
        real.insights(),
        simulated.insights(),
        simulated.drainSeconds(),
        real.drainSeconds(),
        ratio,
        tolerance,
        Math.max(ratio, 1 / ratio) <= 1 + tolerance,
        simulated.blocks(),
        real.blocks(),
        simulated.bytes(),
        real.bytes(),
        syncNanos / 1e3);
  }
}
