package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/**
 * The honest twin of {@link FileStorage}: forgets at {@link #crash} what was not synced.
 *
 * <p>At a crash each unsynced write is kept, dropped or torn at sectors; each creation, rename and
 * removal since the last {@link #syncDirectory} is kept or dropped. After a failed sync the bytes
 * can still be read, but no later sync makes them durable: so do kernels.
 */
@NullMarked
public final class MemoryStorage implements Storage {

  /** What a disk writes whole or not at all. */
  public static final int SECTOR_BYTES = 512;

  private static final String GONE = "the machine went down while this file was open";

  private final NavigableMap<String, MemoryInode> files = new TreeMap<>();
  private final NavigableMap<String, MemoryInode> durableFiles = new TreeMap<>();
  private final TreeSet<String> directories = new TreeSet<>();
  private final List<DirectoryChange> changes = new ArrayList<>();
  private long capacityBytes = Long.MAX_VALUE;
  private long usedBytes;
  private int epoch;
  private boolean locked;
  private Predicate<String> failingWrite = path -> false;
  private Predicate<String> failingSync = path -> false;
  private Runnable beforeMutation = () -> {};
  private long mutations;

  /** One creation, rename or removal that is not durable yet. */
  private record DirectoryChange(
      String directory, List<String> removed, Map<String, MemoryInode> added) {}

  /** The power goes: everything open is dead, and what was not synced is left to chance. */
  public synchronized void crash(Chance chance) {
    boolean inOrder = chance.nextDouble() < 0.5;
    boolean dropping = false;
    for (DirectoryChange change : changes) {
      boolean keep = chance.nextDouble() < 0.5;
      dropping |= !keep;
      if (inOrder ? !dropping : keep) {
        apply(change);
      }
    }
    TreeSet<MemoryInode> known = new TreeSet<>();
    known.addAll(files.values());
    known.addAll(durableFiles.values());
    for (MemoryInode inode : known) {
      inode.crash(chance);
    }
    files.clear();
    files.putAll(durableFiles);
    changes.clear();
    forgetProcess();
    usedBytes = files.values().stream().mapToLong(MemoryInode::size).sum();
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

  /** All files, sorted by path. */
  public synchronized List<String> paths() {
    return List.copyOf(files.keySet());
  }

  public synchronized long size(String path) throws IOException {
    return inode(path).size();
  }

  /** Turns one bit around, as ageing flash does: {@code bit} counts from the file's start. */
  public synchronized void flipBit(String path, long bit) throws IOException {
    inode(path).flip(bit);
  }

  /** The bytes of a file as a reader sees them now. */
  public synchronized byte[] content(String path) throws IOException {
    return inode(path).content();
  }

  /** Puts a file there, durably, whatever was there before. */
  public synchronized void put(String path, byte[] content) {
    MemoryInode inode = new MemoryInode(mutations++, content);
    files.put(path, inode);
    durableFiles.put(path, inode);
    directories.add(parent(path));
  }

  /** A copy of what is there now, in which nothing is open and all is durable. */
  public synchronized MemoryStorage copy() {
    MemoryStorage copy = new MemoryStorage();
    copy.directories.addAll(directories);
    files.forEach((path, inode) -> copy.put(path, inode.content()));
    return copy;
  }

  @Override
  public synchronized List<String> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    TreeSet<String> names = new TreeSet<>();
    for (String path : files.keySet()) {
      if (path.startsWith(prefix)) {
        names.add(firstName(path.substring(prefix.length())));
      }
    }
    for (String path : directories) {
      if (path.startsWith(prefix) && path.length() > prefix.length()) {
        names.add(firstName(path.substring(prefix.length())));
      }
    }
    return List.copyOf(names);
  }

  private static String firstName(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  @Override
  public synchronized boolean exists(String path) {
    return files.containsKey(path) || directories.contains(path);
  }

  @Override
  public synchronized void createDirectories(String directory) {
    directories.add(directory);
  }

  @Override
  public synchronized StorageFile create(String path, long preallocateBytes) throws IOException {
    mutate();
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
    reserve(path, preallocateBytes);
    MemoryInode inode = new MemoryInode(mutations, new byte[(int) preallocateBytes]);
    files.put(path, inode);
    changes.add(new DirectoryChange(parent(path), List.of(), Map.of(path, inode)));
    return new OpenFile(path, inode, epoch);
  }

  @Override
  public synchronized StorageFile open(String path) throws IOException {
    return new OpenFile(path, inode(path), epoch);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    mutate();
    MemoryInode inode = inode(from);
    MemoryInode replaced = files.put(to, inode);
    files.remove(from);
    if (replaced != null) {
      usedBytes -= replaced.size();
    }
    changes.add(new DirectoryChange(parent(to), List.of(from), Map.of(to, inode)));
  }

  @Override
  public synchronized void unlink(String path) {
    mutate();
    MemoryInode removed = files.remove(path);
    if (removed != null) {
      usedBytes -= removed.size();
      changes.add(new DirectoryChange(parent(path), List.of(path), Map.of()));
    }
  }

  @Override
  public synchronized void syncDirectory(String directory) throws IOException {
    mutate();
    if (failingSync.test(directory)) {
      throw new IOException("cannot sync " + directory + ": Input/output error");
    }
    changes.removeIf(
        change -> {
          boolean here = change.directory().equals(directory);
          if (here) {
            apply(change);
          }
          return here;
        });
  }

  private void apply(DirectoryChange change) {
    change.removed().forEach(durableFiles::remove);
    durableFiles.putAll(change.added());
  }

  @Override
  public synchronized long usableBytes() {
    return Math.max(0, capacityBytes - usedBytes);
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

  private void reserve(String path, long bytes) throws IOException {
    if (bytes > usableBytes()) {
      throw new IOException("cannot write to " + path + ": No space left on device");
    }
    usedBytes += bytes;
  }

  private MemoryInode inode(String path) throws IOException {
    MemoryInode inode = files.get(path);
    if (inode == null) {
      throw new FileNotFoundException(path);
    }
    return inode;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
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
        return inode.read(position, target);
      }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      synchronized (MemoryStorage.this) {
        check();
        mutate();
        check();
        reserve(path, Math.max(0, position + source.remaining() - inode.size()));
        boolean fails = failingWrite.test(path);
        if (fails) {
          source.limit(source.position() + source.remaining() / 2);
        }
        inode.write(position, source);
        if (fails) {
          throw new IOException("cannot write to " + path + ": Input/output error");
        }
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (MemoryStorage.this) {
        check();
        mutate();
        check();
        if (failingSync.test(path)) {
          inode.doubt();
          throw new IOException("cannot sync " + path + ": Input/output error");
        }
        inode.sync();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryStorage.this) {
        check();
        mutate();
        usedBytes += size - inode.size();
        inode.truncate(size);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
