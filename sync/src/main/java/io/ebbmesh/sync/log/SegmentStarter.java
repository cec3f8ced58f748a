package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.log.Checkpoint.Mark;
import io.ebbmesh.sync.log.LogIndex.Moved;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a segment that can take over: header, list of older segments, state of each persistence id,
 * and the records that move into it. It counts only when all of that is durable.
 */
final class SegmentStarter {

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final SegmentFiles files;
  private final LogIndex index;
  private final LogSettings settings;
  private final Chance chance;
  private final DamageReport report;
  private final SegmentOutput.Buffer buffer;

  SegmentStarter(
      SegmentFiles files,
      LogIndex index,
      LogSettings settings,
      Chance chance,
      DamageReport report,
      SegmentOutput.Buffer buffer) {
    this.files = files;
    this.index = index;
    this.settings = settings;
    this.chance = chance;
    this.report = report;
    this.buffer = buffer;
  }

  /**
   * Makes a segment, durably, and tells the index.
   *
   * @param id never used before, also not by an attempt that failed
   * @param older segment whose records from {@code cut} on move into the new one
   * @param reserve whether the reserved file may be taken if the disk is full
   */
  Segment start(long id, @Nullable Segment older, int cut, boolean reserve) throws IOException {
    List<Moved> moved = older == null ? List.of() : readable(older, index.liveFrom(older, cut));
    ByteBuffer manifest = Checkpoint.manifest(index.manifest(null, older, cut));
    List<PersistenceIndex> known = index.all();
    int length = length(manifest, known, moved);
    int room = length > settings.segmentBytes() / 2 ? settings.segmentBytes() : 0;
    SegmentFiles.Taken taken = files.take(length + room, reserve);
    try {
      int capacity = Math.toIntExact(taken.file().size());
      Segment segment = new Segment(id, chance.nextLong() | 1, files.path(id), capacity);
      SegmentOutput out =
          new SegmentOutput(taken.file(), segment.salt, 0, settings.gatherBytes(), buffer);
      out.put(new SegmentHeader(SegmentHeader.VERSION, id, segment.salt, capacity));
      out.putTwice(RecordFormat.KIND_MANIFEST, RecordFormat.NO_NAME, length, 0, manifest);
      for (PersistenceIndex owner : known) {
        Mark mark = markOf(owner);
        out.putTwice(RecordFormat.KIND_MARK, owner.name, mark.highest(), 0, mark.body());
      }
      int[] offsets = copy(older, moved, out);
      out.sync();
      segment.end = out.position();
      files.commission(taken, id);
      taken.file().close();
      index.move(older, cut, segment, moved, offsets);
      return segment;
    } catch (IOException | RuntimeException e) {
      files.discard(taken, id);
      throw e;
    }
  }

  private static int length(ByteBuffer manifest, List<PersistenceIndex> known, List<Moved> moved) {
    long length =
        SegmentHeader.BLOCK_BYTES + 2L * RecordFormat.totalLength(0, manifest.remaining());
    for (PersistenceIndex owner : known) {
      length += 2L * RecordFormat.totalLength(owner.name.length, markOf(owner).length());
    }
    for (Moved record : moved) {
      length += record.totalBytes();
    }
    return Math.toIntExact(length);
  }

  private static Mark markOf(PersistenceIndex owner) {
    return new Mark(owner.highest, owner.trims);
  }

  /** Those records that can still be read; the others are reported. */
  private List<Moved> readable(Segment segment, List<Moved> records) throws IOException {
    List<Moved> readable = new ArrayList<>(records.size());
    try (StorageFile file = files.open(segment.path)) {
      for (Moved record : records) {
        if (RecordReads.body(file, segment, record, report) != null) {
          readable.add(record);
        }
      }
    }
    return readable;
  }

  private int[] copy(@Nullable Segment from, List<Moved> moved, SegmentOutput out)
      throws IOException {
    int[] offsets = new int[moved.size()];
    if (from == null || moved.isEmpty()) {
      return offsets;
    }
    try (StorageFile file = files.open(from.path)) {
      for (int i = 0; i < offsets.length; i++) {
        Moved record = moved.get(i);
        ByteBuffer body = RecordReads.body(file, from, record, report);
        if (body == null) {
          throw new IOException(from.path + " reads differently each time: replace the disk");
        }
        byte[] name = record.owner().name;
        offsets[i] =
            out.put(RecordFormat.KIND_EVENT, (byte) 0, name, record.sequenceNr(), 0, body, EMPTY);
      }
    }
    return offsets;
  }
}
