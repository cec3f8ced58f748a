package io.ebbmesh.sim.architecture;

/** Stands for anything in the simulations that a planted violation may reach for. */
public interface KnownToNobody {}
