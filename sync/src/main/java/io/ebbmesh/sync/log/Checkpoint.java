package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Bodies of the records with which a segment starts: what the store knew when it was made. */
final class Checkpoint {

  private Checkpoint() {}

  /**
   * An older segment that still counts.
   *
   * @param end offset behind its last record; what lies beyond was given up
   */
  record OlderSegment(long id, long salt, int end) {}

  private static final int OLDER_BYTES = 20;

  static int manifestLength(int segments) {
    return 4 + segments * OLDER_BYTES;
  }

  static ByteBuffer manifest(List<OlderSegment> segments) {
    ByteBuffer body = allocate(manifestLength(segments.size()));
    body.putInt(segments.size());
    for (OlderSegment segment : segments) {
      body.putLong(segment.id()).putLong(segment.salt()).putInt(segment.end());
    }
    return body.flip();
  }

  static List<OlderSegment> manifest(ByteBuffer body) {
    int count = body.getInt();
    List<OlderSegment> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      segments.add(new OlderSegment(body.getLong(), body.getLong(), body.getInt()));
    }
    return segments;
  }

  /**
   * What was given up of one persistence id.
   *
   * @param deletedTo all numbers up to it are deleted
   * @param floor highest number that was ever trimmed; a snapshot below it is of no use
   * @param trimmed numbers above {@code deletedTo} that are trimmed
   */
  record Trims(long deletedTo, long floor, SeqRanges trimmed) {
    static final Trims NONE = new Trims(0, 0, SeqRanges.EMPTY);

    boolean isLive(long sequenceNr) {
      return sequenceNr > deletedTo && !trimmed.contains(sequenceNr);
    }

    Trims deleteTo(long sequenceNr) {
      if (sequenceNr <= deletedTo) {
        return this;
      }
      return new Trims(sequenceNr, floor, trimmed.minus(new SeqRange(1, sequenceNr)));
    }

    Trims trim(SeqRanges ranges) {
      if (ranges.isEmpty()) {
        return this;
      }
      List<SeqRange> all = ranges.ranges();
      SeqRanges above = deletedTo == 0 ? ranges : ranges.minus(new SeqRange(1, deletedTo));
      return new Trims(
          deletedTo, Math.max(floor, all.get(all.size() - 1).last()), trimmed.plus(above));
    }
  }

  /** The state of one persistence id: the highest number ever written and what was given up. */
  record Mark(long highest, Trims trims) {

    int length() {
      return 28 + 16 * trims.trimmed().ranges().size();
    }

    ByteBuffer body() {
      ByteBuffer body = allocate(length());
      List<SeqRange> ranges = trims.trimmed().ranges();
      body.putLong(highest).putLong(trims.deletedTo()).putLong(trims.floor());
      body.putInt(ranges.size());
      for (SeqRange range : ranges) {
        body.putLong(range.first()).putLong(range.last());
      }
      return body.flip();
    }

    static Mark of(ByteBuffer body) {
      long highest = body.getLong();
      long deletedTo = body.getLong();
      long floor = body.getLong();
      int count = body.getInt();
      List<SeqRange> ranges = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        ranges.add(new SeqRange(body.getLong(), body.getLong()));
      }
      return new Mark(highest, new Trims(deletedTo, floor, SeqRanges.of(ranges)));
    }
  }

  private static ByteBuffer allocate(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
