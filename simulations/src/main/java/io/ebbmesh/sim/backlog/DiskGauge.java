package io.ebbmesh.sim.backlog;

import io.ebbmesh.sim.crash.PowerImage;
import io.ebbmesh.sim.process.ProcessFigures;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is written to the disk of a node.
 *
 * @param image that the node has to itself; without one the kernel's account of the process is
 *     taken, which counts a whole folio (up to 1 MiB, seen on Linux 6.18) where a page was changed
 */
record DiskGauge(@Nullable PowerImage image) {

  /** Only differences of two readings of one process mean something. */
  long bytes(long pid) throws IOException {
    return image == null ? ProcessFigures.of(pid).diskBytes() : image.bytesWritten();
  }

  String says() {
    return image == null
        ? "pages of the page cache that the process changed, by folios: too high with large ones;"
            + " as root the node gets a file system of its own"
        : "sectors written to an ext4 file system of its own, its journal included";
  }
}
