package io.ebbmesh.sim.machine;

import com.typesafe.config.Config;
import io.ebbmesh.node.config.EdgeSettings;
import io.ebbmesh.node.edge.EdgeGuardian;
import io.ebbmesh.node.edge.NodeParts;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sim.link.Wire;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.SimProcess;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.clock.ClockSettings;
import io.ebbmesh.sync.clock.SystemNodeClock;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.storage.DiskObserver;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Props;
import org.jspecify.annotations.Nullable;

/** A node's machine, and on it the program that {@code ebbmesh node} runs. */
public final class SimNode {

  /** Kind of the fault that a witness hears when a program ended by itself. */
  public static final String EXIT = "exit";

  /** What can make files take more room; writes go to files that were made for them. */
  private static final Set<DiskObserver.Kind> GROWS =
      EnumSet.of(DiskObserver.Kind.CREATE, DiskObserver.Kind.RENAME, DiskObserver.Kind.TRUNCATE);

  private static final long DAY_MILLIS = 86_400_000L;
  private static final long RESTART_NANOS = 5_000_000_000L;

  private final World world;
  private final int number;
  private final NodePlan plan;
  private final Common common;
  private final MemoryStorage disk = new MemoryStorage();
  private final Storage mounted;
  private final SimTicks ticks;
  private final Wire wire;
  private final DeviceHealth health;
  private final Chance chance;
  private final Chance diskChance;
  private final List<SensorLog> sensors = new ArrayList<>();
  private final Lan.@Nullable Member member;
  private final EdgeSettings settings;
  private @Nullable SimProcess process;
  private @Nullable NodeClock clock;
  private EdgeGuardian.@Nullable Doors doors;
  private int boots;
  private boolean retired;
  private double diskSlowness = 1;
  private Runnable beforeStart = () -> {};

  SimNode(Common common, int number, NodePlan plan, Wire wire) {
    this.world = common.world();
    this.common = common;
    this.number = number;
    this.plan = plan;
    this.wire = wire;
    this.chance = world.chance("node/" + plan.name());
    this.diskChance = world.chance("disk/" + plan.name());
    this.ticks = new SimTicks(world, common.epochMillis());
    this.health = new DeviceHealth(world, plan.inferenceNanos(), () -> crash(false));
    this.member = plan.lan() == null ? null : plan.lan().member(number, plan.name());
    this.mounted = common.planted().bug() == null ? disk : new FaultyDisk(disk, common.planted());
    this.settings =
        new EdgeSettings(
            new NodeId(plan.id()),
            Path.of(plan.name()),
            null,
            List.of(),
            plan.accelerator() ? EdgeSettings.Accelerator.CPU : EdgeSettings.Accelerator.NONE);
    for (NodePlan.SensorPlan sensor : plan.sensors()) {
      sensors.add(
          new SensorLog(
              plan.name() + "/" + sensor.name(), sensor.firstNanos(), sensor.intervalNanos()));
    }
    disk.limitCapacity(plan.disk().capacityBytes());
    disk.slowSyncs(world::nowNanos, path -> syncNanos());
    disk.observe(this::onDisk);
  }

  private long syncNanos() {
    NodePlan.DiskPlan slow = plan.disk();
    long jitter = slow.syncJitterNanos();
    double nanos = slow.syncNanos() + (jitter == 0 ? 0 : diskChance.nextDouble() * jitter);
    return (long) (nanos * diskSlowness);
  }

  /**
   * A sync keeps its caller waiting until the disk has done all. The trace has no checksum of what
   * is written: Pekko puts truly random ids of its writers into events.
   */
  private void onDisk(DiskObserver.Kind kind, String path, long length, int crc32c) {
    long wait = disk.idleAtNanos() - world.nowNanos();
    if (wait > 0 && world.running() != null) {
      world.spend(wait);
    }
    world.trace().event(world.nowNanos(), EventKind.DISK, number, kind.ordinal(), length);
    if (GROWS.contains(kind)) {
      common.witness().disk(this, disk.usedBytes());
    }
  }

  /** From 1; 0 is the hub. */
  public int number() {
    return number;
  }

  public String name() {
    return plan.name();
  }

  public NodePlan plan() {
    return plan;
  }

  public World world() {
    return world;
  }

  public MemoryStorage disk() {
    return disk;
  }

  public Wire wire() {
    return wire;
  }

  public DeviceHealth device() {
    return health;
  }

  public List<SensorLog> sensors() {
    return sensors;
  }

  /** How often its program started. */
  public int boots() {
    return boots;
  }

  public boolean isRunning() {
    return process != null && process.alive();
  }

  /** Whether its outbox accepts. */
  public boolean isOpen() {
    return isRunning() && doors != null;
  }

  /** Chance of this node's own, for behaviours. */
  public Chance chance() {
    return chance;
  }

  /**
   * The clock of the running program.
   *
   * @throws IllegalStateException if none runs
   */
  public NodeClock clock() {
    if (clock == null) {
      throw new IllegalStateException(name() + " is off");
    }
    return clock;
  }

  /**
   * What leads to the actors of the running program.
   *
   * @throws IllegalStateException if its outbox is not open
   */
  public EdgeGuardian.Doors doors() {
    if (doors == null) {
      throw new IllegalStateException("the outbox of " + name() + " is not open");
    }
    return doors;
  }

  /**
   * Hears what happens here. A source of one's own tells it {@code produced} and {@code accepted},
   * so that the books of the run hold its readings to the same promises as those of sensors.
   */
  public Witness witness() {
    return common.witness();
  }

  /** Power comes back, and the real-time clock says the right time. */
  public void boot() {
    boot(ticks.trueMillis());
  }

  /**
   * Power comes back.
   *
   * @param wallMillis what the real-time clock says, milliseconds since 1970
   */
  public void boot(long wallMillis) {
    if (isRunning()) {
      return;
    }
    ticks.boot(chance.nextId());
    ticks.setWall(wallMillis);
    restart();
  }

  /** The program starts again on a machine that went on: its clocks and its boot are the same. */
  public void restart() {
    if (isRunning() || retired) {
      return;
    }
    boots++;
    world.trace().event(world.nowNanos(), EventKind.BOOT, number, boots, ticks.wallMillis());
    common.witness().booted(this);
    beforeStart.run();
    start();
  }

  private void start() {
    doors = null;
    CompletableFuture<EdgeGuardian.Doors> opening = new CompletableFuture<>();
    SimProcess[] started = new SimProcess[1];
    NodeClock own = openClock(task -> execute(started[0], task));
    clock = own;
    Storage outbox = Folder.of(mounted, "outbox");
    Config config = common.planted().settings(plan.config());
    NodeParts parts =
        new NodeParts(
            settings,
            config,
            own,
            chance,
            () -> new SimDevice(health),
            new ModelFiles(Folder.of(mounted, "models"), Path.of(plan.name(), "models")),
            common.trusted(),
            wire);
    SimProcess running =
        SimProcess.start(
            world,
            number,
            "node",
            config,
            EdgeGuardian.create(parts, opening),
            new EbbmeshLogSetup(outbox, chance));
    started[0] = running;
    process = running;
    running.whenTerminated(
        () -> {
          if (process == running) {
            ended();
          }
        });
    opening.thenAccept(
        opened -> {
          if (running.alive()) {
            opened(running, opened);
          }
        });
  }

  /** The program ended by itself; what keeps programs running starts it again. */
  private void ended() {
    world.trace().event(world.nowNanos(), EventKind.STOP, number, boots, 0);
    common.witness().fault(number, EXIT, "the program ended by itself");
    crash(false);
    world.after(RESTART_NANOS, this::restart);
  }

  private static void execute(@Nullable SimProcess process, Runnable task) {
    if (process == null) {
      task.run();
    } else {
      process.execute(task);
    }
  }

  private void opened(SimProcess running, EdgeGuardian.Doors opened) {
    doors = opened;
    common.witness().opened(this);
    if (member != null) {
      running
          .<EdgeGuardian.Command>system()
          .tell(new EdgeGuardian.UseSite(member.join(opened.device())));
    }
    for (int i = 0; i < sensors.size(); i++) {
      NodePlan.SensorPlan sensor = plan.sensors().get(i);
      running
          .system()
          .systemActorOf(
              Sensor.create(this, sensors.get(i), sensor.anomalies()),
              "sensor-" + sensor.name(),
              Props.empty());
    }
    for (NodeBehavior behavior : plan.behaviors()) {
      running.system().systemActorOf(behavior.create(this), behavior.name(), Props.empty());
    }
  }

  private NodeClock openClock(Executor writer) {
    return SystemNodeClock.create(
        ticks,
        new TwoCopyFile(Folder.of(mounted, "clock"), "clock"),
        writer,
        chance.nextId(),
        common.epochMillis() - DAY_MILLIS,
        ClockSettings.of(plan.config().getConfig("ebbmesh.sync.clock")));
  }

  /**
   * The program ends without a word; with the power, what was not synced is left to chance.
   *
   * @param power whether the whole machine goes down
   */
  public void crash(boolean power) {
    SimProcess running = process;
    if (running == null || !running.alive()) {
      return;
    }
    world.trace().event(world.nowNanos(), EventKind.CRASH, number, boots, power ? 1 : 0);
    running.kill();
    process = null;
    doors = null;
    if (power) {
      disk.crash(diskChance);
      wire.nodeLostPower();
    } else {
      disk.kill();
      wire.nodeEnded();
    }
    if (member != null) {
      member.leave();
    }
    common.witness().crashed(this, power);
  }

  /**
   * Puts an older copy on the disk; the program must not run.
   *
   * @throws IllegalStateException if it does
   */
  public void rewind(MemoryStorage image) {
    if (isRunning()) {
      throw new IllegalStateException(name() + " runs");
    }
    disk.restore(image);
    common.witness().rewound(this);
  }

  /** The machine is gone for good, with all that only it had. */
  public void retire() {
    crash(true);
    retired = true;
    damaged();
  }

  /** Runs before each start of the program: a crash makes a disk forget its faults. */
  public void beforeEachStart(Runnable action) {
    beforeStart = action;
  }

  /** Syncs take this many times as long as the plan says. */
  public void slowDisk(double factor) {
    diskSlowness = factor;
  }

  /** What is on the disk was damaged on purpose, so that it may rightly miss something. */
  public void damaged() {
    common.witness().damaged(this);
  }

  /** The real-time clock jumps while the program runs. */
  public void stepClock(long millis) {
    ticks.stepWall(millis);
  }

  /** What the world knows to be the time, milliseconds since 1970. */
  public long trueMillis() {
    return ticks.trueMillis();
  }
}
