package io.ebbmesh.protocol.block;

import com.github.luben.zstd.Zstd;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers insights by column and turns them into blocks (docs/block-format.md); reusable.
 *
 * <p>Not thread-safe. Memory of one block is used again for the next.
 */
public final class BlockEncoder {

  /** Newest block format that this program writes and reads. */
  public static final int CURRENT_VERSION = BlockLayout.CURRENT_VERSION;

  /** What {@link #plainBytes} may reach: leaves room for the worst case of every column. */
  private static final int MAX_PLAIN_BYTES = 5 * BlockLimits.DEFAULT.maxEncodedBytes() / 8;

  private static final int ROW_BYTES = 64;
  private static final int MAX_UTF8_PER_CHAR = 3;

  private final int formatVersion;
  private final int zstdLevel;
  private final StringColumn streams = new StringColumn();
  private final StringColumn models = new StringColumn();
  private final StringColumn labels = new StringColumn();
  private final StringColumn deciders = new StringColumn();
  private final StringColumn sources = new StringColumn();
  private int[] kinds = new int[64];
  private long[] times = new long[64];
  private long[] positions = new long[64];
  private float[] scores = new float[64];
  private int[] valueCounts = new int[64];
  private float[] values = new float[512];
  private int valueTotal;
  private int count;
  private final ColumnsWriter columns = new ColumnsWriter();
  private byte[] compressed = new byte[4096];
  private byte[] otherCompressed = {};

  /** An encoder of the current format. */
  public BlockEncoder(int zstdLevel) {
    this(CURRENT_VERSION, zstdLevel);
  }

  /**
   * @param formatVersion which format to write, 1 to {@link #CURRENT_VERSION}
   * @param zstdLevel 1 (fast) to 19 (small)
   * @throws IllegalArgumentException if the format is not known or the level out of bounds
   */
  public BlockEncoder(int formatVersion, int zstdLevel) {
    if (formatVersion < 1 || formatVersion > CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "block format " + formatVersion + " is not known, use 1 to " + CURRENT_VERSION);
    }
    if (zstdLevel < 1 || zstdLevel > 19) {
      throw new IllegalArgumentException("zstd level must be 1 to 19, not " + zstdLevel);
    }
    this.formatVersion = formatVersion;
    this.zstdLevel = zstdLevel;
  }

  /** Insights added since the last block. */
  public int count() {
    return count;
  }

  /** Bytes that the added insights take uncompressed; an upper estimate. */
  public int plainBytes() {
    int text =
        streams.chars() + models.chars() + labels.chars() + deciders.chars() + sources.chars();
    return count * ROW_BYTES + valueTotal * Float.BYTES + text * MAX_UTF8_PER_CHAR;
  }

  /** Whether one more insight keeps the block inside {@link BlockLimits#DEFAULT}. */
  public boolean hasRoomFor(Insight insight) {
    return count < BlockLimits.DEFAULT.maxInsights()
        && plainBytes() + mostBytes(insight) <= MAX_PLAIN_BYTES;
  }

  /** Whether all of these keep the block inside {@link BlockLimits#DEFAULT}. */
  public boolean hasRoomForAll(List<Insight> insights) {
    long bytes = plainBytes();
    for (Insight insight : insights) {
      bytes += mostBytes(insight);
    }
    return count + insights.size() <= BlockLimits.DEFAULT.maxInsights() && bytes <= MAX_PLAIN_BYTES;
  }

  private static int mostBytes(Insight insight) {
    int chars =
        insight.stream().length()
            + insight.model().length()
            + insight.label().length()
            + insight.decidedBy().length()
            + SourcePosition.MAX_SOURCE_CHARS;
    return ROW_BYTES + insight.values().length * Float.BYTES + chars * MAX_UTF8_PER_CHAR;
  }

  /**
   * Adds one insight.
   *
   * @throws IllegalStateException if the block has no room for it, see {@link #hasRoomFor}
   */
  public void add(Insight insight) {
    if (!hasRoomFor(insight)) {
      throw new IllegalStateException(
          "block is full with " + count + " insights of " + plainBytes() + " bytes");
    }
    if (count == kinds.length) {
      growRows();
    }
    SourcePosition source = insight.source();
    int row = count;
    streams.add(insight.stream());
    models.add(insight.model());
    labels.add(insight.label());
    deciders.add(insight.decidedBy());
    sources.add(source == null ? "" : source.source());
    positions[row] = source == null ? 0 : source.position();
    kinds[row] = insight.kind().code();
    times[row] = insight.observedNanos();
    scores[row] = insight.score();
    float[] added = insight.values();
    valueCounts[row] = added.length;
    if (values.length - valueTotal < added.length) {
      values = Arrays.copyOf(values, Math.max(values.length * 2, valueTotal + added.length));
    }
    System.arraycopy(added, 0, values, valueTotal, added.length);
    valueTotal += added.length;
    count = row + 1;
  }

  private void growRows() {
    int room = count * 2;
    kinds = Arrays.copyOf(kinds, room);
    times = Arrays.copyOf(times, room);
    positions = Arrays.copyOf(positions, room);
    scores = Arrays.copyOf(scores, room);
    valueCounts = Arrays.copyOf(valueCounts, room);
  }

  /**
   * Makes a block that every program reads of everything added, and starts the next one.
   *
   * @param firstSeq sequence number of the first insight added; the others follow without a hole
   * @param base of the boot in which the insights were observed
   * @throws IllegalStateException if nothing was added
   */
  public Block encode(Lane lane, long firstSeq, BootTime base) {
    return encode(lane, firstSeq, base, BlockSupport.FIRST);
  }

  /**
   * Like {@link #encode(Lane, long, BootTime)} in a form that {@code reader} takes: with the newest
   * dictionary that both have, if that makes the block shorter.
   */
  public Block encode(Lane lane, long firstSeq, BootTime base, BlockSupport reader) {
    if (count == 0) {
      throw new IllegalStateException("a block holds at least one insight");
    }
    SeqRange seqs = new SeqRange(firstSeq, firstSeq + count - 1);
    ColumnWriter written = writeColumns(base);
    int dictionaryId = 0;
    int compressedBytes = compress(Compressors.of(zstdLevel), written);
    byte[] packed = compressedBytes == 0 ? written.packed() : compressed;
    int packedBytes = compressedBytes == 0 ? written.packedBytes() : compressedBytes;
    BlockDictionary dictionary = BlockDictionary.newestOf(reader);
    if (dictionary != null && written.packedBytes() <= BlockDictionary.MAX_PLAIN_BYTES) {
      swapCompressed();
      int shorter = compress(dictionary.compressors(zstdLevel), written);
      if (shorter > 0 && shorter < packedBytes) {
        dictionaryId = dictionary.number();
        compressedBytes = shorter;
        packed = compressed;
        packedBytes = shorter;
      }
    }
    byte[] bytes = new byte[BlockLayout.HEADER_BYTES + packedBytes + written.noiseBytes()];
    if (bytes.length > BlockLimits.DEFAULT.maxEncodedBytes()) {
      throw new IllegalStateException("block of " + count + " insights has " + bytes.length);
    }
    int version = Math.min(formatVersion, reader.maxVersion());
    BlockHeader header =
        new BlockHeader(version, lane, seqs, base, dictionaryId, written.packedBytes());
    BlockLayout.write(bytes, header, compressedBytes);
    System.arraycopy(packed, 0, bytes, BlockLayout.HEADER_BYTES, packedBytes);
    int noiseAt = BlockLayout.HEADER_BYTES + packedBytes;
    System.arraycopy(written.noise(), 0, bytes, noiseAt, written.noiseBytes());
    BlockLayout.seal(bytes);
    clear();
    return new Block(header, bytes);
  }

  private ColumnWriter writeColumns(BootTime base) {
    columns.start(count, streams);
    columns.writeStrings(streams, models, labels, deciders, sources);
    columns.writeSmall(kinds);
    columns.writeTimes(base.monotonicNanos(), times);
    columns.writePositions(sources, positions);
    columns.writeScores(scores);
    columns.writeValues(valueCounts, values, valueTotal);
    return columns.written();
  }

  /** What was compressed is kept while the same is tried in another way. */
  private void swapCompressed() {
    byte[] swap = compressed;
    compressed = otherCompressed;
    otherCompressed = swap;
  }

  /** Length of the compressed columns, or 0 if they are better kept as they are. */
  private int compress(Compressors compressors, ColumnWriter written) {
    int plainBytes = written.packedBytes();
    int bound = (int) Zstd.compressBound(plainBytes);
    if (compressed.length < bound) {
      compressed = new byte[Math.max(bound, compressed.length * 2)];
    }
    int length = compressors.compress(written.packed(), plainBytes, compressed);
    boolean worthIt = length < plainBytes && BlockLimits.DEFAULT.ratioAllowed(plainBytes, length);
    return worthIt ? length : 0;
  }

  /** Forgets what was added since the last block. */
  public void clear() {
    streams.clear();
    models.clear();
    labels.clear();
    deciders.clear();
    sources.clear();
    count = 0;
    valueTotal = 0;
  }
}
