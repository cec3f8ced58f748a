package io.ebbmesh.sim.crash;

import java.nio.file.Path;

/**
 * What one run does.
 *
 * @param kills how often the target is hit
 * @param withoutSync whether the target's syncs are swallowed
 * @param workers producers, each with one reading on its way
 * @param dir where everything lies
 */
record CrashPlan(
    int kills, Target target, Mode mode, boolean withoutSync, long seed, int workers, Path dir) {}
