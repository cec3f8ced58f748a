package io.ebbmesh.sim.machine;

import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** One folder of a disk as a storage of its own. */
final class Folder implements Storage {

  private final Storage disk;
  private final String name;

  Folder(Storage disk, String name) {
    this.disk = disk;
    this.name = name;
  }

  /** Makes it if it is not there. */
  static Folder of(Storage disk, String name) {
    try {
      disk.createDirectories(name);
      return new Folder(disk, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String path(String path) {
    return path.isEmpty() ? name : name + "/" + path;
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(path(directory));
  }

  @Override
  public boolean exists(String path) throws IOException {
    return disk.exists(path(path));
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    disk.createDirectories(path(directory));
  }

  @Override
  public StorageFile create(String path, long preallocateBytes) throws IOException {
    return disk.create(path(path), preallocateBytes);
  }

  @Override
  public StorageFile open(String path) throws IOException {
    return disk.open(path(path));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(path(from), path(to));
  }

  @Override
  public void unlink(String path) throws IOException {
    disk.unlink(path(path));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    disk.syncDirectory(path(directory));
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public Closeable lock() throws IOException {
    return disk.lock();
  }
}
