package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ebbmesh.protocol.AllocationMeter;
import io.ebbmesh.protocol.FuzzRuns;
import io.ebbmesh.protocol.codec.InsightCodec;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes from anywhere are a block or a {@link BlockException}, and take no more memory than they
 * declare and the limits allow. Runs over its seeds; searches with {@code JAZZER_FUZZ=1}
 * (CONTRIBUTING.md).
 */
class BlockFuzzTest {

  /** Per insight: the record, its source and array, and an entry in every column. */
  private static final long ROW_BYTES = 512;

  /** Of each plain byte: itself, a character or two of text with its decoder, and half an entry. */
  private static final long PER_PLAIN_BYTE = 32;

  private static final BlockDictionary DICTIONARY =
      Objects.requireNonNull(BlockDictionary.newestOf(BlockSupport.CURRENT));

  // What the first byte of an input says about the rest of it.
  static final int AS_IT_IS = 0;
  static final int SEALED = 1;
  static final int PLAIN_COLUMNS = 2;
  static final int PACKED_COLUMNS = 3;
  static final int PACKED_WITH_DICTIONARY = 4;

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreABlockOrATypedException(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] bytes = block(Math.floorMod(input[0], 5), Arrays.copyOfRange(input, 1, input.length));
    Outcome outcome = AllocationMeter.measured(() -> read(bytes), BlockFuzzTest::bound);
    if (outcome.problem != null) {
      assertThat(outcome.problem).hasMessageStartingWith("block ");
      return;
    }
    assertComeBack(outcome.insights);
  }

  /** What became of an input. */
  private record Outcome(
      @Nullable BlockHeader header, List<Insight> insights, @Nullable BlockException problem) {}

  private static Outcome read(byte[] bytes) {
    BlockHeader header = null;
    try {
      Block block = BlockDecoder.parse(bytes);
      header = block.header();
      return new Outcome(header, BlockDecoder.decode(block), null);
    } catch (BlockException e) {
      return new Outcome(header, List.of(), e);
    }
  }

  private static long bound(Outcome outcome) {
    if (outcome.header == null) {
      return 0;
    }
    // Values are the only thing that is declared inside of the columns.
    long valueBytes =
        outcome.problem == null
            ? 2 * Float.BYTES * values(outcome.insights)
            : BlockLimits.DEFAULT.maxPlainBytes();
    return outcome.header.count() * ROW_BYTES
        + outcome.header.plainBytes() * PER_PLAIN_BYTE
        + valueBytes;
  }

  private static long values(List<Insight> insights) {
    long values = 0;
    for (Insight insight : insights) {
      values += insight.values().length;
    }
    return values;
  }

  /** What was read once can be written, and reads as the same. */
  private static void assertComeBack(List<Insight> insights) {
    BlockEncoder encoder = new BlockEncoder(1);
    for (Insight insight : insights) {
      if (!encoder.hasRoomFor(insight)) {
        return;
      }
      encoder.add(insight);
    }
    Block again = encoder.encode(Lane.INSIGHT, 1, InsightSamples.BASE, BlockSupport.CURRENT);
    try {
      List<Insight> read = BlockDecoder.decode(BlockDecoder.parse(again.bytes()));
      assertThat(read).hasSameSizeAs(insights);
      for (int i = 0; i < read.size(); i++) {
        byte[] message = InsightCodec.encode(read.get(i));
        if (!Arrays.equals(message, InsightCodec.encode(insights.get(i)))) {
          assertThat(read.get(i)).isEqualTo(insights.get(i));
        }
      }
    } catch (BlockException e) {
      throw new AssertionError("a block that was just written is not read", e);
    }
  }

  /** Puts right what a search would never guess: checksum, lengths and compression. */
  private static byte[] block(int form, byte[] input) {
    if (form == AS_IT_IS || input.length < BlockLayout.HEADER_BYTES) {
      return input;
    }
    int columnsAt = BlockLayout.HEADER_BYTES;
    byte[] bytes = input;
    if (form >= PACKED_COLUMNS) {
      byte[] columns = Arrays.copyOfRange(input, columnsAt, input.length);
      byte[] packed = new byte[2 * columns.length + 64];
      int packedBytes =
          (form == PACKED_COLUMNS ? Compressors.of(1) : DICTIONARY.compressors(1))
              .compress(columns, columns.length, packed);
      bytes = Arrays.copyOf(input, columnsAt + packedBytes);
      System.arraycopy(packed, 0, bytes, columnsAt, packedBytes);
    }
    ByteBuffer header = BlockForms.little(bytes);
    header.putInt(BlockLayout.MAGIC_AT, BlockLayout.MAGIC);
    header.putInt(BlockLayout.LENGTH_AT, bytes.length);
    if (form != SEALED) {
      header.putShort(BlockLayout.VERSION_AT, (short) 1);
      boolean withDictionary = form == PACKED_WITH_DICTIONARY;
      header.putInt(BlockLayout.DICTIONARY_AT, withDictionary ? DICTIONARY.number() : 0);
      int columnBytes = bytes.length - columnsAt;
      if (form == PLAIN_COLUMNS) {
        // The last bytes may be noise: their number stays what the input says, if it fits.
        int plain = header.getInt(BlockLayout.PLAIN_LENGTH_AT);
        header.putInt(
            BlockLayout.PLAIN_LENGTH_AT, plain < 0 || plain > columnBytes ? columnBytes : plain);
        header.putInt(BlockLayout.COMPRESSED_LENGTH_AT, 0);
      } else {
        header.putInt(BlockLayout.PLAIN_LENGTH_AT, input.length - columnsAt);
        header.putInt(BlockLayout.COMPRESSED_LENGTH_AT, columnBytes);
      }
    }
    BlockLayout.seal(bytes);
    return bytes;
  }
}
