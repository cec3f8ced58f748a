package io.ebbmesh.sim.link.trace;

import io.ebbmesh.protocol.time.Chance;

/** Draws from distributions; StrictMath, so that a seed gives the same file on every machine. */
final class Draws {

  private final Chance chance;

  Draws(Chance chance) {
    this.chance = chance;
  }

  boolean happens(double probability) {
    return chance.nextDouble() < probability;
  }

  double uniform(double from, double to) {
    return from + (to - from) * chance.nextDouble();
  }

  double exponential(double mean) {
    return -mean * StrictMath.log(1 - chance.nextDouble());
  }

  /** Normal with mean 0 and deviation 1, by Box and Muller. */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - chance.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * chance.nextDouble());
  }

  double logNormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * normal());
  }
}
