package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.io.FileNotFoundException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which path names which file of a {@link MemoryStorage}: as seen now, and as is durable. */
final class MemoryNames {

  private final TreeMap<String, MemoryInode> seen = new TreeMap<>();
  private final TreeMap<String, MemoryInode> durable = new TreeMap<>();
  private final TreeSet<String> directories = new TreeSet<>();
  private final List<Change> changes = new ArrayList<>(0);
  private long inodes;

  /** One creation, rename or removal that is not durable yet. */
  private record Change(
      String directory,
      @Nullable String removed,
      @Nullable Entry added,
      long startsAt,
      long durableAt) {

    Change durableBy(long end) {
      return new Change(directory, removed, added, startsAt, Math.min(durableAt, end));
    }
  }

  private record Entry(String path, MemoryInode inode) {}

  List<String> paths() {
    return List.copyOf(seen.keySet());
  }

  MemoryInode get(String path) throws FileNotFoundException {
    MemoryInode inode = seen.get(path);
    if (inode == null) {
      throw new FileNotFoundException(path);
    }
    return inode;
  }

  boolean exists(String path) {
    return seen.containsKey(path) || directories.contains(path);
  }

  void requireFree(String path) throws FileAlreadyExistsException {
    if (seen.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
  }

  /** Bytes of all files, preallocated ones as well. */
  long bytes() {
    long bytes = 0;
    for (MemoryInode inode : seen.values()) {
      bytes += inode.size();
    }
    return bytes;
  }

  List<String> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    TreeSet<String> names = new TreeSet<>();
    for (String path : seen.keySet()) {
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

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  void addDirectory(String directory) {
    directories.add(directory);
  }

  /** A file that is there durably, whatever was there before. */
  void put(String path, byte[] content) {
    putDurably(path, MemoryInode.of(inodes++, content));
  }

  private void putDurably(String path, MemoryInode inode) {
    seen.put(path, inode);
    durable.put(path, inode);
    directories.add(parent(path));
  }

  MemoryInode create(String path, long size, long startsAt) {
    MemoryInode inode = new MemoryInode(inodes++, size);
    seen.put(path, inode);
    changed(parent(path), null, new Entry(path, inode), startsAt);
    return inode;
  }

  void rename(String from, String to, long startsAt) throws FileNotFoundException {
    MemoryInode inode = get(from);
    seen.put(to, inode);
    seen.remove(from);
    changed(parent(to), from, new Entry(to, inode), startsAt);
  }

  boolean unlink(String path, long startsAt) {
    boolean removed = seen.remove(path) != null;
    if (removed) {
      changed(parent(path), path, null, startsAt);
    }
    return removed;
  }

  private void changed(
      String directory, @Nullable String removed, @Nullable Entry added, long startsAt) {
    changes.add(new Change(directory, removed, added, startsAt, Long.MAX_VALUE));
  }

  void sync(String directory, long end, long now) {
    changes.replaceAll(
        change -> change.directory().equals(directory) ? change.durableBy(end) : change);
    fold(now);
  }

  private void fold(long now) {
    changes.removeIf(
        change -> {
          boolean ended = change.durableAt() <= now;
          if (ended) {
            apply(change);
          }
          return ended;
        });
  }

  private void apply(Change change) {
    if (change.removed() != null) {
      durable.remove(change.removed());
    }
    if (change.added() != null) {
      durable.put(change.added().path(), change.added().inode());
    }
  }

  /** Keeps or drops what is not durable, drops what has not begun, and does so to the files. */
  void crash(Chance chance, long now) {
    fold(now);
    boolean inOrder = chance.nextDouble() < 0.5;
    boolean dropping = false;
    for (Change change : changes) {
      if (change.startsAt() > now) {
        continue;
      }
      boolean keep = chance.nextDouble() < 0.5;
      dropping |= !keep;
      if (inOrder ? !dropping : keep) {
        apply(change);
      }
    }
    changes.clear();
    TreeSet<MemoryInode> known = new TreeSet<>(seen.values());
    known.addAll(durable.values());
    for (MemoryInode inode : known) {
      inode.crash(chance, now);
    }
    seen.clear();
    seen.putAll(durable);
  }

  /** What is seen now, all of it durable. */
  MemoryNames image() {
    MemoryNames image = new MemoryNames();
    image.directories.addAll(directories);
    seen.forEach((path, inode) -> image.putDurably(path, inode.image(image.inodes++)));
    return image;
  }
}
