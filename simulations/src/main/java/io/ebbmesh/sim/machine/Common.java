package io.ebbmesh.sim.machine;

import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.sim.world.World;

/**
 * What all machines of a world share.
 *
 * @param epochMillis the true time at which the world began, milliseconds since 1970
 * @param trusted the keys of the hub's manifests
 */
record Common(
    World world, Witness witness, long epochMillis, ManifestVerifier trusted, Planted planted) {}
