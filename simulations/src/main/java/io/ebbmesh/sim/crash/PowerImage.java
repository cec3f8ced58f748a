package io.ebbmesh.sim.crash;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An ext4 file system in a file, mounted by loop, whose power can be cut: everything that was not
 * synced is gone, as the journal is not even flushed.
 */
public final class PowerImage implements AutoCloseable {

  /** {@code EXT4_IOC_SHUTDOWN}, linux/fs/ext4/ext4.h. */
  private static final long EXT4_IOC_SHUTDOWN = 0x8004587dL;

  /** {@code EXT4_GOING_FLAGS_NOLOGFLUSH}: as if the power went, without flushing the journal. */
  private static final int NO_LOG_FLUSH = 2;

  /** In sysfs a sector has 512 bytes, and its sum is the seventh number. */
  private static final int SECTOR_BYTES = 512;

  private static final int SECTORS_WRITTEN = 6;
  private static final int O_RDONLY = 0;
  private static final long COMMAND_TIMEOUT_SECONDS = 60;

  private interface LibC extends Library {
    LibC INSTANCE = Native.load("c", LibC.class);

    int open(String path, int flags) throws LastErrorException;

    int ioctl(int descriptor, long request, IntByReference argument) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final Path image;
  private final Path mountPoint;

  private PowerImage(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /** Why power cannot be cut here; empty if it can. */
  public static String unavailable() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "cutting power needs root: it mounts an ext4 image and shuts it down";
    }
    for (String tool : List.of("mkfs.ext4", "mount", "umount", "truncate")) {
      if (!isOnPath(tool)) {
        return "cutting power needs the program " + tool;
      }
    }
    return "";
  }

  /** Makes and mounts a file system below {@code folder}. */
  public static PowerImage create(Path folder, String name, int mebibytes)
      throws IOException, InterruptedException {
    Path image = folder.resolve(name + ".ext4");
    Path mountPoint = Files.createDirectories(folder.resolve(name));
    run("truncate", "-s", mebibytes + "M", image.toString());
    // All at once: what the kernel would write later is not what the run writes.
    String atOnce = "lazy_itable_init=0,lazy_journal_init=0";
    run("mkfs.ext4", "-q", "-F", "-E", atOnce, image.toString());
    PowerImage power = new PowerImage(image, mountPoint);
    power.mount();
    return power;
  }

  Path mountPoint() {
    return mountPoint;
  }

  /** Bytes written to the image since it was mounted, by whomever. */
  public long bytesWritten() throws IOException {
    long device = ((Number) Files.getAttribute(mountPoint, "unix:dev")).longValue();
    // The halves of a dev_t, see makedev(3).
    long major = (device >> 8) & 0xfff;
    long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
    String stat = Files.readString(Path.of("/sys/dev/block", major + ":" + minor, "stat"));
    return SECTOR_BYTES * Long.parseLong(stat.strip().split("\\s+")[SECTORS_WRITTEN]);
  }

  /** The lights go out: no write reaches the image from now on. */
  void cut() throws IOException {
    int descriptor = LibC.INSTANCE.open(mountPoint.toString(), O_RDONLY);
    try {
      LibC.INSTANCE.ioctl(descriptor, EXT4_IOC_SHUTDOWN, new IntByReference(NO_LOG_FLUSH));
    } catch (LastErrorException e) {
      throw new IOException("cannot shut down the file system at " + mountPoint, e);
    } finally {
      LibC.INSTANCE.close(descriptor);
    }
  }

  /** The lights go on again; nobody may have files open. */
  void restore() throws IOException, InterruptedException {
    run("umount", mountPoint.toString());
    mount();
  }

  private void mount() throws IOException, InterruptedException {
    run("mount", "-o", "loop", image.toString(), mountPoint.toString());
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", mountPoint.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static boolean isOnPath(String tool) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path + ":/sbin:/usr/sbin").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, tool))) {
        return true;
      }
    }
    return false;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + output.strip());
    }
  }
}
