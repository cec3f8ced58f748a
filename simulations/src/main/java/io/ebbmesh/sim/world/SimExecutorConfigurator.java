package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** Gives every dispatcher of a simulated process the world's run queue; made by Pekko, by name. */
public final class SimExecutorConfigurator extends ExecutorServiceConfigurator {

  private final SimProcess.SimExecutor executor;

  /** As Pekko calls it. */
  public SimExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    executor = SimProcess.of(prerequisites.settings()).executor();
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> executor;
  }
}
