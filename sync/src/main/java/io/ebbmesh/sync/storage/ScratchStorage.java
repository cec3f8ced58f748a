package io.ebbmesh.sync.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real files as they are, with all changes kept in memory: looks at a stopped store with the very
 * code that serves it, and writes nothing.
 */
public final class ScratchStorage implements Storage {

  private final Path root;

  /** Files that differ from the disk; null where one was removed. */
  private final TreeMap<String, @Nullable ScratchFile> changed = new TreeMap<>();

  private ScratchStorage(Path root) {
    this.root = root;
  }

  /**
   * @throws IOException if {@code root} is no directory
   */
  public static ScratchStorage over(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root + " is no store: there is no such directory");
    }
    return new ScratchStorage(root.toAbsolutePath().normalize());
  }

  @Override
  public synchronized List<String> list(String directory) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(root.resolve(directory))) {
      entries.forEach(path -> names.add(path.getFileName().toString()));
    } catch (NoSuchFileException e) {
      // Perhaps there are files in memory.
    }
    String prefix = directory.isEmpty() ? "" : directory + "/";
    changed.forEach(
        (path, file) -> {
          if (path.startsWith(prefix)) {
            String name = path.substring(prefix.length());
            int slash = name.indexOf('/');
            if (slash >= 0) {
              names.add(name.substring(0, slash));
            } else if (file == null) {
              names.remove(name);
            } else {
              names.add(name);
            }
          }
        });
    return new ArrayList<>(names);
  }

  @Override
  public synchronized boolean exists(String path) {
    return changed.containsKey(path) ? changed.get(path) != null : Files.exists(root.resolve(path));
  }

  @Override
  public void createDirectories(String directory) {}

  @Override
  public synchronized StorageFile create(String path, long preallocateBytes) throws IOException {
    if (exists(path)) {
      throw new FileAlreadyExistsException(path);
    }
    ScratchFile file = new ScratchFile(null, preallocateBytes);
    changed.put(path, file);
    return file.open();
  }

  @Override
  public synchronized StorageFile open(String path) throws IOException {
    return file(path).open();
  }

  private ScratchFile file(String path) throws IOException {
    ScratchFile file = changed.get(path);
    if (file == null) {
      Path real = root.resolve(path);
      if (changed.containsKey(path) || !Files.exists(real)) {
        throw new NoSuchFileException(path);
      }
      file = new ScratchFile(real, Files.size(real));
      changed.put(path, file);
    }
    return file;
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    ScratchFile file = file(from);
    changed.put(from, null);
    changed.put(to, file);
  }

  @Override
  public synchronized void unlink(String path) {
    changed.put(path, null);
  }

  @Override
  public void syncDirectory(String directory) {}

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  /**
   * Makes sure that no process writes the store meanwhile.
   *
   * @throws IOException if one does
   */
  @Override
  public Closeable lock() throws IOException {
    Path file = root.resolve(FileStorage.LOCK_FILE);
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException | AccessDeniedException e) {
      // Never opened for writing, or not writable for this user: no writer to keep away.
      return () -> {};
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // This process has it open.
    }
    channel.close();
    throw new IOException(
        root
            + " is in use by a running process: stop it first, or ask the node that runs"
            + " (ebbmesh books --url http://HOST:PORT; GET /v1/status)");
  }

  /** One file: pages that were written, over the file on the disk. */
  private static final class ScratchFile {

    private static final int PAGE_BYTES = 16 * 1024;

    private final @Nullable Path base;
    private final TreeMap<Long, byte[]> pages = new TreeMap<>();
    private long baseSize;
    private long size;

    ScratchFile(@Nullable Path base, long size) {
      this.base = base;
      this.baseSize = base == null ? 0 : size;
      this.size = size;
    }

    StorageFile open() throws IOException {
      Path path = base;
      return new Handle(
          this, path == null ? null : FileChannel.open(path, StandardOpenOption.READ));
    }

    synchronized int read(@Nullable FileChannel disk, long position, ByteBuffer target)
        throws IOException {
      int wanted = (int) Math.min(target.remaining(), Math.max(0, size - position));
      for (int done = 0; done < wanted; ) {
        long at = position + done;
        int offset = (int) (at % PAGE_BYTES);
        int length = Math.min(wanted - done, PAGE_BYTES - offset);
        byte[] page = pages.get(at / PAGE_BYTES);
        if (page == null) {
          byte[] loaded = load(disk, at, length);
          target.put(loaded, 0, length);
        } else {
          target.put(page, offset, length);
        }
        done += length;
      }
      return wanted;
    }

    /** What the disk has, zeros behind its end. */
    private byte[] load(@Nullable FileChannel disk, long position, int length) throws IOException {
      byte[] bytes = new byte[length];
      int known = (int) Math.max(0, Math.min(length, baseSize - position));
      if (disk != null && known > 0) {
        ByteBuffer into = ByteBuffer.wrap(bytes, 0, known);
        while (into.hasRemaining() && disk.read(into, position + into.position()) >= 0) {
          // Until the page is full or the file ends.
        }
      }
      return bytes;
    }

    synchronized void write(@Nullable FileChannel disk, long position, ByteBuffer source)
        throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        long number = at / PAGE_BYTES;
        byte[] page = pages.get(number);
        if (page == null) {
          page = load(disk, number * PAGE_BYTES, PAGE_BYTES);
          pages.put(number, page);
        }
        int offset = (int) (at % PAGE_BYTES);
        int length = Math.min(source.remaining(), PAGE_BYTES - offset);
        source.get(page, offset, length);
        at += length;
      }
      size = Math.max(size, at);
    }

    synchronized void truncate(long newSize) {
      if (newSize >= size) {
        return;
      }
      size = newSize;
      baseSize = Math.min(baseSize, newSize);
      pages.tailMap(newSize / PAGE_BYTES, false).clear();
      byte[] last = pages.get(newSize / PAGE_BYTES);
      if (last != null) {
        Arrays.fill(last, (int) (newSize % PAGE_BYTES), PAGE_BYTES, (byte) 0);
      }
    }

    synchronized long size() {
      return size;
    }
  }

  private record Handle(ScratchFile file, @Nullable FileChannel disk) implements StorageFile {

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      return file.read(disk, position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      file.write(disk, position, source);
    }

    @Override
    public void sync() {}

    @Override
    public void truncate(long newSize) {
      file.truncate(newSize);
    }

    @Override
    public void close() throws IOException {
      if (disk != null) {
        disk.close();
      }
    }
  }
}
