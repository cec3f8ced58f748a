package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program in the world: an actor system whose every dispatcher and timer is the
 * world's. When it is killed nothing of it runs any more, not even what cleans up.
 */
public final class SimProcess {

  /** How executors, which Pekko makes by name and when they are needed, find their process. */
  private static final class Mine extends Setup {
    final SimProcess process;

    Mine(SimProcess process) {
      this.process = process;
    }
  }

  /** Handed to the scheduler, which Pekko makes while the system starts. */
  private static final ThreadLocal<SimProcess> STARTING = new ThreadLocal<>();

  private final World world;
  private final int number;
  private final SimExecutor executor = new SimExecutor();
  private @Nullable Map<Runnable, Long> busy;
  private boolean alive = true;
  private @Nullable ActorSystem<?> system;

  private SimProcess(World world, int number) {
    this.world = world;
    this.number = number;
  }

  /**
   * Starts an actor system in the world; its guardian's first steps run with the next events.
   *
   * @param number names the process in the trace, from 1
   * @param config made by {@link SimConfig}
   * @param setups further setups of the actor system
   */
  public static <T> SimProcess start(
      World world, int number, String name, Config config, Behavior<T> guardian, Setup... setups) {
    SimProcess process = new SimProcess(world, number);
    ActorSystemSetup setup =
        ActorSystemSetup.create(
            BootstrapSetup.create(config).withClassloader(QuietClassLoader.INSTANCE),
            new Mine(process));
    for (Setup each : setups) {
      setup = setup.withSetup(each);
    }
    ActorSystemSetup whole = setup;
    STARTING.set(process);
    try {
      process.system = world.starting(process, () -> ActorSystem.create(guardian, name, whole));
    } finally {
      STARTING.remove();
    }
    return process;
  }

  /** The process whose actor system has these settings. */
  static SimProcess of(org.apache.pekko.actor.ActorSystem.Settings settings) {
    return settings
        .setup()
        .get(Mine.class)
        .orElseThrow(() -> new IllegalStateException("an actor system without a simulated process"))
        .process;
  }

  static SimProcess current() {
    SimProcess process = STARTING.get();
    if (process == null) {
      throw new IllegalStateException("an actor system of a simulation is started by SimProcess");
    }
    return process;
  }

  public boolean alive() {
    return alive;
  }

  int number() {
    return number;
  }

  World world() {
    return world;
  }

  SimExecutor executor() {
    return executor;
  }

  /** The actor system; its type is that of the guardian it was started with. */
  @SuppressWarnings("unchecked")
  public <T> ActorSystem<T> system() {
    if (system == null) {
      throw new IllegalStateException("the process is still starting");
    }
    return (ActorSystem<T>) system;
  }

  /** Calls back when the actor system ended by itself; never after {@link #kill}. */
  public void whenTerminated(Runnable action) {
    Adapter.toClassic(system()).registerOnTermination(action);
  }

  /** Runs a task as one of the process's own threads would. */
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Nothing of this process runs any more. */
  public void kill() {
    alive = false;
    system = null;
    busy = null;
  }

  /** When the actor or thread behind {@code task} is free again. */
  long busyUntil(Runnable task) {
    if (busy == null) {
      return 0;
    }
    Long until = busy.get(task);
    return until == null ? 0 : until;
  }

  void busy(Runnable task, long untilNanos, long nowNanos) {
    if (busy == null) {
      busy = new IdentityHashMap<>();
    }
    busy.values().removeIf(until -> until <= nowNanos);
    busy.put(task, untilNanos);
  }

  /** Where all dispatchers of the process put their tasks. */
  final class SimExecutor extends AbstractExecutorService {

    SimProcess process() {
      return SimProcess.this;
    }

    @Override
    public void execute(Runnable task) {
      world.submit(SimProcess.this, task);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return Collections.emptyList();
    }

    @Override
    public boolean isShutdown() {
      return !alive;
    }

    @Override
    public boolean isTerminated() {
      return !alive;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
