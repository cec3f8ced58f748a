package io.ebbmesh.sim.backlog;

import io.ebbmesh.sim.crash.PowerImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file system where the node keeps everything, if this machine lets one be made. */
record DiskOfItsOwn(@Nullable PowerImage image) implements Closeable {

  private static final int MEBIBYTES = 2_048;

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

  @Override
  public void close() throws IOException {
    if (image != null) {
      image.close();
    }
  }
}
