package io.ebbmesh.sim.machine;

import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk with a planted bug: it lies about syncs of the log, or gives no room back. */
final class FaultyDisk implements Storage {

  private static final String LEAKED = "leaked";
  private static final String LOG = "outbox/log/";

  private final Storage disk;
  private final boolean lies;
  private final boolean leaks;
  private int leaked;

  FaultyDisk(Storage disk, Planted planted) {
    this.disk = disk;
    this.lies = planted.is(PlantedBug.LYING_DISK);
    this.leaks = planted.is(PlantedBug.LEAKING_DISK);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public StorageFile create(String path, long preallocateBytes) throws IOException {
    return handle(path, disk.create(path, preallocateBytes));
  }

  @Override
  public StorageFile open(String path) throws IOException {
    return handle(path, disk.open(path));
  }

  private Handle handle(String path, StorageFile file) {
    return new Handle(file, lies && path.startsWith(LOG));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void unlink(String path) throws IOException {
    if (leaks && disk.exists(path)) {
      disk.createDirectories(LEAKED);
      disk.rename(path, LEAKED + "/" + ++leaked);
    } else {
      disk.unlink(path);
    }
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public Closeable lock() throws IOException {
    return disk.lock();
  }

  private record Handle(StorageFile file, boolean lies) implements StorageFile {

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      return file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      file.write(position, source);
    }

    @Override
    public void sync() throws IOException {
      if (!lies) {
        file.sync();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
