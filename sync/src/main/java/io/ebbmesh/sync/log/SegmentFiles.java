package io.ebbmesh.sync.log;

import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names, births and rebirths of segment files; may be used from any thread. */
final class SegmentFiles {

  private static final Pattern SEGMENT = Pattern.compile("(\\d{16})\\.seg");
  private static final Pattern FREE = Pattern.compile("free-(\\d{16})\\.seg");

  /** Free files that only what gives space back may use: a full disk can still be trimmed. */
  private static final int RESERVE_FILES = 1;

  private final Storage storage;
  private final String directory;
  private final LogSettings settings;
  private final Deque<String> free = new ArrayDeque<>();
  private long nextFree = 1;

  /** No file could be made ahead of need; not tried again before one is given back. */
  private boolean full;

  SegmentFiles(Storage storage, String directory, LogSettings settings) {
    this.storage = storage;
    this.directory = directory;
    this.settings = settings;
  }

  String path(long id) {
    return directory + "/" + String.format(Locale.ROOT, "%016d.seg", id);
  }

  /** The segment id that a file name speaks of; 0 if it is none. */
  static long idOf(String name) {
    Matcher matcher = SEGMENT.matcher(name);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  static boolean isFree(String name) {
    return FREE.matcher(name).matches();
  }

  StorageFile open(String path) throws IOException {
    return storage.open(path);
  }

  /** A free file found when the store was opened. */
  synchronized void adopt(String name) throws IOException {
    Matcher matcher = FREE.matcher(name);
    if (matcher.matches()) {
      nextFree = Math.max(nextFree, Long.parseLong(matcher.group(1)) + 1);
    }
    String path = directory + "/" + name;
    if (free.size() >= settings.recycledFiles() + RESERVE_FILES) {
      storage.unlink(path);
    } else {
      free.add(path);
    }
  }

  /** An emptied segment becomes a free file, or goes if there are enough of them. */
  synchronized void recycle(String path) throws IOException {
    full = false;
    if (free.size() >= settings.recycledFiles() + RESERVE_FILES) {
      storage.unlink(path);
    } else {
      String name = freeName();
      storage.rename(path, name);
      free.add(name);
    }
    // Durable before the file is written again: its old name must never show new bytes.
    storage.syncDirectory(directory);
  }

  private String freeName() {
    return directory + "/" + String.format(Locale.ROOT, "free-%016d.seg", nextFree++);
  }

  synchronized long freeBytes() {
    return (long) free.size() * settings.segmentBytes();
  }

  synchronized boolean wantsFree() {
    return free.size() <= RESERVE_FILES && !full;
  }

  /** Makes sure that a free file is there beside the reserve, so that no write waits for one. */
  void prepareFree() throws IOException {
    while (wantsFree()) {
      String name;
      synchronized (this) {
        name = freeName();
      }
      try {
        storage.create(name, settings.segmentBytes()).close();
      } catch (IOException e) {
        synchronized (this) {
          full = true;
        }
        throw e;
      }
      synchronized (this) {
        free.add(name);
      }
    }
  }

  /**
   * A file that no segment uses, of at least so many bytes.
   *
   * @param reserve whether the reserve may be used if no file can be made: for what gives space
   *     back
   */
  synchronized Taken take(int capacityBytes, boolean reserve) throws IOException {
    if (free.size() > RESERVE_FILES) {
      Taken taken = takeFree(capacityBytes);
      if (taken != null) {
        return taken;
      }
    }
    String path = freeName();
    int bytes = Math.max(capacityBytes, settings.segmentBytes());
    try {
      return new Taken(path, storage.create(path, bytes));
    } catch (IOException e) {
      Taken taken = reserve ? takeFree(capacityBytes) : null;
      if (taken == null) {
        throw e;
      }
      return taken;
    }
  }

  private @Nullable Taken takeFree(int capacityBytes) throws IOException {
    for (String path = free.poll(); path != null; path = free.poll()) {
      StorageFile file = storage.open(path);
      if (file.size() >= capacityBytes) {
        return new Taken(path, file);
      }
      // Of another segment size than today's.
      file.close();
      storage.unlink(path);
    }
    return null;
  }

  /**
   * A file in the writer's hands.
   *
   * @param path a free file's name until {@link #commission}
   */
  record Taken(String path, StorageFile file) {}

  /** The filled and synced file becomes the segment, durably. */
  void commission(Taken taken, long id) throws IOException {
    storage.rename(taken.path(), path(id));
    storage.syncDirectory(directory);
  }

  /** A file that did not become a segment; what it holds is in doubt, so it is removed. */
  void discard(@Nullable Taken taken, long id) {
    if (taken == null) {
      return;
    }
    try {
      taken.file().close();
      storage.unlink(taken.path());
      storage.unlink(path(id));
    } catch (IOException e) {
      // The next opening finds it under a free name and takes it for free.
      return;
    }
  }
}
