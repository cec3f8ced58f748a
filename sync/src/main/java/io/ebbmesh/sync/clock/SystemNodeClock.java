package io.ebbmesh.sync.clock;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clock of a node whose real-time clock may be wrong by decades. May be used from any thread.
 *
 * <pre>
 * known                                                 → estimate, quality
 *   kept in this very boot, quality SYNCHRONISED          kept + elapsed, SYNCHRONISED
 *   kept from a hub, real-time clock at or after it       real-time clock, CARRIED
 *   else                                                  max(real-time clock, base), LOWER_BOUND
 * base                                                    max(build, kept) + elapsed: without the real-time clock
 * synchronise(t), t at or after the build                 t + elapsed, SYNCHRONISED
 * synchronise(t), t before the build                      unchanged: that hub's clock is wrong
 * </pre>
 *
 * <p>The real-time clock counts only while it says so: what it said once, before somebody set it
 * right, is neither remembered nor kept. It would make certificates "expired" for years.
 *
 * <p>The base is kept in two copies, at most once per {@link ClockSettings#persistInterval}, and at
 * once when a hub is first heard.
 */
public final class SystemNodeClock implements NodeClock {

  private static final Logger log = LoggerFactory.getLogger(SystemNodeClock.class);

  private final Ticks ticks;
  private final TwoCopyFile file;
  private final Executor writer;
  private final UUID bootId;
  private final long buildMillis;
  private final long latestPlausibleMillis;
  private final long persistIntervalNanos;

  private final AtomicBoolean writing = new AtomicBoolean();
  private volatile BootTime base;
  private volatile long lastWriteNanos;

  private SystemNodeClock(
      Ticks ticks,
      TwoCopyFile file,
      Executor writer,
      UUID processBootId,
      long buildMillis,
      ClockSettings settings) {
    this.ticks = ticks;
    this.file = file;
    this.writer = writer;
    this.bootId = BootIds.choose(ticks, processBootId);
    this.buildMillis = buildMillis;
    this.latestPlausibleMillis =
        buildMillis == 0 ? Long.MAX_VALUE : buildMillis + settings.maxAheadOfBuild().toMillis();
    this.persistIntervalNanos = settings.persistInterval().toNanos();
    long monotonic = ticks.monotonicNanos();
    this.base = start(read(file), monotonic);
    this.lastWriteNanos = monotonic;
  }

  /**
   * Starts from what was kept; blocks while it reads that.
   *
   * @param storage where the estimate is kept
   * @param path of the kept estimate, without ending; its directory must exist
   * @param writer runs the writes, which block
   * @param processBootId names the boot where the kernel does not
   */
  public static SystemNodeClock create(
      Storage storage, String path, Executor writer, UUID processBootId, ClockSettings settings) {
    return create(
        Ticks.ofSystem(),
        new TwoCopyFile(storage, path),
        writer,
        processBootId,
        BuildTime.millis(),
        settings);
  }

  /**
   * On a machine that is not this one.
   *
   * @param buildMillis when the program was built, milliseconds since 1970
   */
  public static SystemNodeClock create(
      Ticks ticks,
      TwoCopyFile file,
      Executor writer,
      UUID processBootId,
      long buildMillis,
      ClockSettings settings) {
    return new SystemNodeClock(ticks, file, writer, processBootId, buildMillis, settings);
  }

  @Override
  public long monotonicNanos() {
    return ticks.monotonicNanos();
  }

  @Override
  public BootTime now() {
    long monotonic = ticks.monotonicNanos();
    BootTime from = base;
    long wall = from.wallMillisAt(monotonic);
    ClockQuality quality = from.quality();
    if (quality != ClockQuality.SYNCHRONISED) {
      long real = plausibleWallMillis();
      quality = real < wall ? ClockQuality.LOWER_BOUND : quality;
      wall = Math.max(wall, real);
    }
    if (monotonic - lastWriteNanos >= persistIntervalNanos) {
      persist();
    }
    return new BootTime(bootId, monotonic, wall, quality);
  }

  @Override
  public void synchronise(long hubWallMillis, long atMonotonicNanos) {
    if (hubWallMillis < buildMillis) {
      log.warn(
          "hub says it is {} ms since 1970, which is before this program was built ({}); its time"
              + " is not taken. Set the hub's clock.",
          hubWallMillis,
          buildMillis);
      return;
    }
    boolean firstWord = base.quality() != ClockQuality.SYNCHRONISED;
    base = new BootTime(bootId, atMonotonicNanos, hubWallMillis, ClockQuality.SYNCHRONISED);
    if (firstWord || ticks.monotonicNanos() - lastWriteNanos >= persistIntervalNanos) {
      persist();
    }
  }

  /** Keeps the present estimate, as before a clean stop; returns at once. */
  public void persist() {
    if (!writing.compareAndSet(false, true)) {
      return;
    }
    lastWriteNanos = ticks.monotonicNanos();
    try {
      writer.execute(this::write);
    } catch (RejectedExecutionException e) {
      writing.set(false);
    }
  }

  private void write() {
    try {
      long monotonic = ticks.monotonicNanos();
      BootTime from = base;
      file.write(
          ClockRecord.encode(
              new BootTime(bootId, monotonic, from.wallMillisAt(monotonic), from.quality())));
    } catch (IOException e) {
      log.warn("cannot keep the clock's estimate; the next start knows less: {}", e.getMessage());
    } finally {
      writing.set(false);
    }
  }

  private BootTime start(@Nullable BootTime kept, long monotonic) {
    if (kept == null) {
      return new BootTime(bootId, monotonic, buildMillis, ClockQuality.LOWER_BOUND);
    }
    boolean sameBoot = kept.bootId().equals(bootId) && kept.monotonicNanos() <= monotonic;
    long keptMillis = sameBoot ? kept.wallMillisAt(monotonic) : kept.wallMillis();
    if (sameBoot && kept.quality() == ClockQuality.SYNCHRONISED) {
      return new BootTime(bootId, monotonic, keptMillis, ClockQuality.SYNCHRONISED);
    }
    ClockQuality quality =
        kept.quality() == ClockQuality.LOWER_BOUND
            ? ClockQuality.LOWER_BOUND
            : ClockQuality.CARRIED;
    return new BootTime(bootId, monotonic, Math.max(keptMillis, buildMillis), quality);
  }

  private long plausibleWallMillis() {
    long wall = ticks.wallMillis();
    return wall <= latestPlausibleMillis ? wall : Long.MIN_VALUE;
  }

  private static @Nullable BootTime read(TwoCopyFile file) {
    try {
      byte[] payload = file.readAndRepair();
      return payload == null ? null : ClockRecord.decode(payload);
    } catch (IOException e) {
      log.warn("the kept time cannot be read and is set aside: {}", e.getMessage());
      setAside(file);
      return null;
    }
  }

  private static void setAside(TwoCopyFile file) {
    try {
      file.setAside(".damaged");
    } catch (IOException e) {
      log.warn("the kept time cannot be set aside: {}", e.getMessage());
    }
  }
}
