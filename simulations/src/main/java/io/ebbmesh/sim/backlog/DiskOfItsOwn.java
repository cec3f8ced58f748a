package io.ebbmesh.sim.backlog;

import io.ebbmesh.sim.crash.PowerImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file system where the node keeps everything, if this machine lets one be made. It does not stay
 * mounted, however this process ends.
 */
final class DiskOfItsOwn implements Closeable {

  private static final int MEBIBYTES = 2_048;

  /** The node is killed by then, which another hook does at the same time. */
  private static final int UNMOUNT_TRIES = 50;

  private static final long BETWEEN_TRIES_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final @Nullable PowerImage image;
  private final Thread hook = new Thread(this::unmountAtLast, "own-disk-end");

  private DiskOfItsOwn(@Nullable PowerImage image) {
    this.image = image;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * @param root of the deployment; the file system is mounted where the node's folder is
   */
  static DiskOfItsOwn under(Path root) throws IOException, InterruptedException {
    if (!PowerImage.unavailable().isEmpty()) {
      return new DiskOfItsOwn(null);
    }
    return new DiskOfItsOwn(PowerImage.create(root, Ground.NODE.value(), MEBIBYTES));
  }

  DiskGauge gauge() {
    return new DiskGauge(image);
  }

  private void unmountAtLast() {
    for (int i = 1; i <= UNMOUNT_TRIES; i++) {
      try {
        unmount();
        return;
      } catch (IOException e) {
        if (i == UNMOUNT_TRIES) {
          System.err.println(e.getMessage());
        }
        LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
      }
    }
  }

  private void unmount() throws IOException {
    if (image != null) {
      image.close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook does it.
      return;
    }
    unmount();
  }
}
