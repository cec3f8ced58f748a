package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The honest twin of {@link FileStorage}: forgets at {@link #crash} what was not synced.
 *
 * <p>At a crash each unsynced write is kept, dropped or torn at sectors; each creation, rename and
 * removal since the last {@link #syncDirectory} is kept or dropped. After a failed sync the bytes
 * can still be read, but no later sync makes them durable: so do kernels. The same calls and the
 * same chance give the same disk.
 */
public final class MemoryStorage implements Storage {

  /** What a disk writes whole or not at all. */
  public static final int SECTOR_BYTES = 512;

  private static final String GONE = "the machine went down while this file was open";

  private final DiskQueue queue = new DiskQueue();
  private MemoryNames names;
  private long capacityBytes = Long.MAX_VALUE;
  private int epoch;
  private boolean locked;
  private Predicate<String> failingWrite = path -> false;
  private Predicate<String> failingSync = path -> false;
  private Runnable beforeMutation = () -> {};
  private @Nullable DiskObserver observer;
  private long mutations;
  private long writtenBytes;
  private long syncs;

  /** An empty disk on which syncs take no time. */
  public MemoryStorage() {
    this(new MemoryNames());
  }

  private MemoryStorage(MemoryNames names) {
    this.names = names;
  }

  /** The power goes: everything open is dead, and what was not synced is left to chance. */
  public synchronized void crash(Chance chance) {
    names.crash(chance, queue.now());
    queue.forget();
    forgetProcess();
  }

  /** The process dies and the machine goes on: everything open is dead, nothing is forgotten. */
  public synchronized void kill() {
    forgetProcess();
  }

  private void forgetProcess() {
    epoch++;
    locked = false;
    failingWrite = path -> false;
    failingSync = path -> false;
    beforeMutation = () -> {};
  }

  /**
   * From now on syncs take time. They return at once, but until they end a crash takes what they
   * cover, and undoes whatever was asked for behind them. So their caller must be kept waiting
   * until {@link #idleAtNanos}.
   *
   * @param nowNanos the time, which must not go back
   */
  public synchronized void slowSyncs(LongSupplier nowNanos, SyncDelay delay) {
    queue.use(nowNanos, delay);
  }

  /** When all that was asked for so far is done: now, or the end of the last sync. */
  public synchronized long idleAtNanos() {
    return queue.startsAt();
  }

  /** Tells the observer of each change from now on; null for none. */
  public synchronized void observe(@Nullable DiskObserver newObserver) {
    observer = newObserver;
  }

  /** Bytes that all files together may take. */
  public synchronized void limitCapacity(long bytes) {
    capacityBytes = bytes;
  }

  /** Writes to matching paths fail after an unknown part of them was written. */
  public synchronized void failWrites(Predicate<String> paths) {
    failingWrite = paths;
  }

  /** Syncs of matching paths fail and what they should have made durable stays in doubt. */
  public synchronized void failSyncs(Predicate<String> paths) {
    failingSync = paths;
  }

  /** Runs before each change to the disk; may throw to stop the caller at this very point. */
  public synchronized void beforeEachMutation(Runnable action) {
    beforeMutation = action;
  }

  /** Changes to the disk so far: the points at which a power cut can differ. */
  public synchronized long mutations() {
    return mutations;
  }

  /** Bytes of all files; a preallocated file takes its whole size. */
  public synchronized long usedBytes() {
    return names.bytes();
  }

  /** Bytes written to files so far, without preallocated zeros. */
  public synchronized long writtenBytes() {
    return writtenBytes;
  }

  /** Syncs of files and directories so far, preallocations included, failed ones not. */
  public synchronized long syncs() {
    return syncs;
  }

  /** All files, sorted by path. */
  public synchronized List<String> paths() {
    return names.paths();
  }

  public synchronized long size(String path) throws IOException {
    return names.get(path).size();
  }

  /** Turns one bit around, as ageing flash does: {@code bit} counts from the file's start. */
  public synchronized void flipBit(String path, long bit) throws IOException {
    names.get(path).flip(bit, queue.now());
  }

  /** The bytes of a file as a reader sees them now. */
  public synchronized byte[] content(String path) throws IOException {
    return names.get(path).content(queue.now());
  }

  /** Puts a file there, durably, whatever was there before. */
  public synchronized void put(String path, byte[] content) {
    mutations++;
    names.put(path, content);
  }

  /**
   * An image of the disk, as a backup would take it: what is there when all that was asked for is
   * done, durable, nothing open. Cheap: both share what neither changes.
   */
  public synchronized MemoryStorage copy() {
    return new MemoryStorage(names.image());
  }

  /**
   * Puts an old image back in place of everything, and leaves the image as it is. Faults, limits,
   * hooks and counters stay those of this disk.
   *
   * @throws IllegalStateException if a process holds the lock: kill it first
   */
  public void restore(MemoryStorage image) {
    MemoryNames old = image.copy().names;
    synchronized (this) {
      if (locked) {
        throw new IllegalStateException("the store is in use: kill its process first");
      }
      names = old;
      epoch++;
    }
  }

  @Override
  public synchronized List<String> list(String directory) {
    return names.list(directory);
  }

  @Override
  public synchronized boolean exists(String path) {
    return names.exists(path);
  }

  @Override
  public synchronized void createDirectories(String directory) {
    names.addDirectory(directory);
  }

  @Override
  public synchronized StorageFile create(String path, long preallocateBytes) throws IOException {
    mutate();
    names.requireFree(path);
    requireSpace(path, preallocateBytes);
    MemoryInode inode = names.create(path, preallocateBytes, queue.startsAt());
    if (preallocateBytes > 0) {
      queue.sync(path);
      syncs++;
    }
    tell(DiskObserver.Kind.CREATE, path, preallocateBytes, 0);
    return new OpenFile(path, inode, epoch);
  }

  @Override
  public synchronized StorageFile open(String path) throws IOException {
    return new OpenFile(path, names.get(path), epoch);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    mutate();
    names.rename(from, to, queue.startsAt());
    if (observer != null) {
      tell(DiskObserver.Kind.RENAME, from + " -> " + to, 0, 0);
    }
  }

  @Override
  public synchronized void unlink(String path) {
    mutate();
    if (names.unlink(path, queue.startsAt())) {
      tell(DiskObserver.Kind.UNLINK, path, 0, 0);
    }
  }

  @Override
  public synchronized void syncDirectory(String directory) throws IOException {
    mutate();
    failSync(directory);
    names.sync(directory, queue.sync(directory), queue.now());
    syncs++;
    tell(DiskObserver.Kind.SYNC, directory, 0, 0);
  }

  @Override
  public synchronized long usableBytes() {
    return capacityBytes == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Math.max(0, capacityBytes - names.bytes());
  }

  @Override
  public synchronized Closeable lock() throws IOException {
    if (locked) {
      throw new IOException("the store is in use by this process: close it first");
    }
    locked = true;
    int mine = epoch;
    return () -> {
      synchronized (this) {
        if (mine == epoch) {
          locked = false;
        }
      }
    };
  }

  private void mutate() {
    mutations++;
    beforeMutation.run();
  }

  private void requireSpace(String path, long bytes) throws IOException {
    if (bytes > 0 && bytes > usableBytes()) {
      throw new IOException("cannot write to " + path + ": No space left on device");
    }
  }

  private void failSync(String path) throws IOException {
    if (failingSync.test(path)) {
      throw new IOException("cannot sync " + path + ": Input/output error");
    }
  }

  private void tell(DiskObserver.Kind kind, String path, long length, int crc32c) {
    if (observer != null) {
      observer.done(kind, path, length, crc32c);
    }
  }

  private static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** A handle that dies with the process that opened it. */
  private final class OpenFile implements StorageFile {
    private final String path;
    private final MemoryInode inode;
    private final int openedIn;
    private boolean closed;

    OpenFile(String path, MemoryInode inode, int openedIn) {
      this.path = path;
      this.inode = inode;
      this.openedIn = openedIn;
    }

    private void check() throws IOException {
      if (openedIn != epoch) {
        throw new IOException(path + ": " + GONE);
      }
      if (closed) {
        throw new IOException(path + " is closed");
      }
    }

    private void begin() throws IOException {
      check();
      mutate();
      check();
    }

    @Override
    public long size() throws IOException {
      synchronized (MemoryStorage.this) {
        check();
        return inode.size();
      }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      synchronized (MemoryStorage.this) {
        check();
        return inode.read(position, target, queue.now());
      }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      synchronized (MemoryStorage.this) {
        begin();
        requireSpace(path, position + source.remaining() - inode.size());
        boolean fails = failingWrite.test(path);
        if (fails) {
          source.limit(source.position() + source.remaining() / 2);
        }
        int length = source.remaining();
        int crc = observer == null ? 0 : crc32c(source);
        inode.write(position, source, queue.startsAt(), queue.now());
        writtenBytes += length;
        tell(DiskObserver.Kind.WRITE, path, length, crc);
        if (fails) {
          throw new IOException("cannot write to " + path + ": Input/output error");
        }
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (MemoryStorage.this) {
        begin();
        try {
          failSync(path);
        } catch (IOException e) {
          inode.doubt(queue.now());
          throw e;
        }
        inode.sync(queue.sync(path), queue.now());
        syncs++;
        tell(DiskObserver.Kind.SYNC, path, 0, 0);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryStorage.this) {
        begin();
        inode.truncate(size, queue.now());
        tell(DiskObserver.Kind.TRUNCATE, path, inode.size(), 0);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
