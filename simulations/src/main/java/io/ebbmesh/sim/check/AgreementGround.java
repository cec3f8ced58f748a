package io.ebbmesh.sim.check;

import java.io.IOException;
import java.time.Duration;

/** Where the scenario takes place: real processes and clocks, or simulated ones. */
interface AgreementGround extends AutoCloseable {

  /** Starts the hub and its node, whose link is open. */
  void start() throws Exception;

  /** Lets time pass on this ground. */
  void pass(Duration time) throws InterruptedException;

  /** Time on this ground. */
  long nanos();

  /** Readings that the node has accepted, as their source knows. */
  long accepted() throws IOException;

  /** Insights of the node that the hub's store holds. */
  long stored() throws IOException;

  /** Blocks that brought them. */
  long blocks() throws IOException;

  /** Bytes that went up to the hub so far, as TCP carries them. */
  long bytesUp();

  void cut();

  void mend();

  @Override
  void close() throws IOException, InterruptedException;
}
