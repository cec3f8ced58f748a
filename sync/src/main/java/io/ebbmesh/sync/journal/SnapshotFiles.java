package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.journal.SnapshotFormat.Snapshot;
import io.ebbmesh.sync.log.DamageReport;
import io.ebbmesh.sync.log.SetAside;
import io.ebbmesh.sync.log.StoreIssue;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of all persistence ids, each as two equal files, so that a flipped bit costs none.
 * May be used from any thread.
 */
final class SnapshotFiles {

  private static final String ROOT = "snapshots";
  private static final Pattern NAME = Pattern.compile("(\\d{19})-(\\d{19})\\.[ab]");
  private static final List<String> COPIES = List.of(".a", ".b");
  private static final String UNFINISHED = ".tmp";

  private final Storage storage;
  private final DamageReport report;
  private final Settings settings;

  /** Sequence number of the newest readable snapshot, of persistence ids that were asked for. */
  private final Map<String, Long> newest = new LinkedHashMap<>();

  /**
   * @param keep newest snapshots that are kept of each persistence id
   * @param maxBytes largest snapshot that is taken
   */
  record Settings(int keep, long maxBytes) {
    static Settings of(Config section) {
      return new Settings(section.getInt("keep"), section.getMemorySize("max-size").toBytes());
    }
  }

  /** One snapshot, told by its file name. */
  record Key(long sequenceNr, long timestamp) {
    static final Comparator<Key> NEWEST_FIRST =
        Comparator.comparingLong(Key::sequenceNr).thenComparingLong(Key::timestamp).reversed();

    String fileName() {
      return String.format(Locale.ROOT, "%019d-%019d", sequenceNr, timestamp);
    }
  }

  SnapshotFiles(Storage storage, DamageReport report, Settings settings) {
    this.storage = storage;
    this.report = report;
    this.settings = settings;
  }

  /** Looks at each file's version before anything is changed. */
  synchronized void checkFormats() throws IOException {
    for (String directory : storage.list(ROOT)) {
      for (String name : storage.list(ROOT + "/" + directory)) {
        if (NAME.matcher(name).matches()) {
          read(ROOT + "/" + directory + "/" + name);
        }
      }
    }
  }

  /** Durable when it returns; older snapshots beyond the number to keep are removed after that. */
  synchronized void save(Snapshot snapshot) throws IOException {
    ByteBuffer bytes = SnapshotFormat.encode(snapshot);
    if (bytes.remaining() > settings.maxBytes()) {
      throw new IOException(
          snapshot.persistenceId()
              + ": a snapshot of "
              + bytes.remaining()
              + " bytes is over ebbmesh.sync.snapshot.max-size ("
              + settings.maxBytes()
              + " bytes): keep less state or raise the limit");
    }
    String directory = directory(snapshot.persistenceId());
    Key key = new Key(snapshot.sequenceNr(), snapshot.timestamp());
    storage.createDirectories(directory);
    removeUnfinished(directory);
    for (String copy : COPIES) {
      writeDurably(directory + "/" + key.fileName() + copy, bytes.duplicate());
      Failpoint.SNAPSHOT.reached();
    }
    storage.syncDirectory(directory);
    newest.merge(snapshot.persistenceId(), key.sequenceNr(), Math::max);
    List<Key> keys = keys(directory);
    for (int i = 0; i < keys.size(); i++) {
      Key other = keys.get(i);
      boolean overwritten = other.sequenceNr() == key.sequenceNr() && !other.equals(key);
      if (i >= settings.keep() || overwritten) {
        remove(directory, other);
      }
    }
  }

  /** What a crash left of a copy: no later one has its name. */
  private void removeUnfinished(String directory) throws IOException {
    for (String name : storage.list(directory)) {
      if (name.endsWith(UNFINISHED)) {
        storage.unlink(directory + "/" + name);
      }
    }
  }

  private void writeDurably(String path, ByteBuffer bytes) throws IOException {
    String unfinished = path + UNFINISHED;
    storage.unlink(unfinished);
    try {
      try (StorageFile file = storage.create(unfinished, 0)) {
        file.write(0, bytes);
        file.sync();
      }
      storage.rename(unfinished, path);
    } catch (IOException e) {
      // Mostly the disk is full: what was written of it would keep it so.
      storage.unlink(unfinished);
      throw e;
    }
  }

  /**
   * The newest readable snapshot that is wanted and not older than the trim floor. What is damaged
   * or too old is set aside and reported.
   */
  synchronized @Nullable Snapshot load(String persistenceId, Predicate<Key> wanted, long floor)
      throws IOException {
    String directory = directory(persistenceId);
    for (Key key : keys(directory)) {
      if (!wanted.test(key)) {
        continue;
      }
      if (key.sequenceNr() < floor) {
        setAside(
            StoreIssue.Kind.STALE_SNAPSHOT,
            persistenceId,
            key,
            "it needs events up to " + floor + ", which were trimmed");
        continue;
      }
      Snapshot snapshot = readEither(persistenceId, key);
      if (snapshot != null) {
        return snapshot;
      }
      setAside(
          StoreIssue.Kind.DAMAGED_SNAPSHOT, persistenceId, key, "both of its copies are damaged");
    }
    return null;
  }

  /** Sequence number of the newest readable snapshot; 0 if there is none. */
  synchronized long newest(String persistenceId) throws IOException {
    Long known = newest.get(persistenceId);
    if (known != null) {
      return known;
    }
    long found = 0;
    for (Key key : keys(directory(persistenceId))) {
      if (readEither(persistenceId, key) != null) {
        found = key.sequenceNr();
        break;
      }
    }
    newest.put(persistenceId, found);
    return found;
  }

  synchronized void delete(String persistenceId, Predicate<Key> unwanted) throws IOException {
    String directory = directory(persistenceId);
    boolean removed = false;
    for (Key key : keys(directory)) {
      if (unwanted.test(key)) {
        remove(directory, key);
        removed = true;
      }
    }
    newest.remove(persistenceId);
    if (removed) {
      storage.syncDirectory(directory);
    }
  }

  private void remove(String directory, Key key) throws IOException {
    for (String copy : COPIES) {
      storage.unlink(directory + "/" + key.fileName() + copy);
    }
  }

  /** Reads one copy or the other; a damaged copy is made again from the good one. */
  private @Nullable Snapshot readEither(String persistenceId, Key key) throws IOException {
    String base = directory(persistenceId) + "/" + key.fileName();
    for (String copy : COPIES) {
      Snapshot snapshot = read(base + copy);
      if (snapshot != null && snapshot.persistenceId().equals(persistenceId)) {
        if (!copy.equals(COPIES.get(0))) {
          repair(persistenceId, key, base + COPIES.get(0), snapshot);
        }
        return snapshot;
      }
    }
    return null;
  }

  private void repair(String persistenceId, Key key, String path, Snapshot good)
      throws IOException {
    report.add(
        new StoreIssue(
            StoreIssue.Kind.REPAIRED,
            path,
            0,
            persistenceId,
            key.sequenceNr(),
            "one copy of the snapshot was damaged; it was made again from the other one"));
    writeDurably(path, SnapshotFormat.encode(good));
    storage.syncDirectory(directory(persistenceId));
  }

  private @Nullable Snapshot read(String path) throws IOException {
    if (!storage.exists(path)) {
      return null;
    }
    try (StorageFile file = storage.open(path)) {
      long size = file.size();
      if (size > Integer.MAX_VALUE) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      file.read(0, bytes);
      return SnapshotFormat.decode(path, bytes.flip());
    }
  }

  private void setAside(StoreIssue.Kind kind, String persistenceId, Key key, String why)
      throws IOException {
    String base = directory(persistenceId) + "/" + key.fileName();
    List<String> kept = new ArrayList<>();
    for (String copy : COPIES) {
      if (storage.exists(base + copy)) {
        kept.add(SetAside.keep(storage, base + copy));
      }
    }
    newest.remove(persistenceId);
    report.add(
        new StoreIssue(kind, base, 0, persistenceId, key.sequenceNr(), why + "; kept as " + kept));
  }

  /** All snapshots of a directory, newest first. */
  private List<Key> keys(String directory) throws IOException {
    TreeSet<Key> keys = new TreeSet<>(Key.NEWEST_FIRST);
    for (String name : storage.list(directory)) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        keys.add(new Key(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
      }
    }
    return List.copyOf(keys);
  }

  /** A directory name that any file system takes and that no two persistence ids share. */
  private static String directory(String persistenceId) {
    StringBuilder name = new StringBuilder(ROOT).append('/');
    for (byte b : persistenceId.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
      if (plain) {
        name.append(c);
      } else {
        name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return name.toString();
  }
}
