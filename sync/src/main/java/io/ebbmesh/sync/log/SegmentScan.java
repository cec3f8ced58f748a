package io.ebbmesh.sync.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of one segment hold: every record that can still be told, and the gaps between.
 *
 * <p>After a damaged header it goes on at the next intact header or trailer; a trailer leads back
 * to its own record, so that a record is lost only with both headers or with its body.
 */
final class SegmentScan {

  private static final int INITIAL = 256;

  private final ByteBuffer image;
  private final int limit;
  private final RecordFormat.Parser parser;
  private final long salt;
  private final LogIndex index;

  private int count;
  private int[] offsets = new int[INITIAL];
  private int[] bodyOffsets = new int[INITIAL];
  private int[] bodyLengths = new int[INITIAL];
  private int[] ends = new int[INITIAL];
  private long[] seqs = new long[INITIAL];
  private byte[] kinds = new byte[INITIAL];
  private byte[] flags = new byte[INITIAL];
  private boolean[] intact = new boolean[INITIAL];
  private @Nullable PersistenceIndex[] owners = new PersistenceIndex[INITIAL];

  private final List<Gap> gaps = new ArrayList<>();

  /** Indices of records whose first header was damaged. */
  private final List<Integer> repaired = new ArrayList<>();

  private int end;
  private int syncedUpTo;
  private boolean tornHead;

  /** Bytes in front of a readable record that hold none. */
  record Gap(int from, int to) {}

  private SegmentScan(ByteBuffer image, int limit, long salt, LogIndex index) {
    this.image = image;
    this.limit = limit;
    this.salt = salt;
    this.index = index;
    this.parser = new RecordFormat.Parser(image, salt);
  }

  /**
   * @param image the segment from its first byte on, little-endian
   * @param limit bytes of it that count
   * @param index to which names are interned; nothing else of it is changed
   */
  static SegmentScan of(ByteBuffer image, int limit, long salt, LogIndex index) {
    SegmentScan scan = new SegmentScan(image, limit, salt, index);
    scan.run();
    return scan;
  }

  /** Salt of the first intact header or trailer, for a segment whose own header is lost. */
  static long salvageSalt(ByteBuffer image, int limit) {
    for (int at = SegmentHeader.BLOCK_BYTES;
        at + RecordFormat.AT_NAME <= limit;
        at += RecordFormat.ALIGNMENT) {
      int magic = image.getInt(at);
      if (magic == RecordFormat.HEADER_MAGIC || magic == RecordFormat.TRAILER_MAGIC) {
        long salt = image.getLong(at + RecordFormat.AT_SALT);
        if (new RecordFormat.Parser(image, salt).parse(at, limit, magic)) {
          return salt;
        }
      }
    }
    return 0;
  }

  private void run() {
    int at = SegmentHeader.BLOCK_BYTES;
    end = at;
    while (at + RecordFormat.AT_NAME <= limit) {
      if (parser.parse(at, limit, RecordFormat.HEADER_MAGIC) && fits(at)) {
        at = accept(at);
      } else {
        int next = resynchronise(at);
        if (next < 0) {
          tornHead = looksLikeOurs(at);
          break;
        }
        at = next;
      }
    }
  }

  private boolean fits(int at) {
    return parser.totalBytes() > 0 && at + parser.totalBytes() <= limit;
  }

  /** Goes on behind bytes that are no record: the offset to go on at, or -1 if nothing follows. */
  private int resynchronise(int from) {
    for (int at = from; at + RecordFormat.AT_NAME <= limit; at += RecordFormat.ALIGNMENT) {
      int magic = image.getInt(at);
      if (magic == RecordFormat.HEADER_MAGIC
          && at > from
          && parser.parse(at, limit, magic)
          && fits(at)) {
        gaps.add(new Gap(from, at));
        return at;
      }
      if (magic == RecordFormat.TRAILER_MAGIC && parser.parse(at, limit, magic)) {
        int start = at - RecordFormat.pad(parser.bodyLength()) - parser.headerBytes();
        if (start >= from) {
          if (start > from) {
            gaps.add(new Gap(from, start));
          }
          repaired.add(count);
          return accept(start);
        }
      }
    }
    return -1;
  }

  private boolean looksLikeOurs(int at) {
    return at + RecordFormat.AT_NAME <= limit && image.getLong(at + RecordFormat.AT_SALT) == salt;
  }

  private int accept(int start) {
    if (count == offsets.length) {
      grow();
    }
    int body = start + parser.headerBytes();
    offsets[count] = start;
    bodyOffsets[count] = body;
    bodyLengths[count] = parser.bodyLength();
    ends[count] = start + parser.totalBytes();
    seqs[count] = parser.sequenceNr();
    kinds[count] = parser.kind();
    flags[count] = parser.flags();
    intact[count] = parser.bodyIntact(body);
    boolean named =
        kinds[count] == RecordFormat.KIND_EVENT || kinds[count] == RecordFormat.KIND_MARK;
    owners[count] = named ? index.intern(parser) : null;
    syncedUpTo = Math.max(syncedUpTo, Math.min(parser.syncedUpTo(), start));
    end = ends[count];
    return ends[count++];
  }

  private void grow() {
    int capacity = count * 2;
    offsets = Arrays.copyOf(offsets, capacity);
    bodyOffsets = Arrays.copyOf(bodyOffsets, capacity);
    bodyLengths = Arrays.copyOf(bodyLengths, capacity);
    ends = Arrays.copyOf(ends, capacity);
    seqs = Arrays.copyOf(seqs, capacity);
    kinds = Arrays.copyOf(kinds, capacity);
    flags = Arrays.copyOf(flags, capacity);
    intact = Arrays.copyOf(intact, capacity);
    owners = Arrays.copyOf(owners, capacity);
  }

  int count() {
    return count;
  }

  int offset(int i) {
    return offsets[i];
  }

  int recordEnd(int i) {
    return ends[i];
  }

  int bodyLength(int i) {
    return bodyLengths[i];
  }

  long seq(int i) {
    return seqs[i];
  }

  byte kind(int i) {
    return kinds[i];
  }

  boolean isIntact(int i) {
    return intact[i];
  }

  /** Index behind the last record found of the atomic write that record {@code i} begins. */
  int endOfAtomicWrite(int i) {
    int next = i + 1;
    while (next < count
        && hasMore(next - 1)
        && continues(next)
        && offsets[next] == ends[next - 1]
        && owners[next] == owners[i]) {
      next++;
    }
    return next;
  }

  /** Whether the records of an atomic write are all there, from the first to the last. */
  boolean isWhole(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!intact[i]) {
        return false;
      }
    }
    return !continues(from) && !hasMore(to - 1);
  }

  private boolean hasMore(int i) {
    return (flags[i] & RecordFormat.FLAG_MORE) != 0;
  }

  private boolean continues(int i) {
    return (flags[i] & RecordFormat.FLAG_CONTINUES) != 0;
  }

  @Nullable PersistenceIndex owner(int i) {
    return owners[i];
  }

  /** The body, little-endian, between position and limit. */
  ByteBuffer body(int i) {
    return image.slice(bodyOffsets[i], bodyLengths[i]).order(image.order());
  }

  List<Gap> gaps() {
    return gaps;
  }

  /** Indices of records whose first header was damaged and whose second one was not. */
  List<Integer> repaired() {
    return repaired;
  }

  /** Offset behind the last record. */
  int end() {
    return end;
  }

  /** Everything before this offset was durable when the last record was written. */
  int syncedUpTo() {
    return syncedUpTo;
  }

  /** Whether a record was begun behind the last one. */
  boolean isTornHead() {
    return tornHead;
  }

  /** Whether the store was stopped in order after the last record. */
  boolean isCleanStop() {
    return count > 0
        && kinds[count - 1] == RecordFormat.KIND_CLEAN_STOP
        && intact[count - 1]
        && !tornHead;
  }
}
