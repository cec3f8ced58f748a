package io.ebbmesh.sync.log;

import io.ebbmesh.sync.log.Checkpoint.OlderSegment;
import io.ebbmesh.sync.log.StoreIssue.Kind;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a directory of segments holds, without believing more than checksums prove.
 *
 * <p>The newest segment is scanned: it starts with the list of those before it and with what was
 * given up. The others are taken from their footers, or scanned where a footer is missing.
 */
final class StoreOpener {

  private final Storage storage;
  private final String directory;
  private final SegmentFiles files;
  private final LogIndex index;
  private final DamageReport report;
  private int imageSize;
  private ByteBuffer image = ByteBuffer.allocate(0);

  StoreOpener(
      Storage storage, String directory, SegmentFiles files, LogIndex index, DamageReport report) {
    this.storage = storage;
    this.directory = directory;
    this.files = files;
    this.index = index;
    this.report = report;
  }

  /**
   * What the writer goes on from.
   *
   * @param clean whether it may go on in {@code last} as it is
   * @param cut offset in {@code last} from which records move to a new segment
   */
  record Opened(@Nullable Segment last, boolean clean, int cut, long nextId) {}

  private record Candidate(String path, long id, @Nullable SegmentHeader header) {}

  Opened open() throws IOException {
    storage.createDirectories(directory);
    List<String> names = storage.list(directory);
    List<Candidate> candidates = readHeaders(names);
    for (String name : names) {
      if (SegmentFiles.isFree(name)) {
        files.adopt(name);
      }
    }
    long highestId = 0;
    List<Segment> segments = new ArrayList<>();
    for (Candidate candidate : candidates) {
      highestId = Math.max(highestId, candidate.id());
      Segment segment = toSegment(candidate);
      if (segment != null) {
        segments.add(segment);
      }
    }
    if (segments.isEmpty()) {
      return new Opened(null, false, 0, highestId + 1);
    }
    Segment last = segments.remove(segments.size() - 1);
    return load(segments, last, highestId + 1);
  }

  /** Reads all headers before anything is changed: a newer format stops it here. */
  private List<Candidate> readHeaders(List<String> names) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (String name : names) {
      long id = SegmentFiles.idOf(name);
      if (id == 0) {
        continue;
      }
      String path = directory + "/" + name;
      byte[] block = new byte[SegmentHeader.BLOCK_BYTES];
      try (StorageFile file = files.open(path)) {
        file.read(0, ByteBuffer.wrap(block));
      }
      SegmentHeader header = SegmentHeader.parse(block);
      if (header != null && header.version() > SegmentHeader.VERSION) {
        throw new NewerFormatException(path, header.version(), SegmentHeader.VERSION);
      }
      candidates.add(new Candidate(path, id, header));
    }
    return candidates;
  }

  private @Nullable Segment toSegment(Candidate candidate) throws IOException {
    String path = candidate.path();
    SegmentHeader header = candidate.header();
    if (header != null && header.id() != candidate.id()) {
      // Being made anew when the store went down, under a name that was not yet durable.
      files.recycle(path);
      return null;
    }
    if (header != null) {
      return new Segment(header.id(), header.salt(), path, header.capacityBytes());
    }
    int size = read(path);
    long salt = SegmentScan.salvageSalt(image, size);
    if (salt == 0) {
      String kept = SetAside.keep(storage, path);
      issue(
          Kind.SET_ASIDE,
          path,
          0,
          "neither copy of its header nor any record can be read: " + kept);
      return null;
    }
    issue(Kind.REPAIRED, path, 0, "both copies of its header are damaged; told by its records");
    return new Segment(candidate.id(), salt, path, size);
  }

  private Opened load(List<Segment> older, Segment last, long nextId) throws IOException {
    SegmentScan newest = scan(last, Integer.MAX_VALUE);
    List<OlderSegment> manifest = manifest(newest);
    boolean believeCheckpoint = manifest != null && damagedPlaces(newest) < 2;
    if (manifest == null) {
      issue(Kind.DAMAGED_REGION, last.path, 0, "both lists of older segments are damaged");
    }
    List<Segment> listed = listed(older, manifest);
    if (!believeCheckpoint) {
      for (Segment segment : listed) {
        applyMarks(scan(segment, segment.end));
      }
      newest = scan(last, Integer.MAX_VALUE);
    }
    applyMarks(newest);
    for (Segment segment : listed) {
      segment.sealed = true;
      index.add(segment);
      loadOlder(segment, believeCheckpoint);
      index.seal(segment);
    }
    // Reading the older ones has overwritten the image.
    newest = scan(last, Integer.MAX_VALUE);
    return loadNewest(last, newest, nextId);
  }

  private static int damagedPlaces(SegmentScan scan) {
    int damaged = scan.gaps().size();
    for (int i = 0; i < scan.count(); i++) {
      damaged += scan.kind(i) != RecordFormat.KIND_EVENT && !scan.isIntact(i) ? 1 : 0;
    }
    return damaged;
  }

  /** The newest list of older segments; null if none can be read. */
  private static @Nullable List<OlderSegment> manifest(SegmentScan scan) {
    for (int i = scan.count() - 1; i >= 0; i--) {
      if (scan.kind(i) == RecordFormat.KIND_MANIFEST && scan.isIntact(i)) {
        return Checkpoint.manifest(scan.body(i));
      }
    }
    return null;
  }

  /** Segments that the newest one counts on; the others hold nothing live and become free. */
  private List<Segment> listed(List<Segment> found, @Nullable List<OlderSegment> manifest)
      throws IOException {
    if (manifest == null) {
      found.forEach(segment -> segment.end = segment.capacityBytes);
      return found;
    }
    Map<Long, OlderSegment> wanted = new LinkedHashMap<>();
    manifest.forEach(older -> wanted.put(older.id(), older));
    List<Segment> listed = new ArrayList<>();
    for (Segment segment : found) {
      OlderSegment older = wanted.remove(segment.id);
      if (older == null) {
        files.recycle(segment.path);
      } else {
        segment.end = Math.min(older.end(), segment.capacityBytes);
        listed.add(segment);
      }
    }
    for (OlderSegment missing : wanted.values()) {
      issue(
          Kind.MISSING_SEGMENT,
          files.path(missing.id()),
          0,
          "the file is listed and not there; was it removed by hand?");
    }
    return listed;
  }

  private void applyMarks(SegmentScan scan) {
    for (int i = 0; i < scan.count(); i++) {
      PersistenceIndex owner = scan.owner(i);
      if (owner != null && scan.kind(i) == RecordFormat.KIND_MARK && scan.isIntact(i)) {
        Checkpoint.Mark mark = Checkpoint.Mark.of(scan.body(i));
        owner.highest = Math.max(owner.highest, mark.highest());
        owner.trims = mark.trims();
        owner.requested = mark.trims();
      }
    }
  }

  private void loadOlder(Segment segment, boolean believeFooters) throws IOException {
    if (believeFooters) {
      try (StorageFile file = files.open(segment.path)) {
        SegmentFooter.Found found = SegmentFooter.read(file, segment, index);
        if (found == SegmentFooter.Found.INTACT) {
          return;
        }
        if (found == SegmentFooter.Found.DAMAGED) {
          issue(Kind.REPAIRED, segment.path, file.size(), "its index is not whole; it was scanned");
        }
      }
    }
    SegmentScan scan = scan(segment, segment.end);
    reportGaps(segment, scan, Integer.MAX_VALUE);
    if (scan.end() < segment.end && believeFooters) {
      issue(Kind.DAMAGED_REGION, segment.path, scan.end(), "the last bytes hold no record");
    }
    for (int i = 0; i < scan.count(); i++) {
      add(segment, scan, i);
    }
  }

  private void add(Segment segment, SegmentScan scan, int i) {
    PersistenceIndex owner = scan.owner(i);
    if (owner == null || scan.kind(i) != RecordFormat.KIND_EVENT) {
      return;
    }
    if (scan.isIntact(i)) {
      index.add(owner, segment, scan.seq(i), scan.offset(i), scan.bodyLength(i));
      return;
    }
    owner.highest = Math.max(owner.highest, scan.seq(i));
    if (owner.trims.isLive(scan.seq(i))) {
      report.add(RecordReads.damaged(segment, scan.offset(i), owner.id, scan.seq(i)));
    }
  }

  private Opened loadNewest(Segment last, SegmentScan scan, long nextId) {
    int synced = Math.max(SegmentHeader.BLOCK_BYTES, scan.syncedUpTo());
    for (int i = 0; i < scan.count(); i++) {
      if (scan.kind(i) == RecordFormat.KIND_MANIFEST && scan.isIntact(i)) {
        // A list of segments carries up to where its segment was durable when it was written.
        synced = (int) Math.max(synced, Math.min(scan.seq(i), scan.end()));
      }
    }
    index.add(last);
    last.end = scan.end();
    reportGaps(last, scan, synced);
    for (int i = 0; i < scan.count(); ) {
      int next = scan.endOfAtomicWrite(i);
      if (scan.offset(i) >= synced && !scan.isWhole(i, next)) {
        dropTorn(last, scan, i, next);
      } else {
        for (int j = i; j < next; j++) {
          add(last, scan, j);
        }
      }
      i = next;
    }
    if (scan.isTornHead()) {
      issue(Kind.TORN_TAIL, last.path, scan.end(), "a record was begun and not finished");
    }
    boolean isWhole = countMissingEnd(last, scan);
    for (PersistenceIndex owner : index.all()) {
      owner.appended = owner.highest;
    }
    return new Opened(last, isWhole && scan.isCleanStop(), cut(last, scan, synced), nextId);
  }

  /**
   * A file that is shorter than it was made may have lost durable records, as many as fit into what
   * is gone: numbers of so many are not used again, so that the loss is declared.
   *
   * @return whether the file is as long as it was made
   */
  private boolean countMissingEnd(Segment last, SegmentScan scan) {
    int missing = last.capacityBytes - imageSize;
    if (missing <= 0) {
      return true;
    }
    if (scan.isCleanStop()) {
      issue(Kind.REPAIRED, last.path, imageSize, "its unused end is cut off");
      return false;
    }
    for (PersistenceIndex owner : index.all()) {
      owner.highest += 1 + missing / RecordFormat.totalLength(owner.name.length, 0);
    }
    issue(
        Kind.DAMAGED_REGION,
        last.path,
        imageSize,
        missing + " bytes are cut off: what was written there last is lost");
    return false;
  }

  private void dropTorn(Segment last, SegmentScan scan, int from, int to) {
    for (int i = from; i < to; i++) {
      PersistenceIndex owner = scan.owner(i);
      if (owner != null && scan.kind(i) == RecordFormat.KIND_EVENT) {
        owner.highest = Math.max(owner.highest, scan.seq(i));
        report.add(
            new StoreIssue(
                Kind.TORN_TAIL,
                last.path,
                scan.offset(i),
                owner.id,
                scan.seq(i),
                "the write was not finished; its number is not used again"));
      }
    }
  }

  private void reportGaps(Segment segment, SegmentScan scan, int synced) {
    for (SegmentScan.Gap gap : scan.gaps()) {
      issue(
          gap.from() < synced ? Kind.DAMAGED_REGION : Kind.TORN_TAIL,
          segment.path,
          gap.from(),
          (gap.to() - gap.from()) + " bytes hold no readable record");
    }
    for (int i : scan.repaired()) {
      if (!scan.isIntact(i) || scan.offset(i) >= synced) {
        // Torn, or as good as whole though the write of it was not finished.
        continue;
      }
      PersistenceIndex owner = scan.owner(i);
      report.add(
          new StoreIssue(
              Kind.REPAIRED,
              segment.path,
              scan.offset(i),
              owner == null ? null : owner.id,
              scan.seq(i),
              "a header was damaged; its second copy was used"));
    }
  }

  /**
   * Where the new segment takes over: everything that was not proven durable moves, with the page
   * in which that begins. Little is moved whole, so that restarts do not leave files near empty.
   */
  private static int cut(Segment last, SegmentScan scan, int synced) {
    if (last.end - SegmentHeader.BLOCK_BYTES <= last.capacityBytes / 4) {
      return SegmentHeader.BLOCK_BYTES;
    }
    int page = synced & -SegmentHeader.BLOCK_BYTES;
    for (int i = 0; i < scan.count(); i++) {
      if (scan.recordEnd(i) > page) {
        return scan.offset(i);
      }
    }
    return scan.end();
  }

  private SegmentScan scan(Segment segment, int limit) throws IOException {
    int size = read(segment.path);
    return SegmentScan.of(image, Math.min(size, limit), segment.salt, index);
  }

  private int read(String path) throws IOException {
    try (StorageFile file = files.open(path)) {
      int size = Math.toIntExact(file.size());
      if (image.capacity() < size) {
        image = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
      }
      image.clear().limit(size);
      file.read(0, image);
      image.clear();
      imageSize = size;
      return size;
    }
  }

  private void issue(Kind kind, String file, long offset, String detail) {
    report.add(new StoreIssue(kind, file, offset, null, 0, detail));
  }
}
