package io.ebbmesh.protocol;

/** How long a fuzz test searches once it is asked to. */
public final class FuzzRuns {

  /** Inputs that each decoder has to stand. */
  public static final long INPUTS = 10_000_000;

  private FuzzRuns() {}
}
