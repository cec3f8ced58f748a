package io.ebbmesh.sim.machine;

import com.typesafe.config.Config;
import io.ebbmesh.node.hub.HubGuardian;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.link.SimNetwork;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.SimProcess;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.model.registry.ModelHubSettings;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.session.HubSessions;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The hub's machine, and on it the program that {@code ebbmesh hub} runs. */
public final class SimHub {

  private static final long DAY_MILLIS = 86_400_000L;

  private final World world;
  private final Witness witness;
  private final SimNetwork network;
  private final Config config;
  private final KeyPair key;
  private final SimTicks ticks;
  private final long epochMillis;
  private final Chance chance;
  private final MemoryStorage disk = new MemoryStorage();
  private final SimStore store;
  private @Nullable SimProcess process;
  private int boots;

  SimHub(Common common, SimNetwork network, Config config, KeyPair key, SimStore store) {
    this.world = common.world();
    this.witness = common.witness();
    this.network = network;
    this.config = config;
    this.key = key;
    this.epochMillis = common.epochMillis();
    this.chance = world.chance("hub");
    this.ticks = new SimTicks(world, epochMillis);
    this.store = store;
  }

  public boolean isRunning() {
    return process != null && process.alive();
  }

  /** Power comes back. */
  public void boot() {
    if (isRunning()) {
      return;
    }
    boots++;
    ticks.boot(chance.nextId());
    world.trace().event(world.nowNanos(), EventKind.BOOT, 0, boots, ticks.wallMillis());
    witness.hubBooted();
    HubClock clock = HubClock.create(ticks, chance.nextId(), epochMillis - DAY_MILLIS);
    CompletableFuture<HubGuardian.Doors> starting = new CompletableFuture<>();
    SimProcess started =
        SimProcess.start(
            world,
            0,
            "hub",
            config,
            HubGuardian.create(
                new HubGuardian.Parts(store, openRegistry(), clock, chance, config), starting),
            new EbbmeshLogSetup(disk, chance));
    process = started;
    starting.thenAccept(
        doors -> {
          if (started.alive()) {
            network.listen(HubSessions.listeners(doors.sessions()));
          }
        });
  }

  private ModelRegistry openRegistry() {
    try {
      ModelRegistry registry =
          ModelRegistry.open(
              disk,
              SimModel.signer(key),
              ModelHubSettings.of(config.getConfig("ebbmesh.sync.model.hub")).chunkBytes());
      String model = config.getString("ebbmesh.node.pipeline.model");
      if (!registry.has(model)) {
        SimModel.publish(registry, model);
      }
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program ends without a word, with all that was not committed. */
  public void crash() {
    SimProcess running = process;
    if (running == null || !running.alive()) {
      return;
    }
    world.trace().event(world.nowNanos(), EventKind.CRASH, 0, boots, 0);
    running.kill();
    process = null;
    disk.kill();
    store.crash();
    network.hubEnded();
    witness.hubCrashed();
  }

  /** Every call to its store fails, until it does not. */
  public void failStore(boolean fails) {
    store.fail(fails);
    witness.hubStoreFails(fails);
  }
}
