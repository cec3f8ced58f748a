package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.AllocationMeter;
import io.ebbmesh.protocol.block.BlockException.Reason;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockDamageTest {

  private static final int ROUNDS = 4_000;

  @Test
  void aFlippedBitIsAlwaysNoticed() {
    byte[] block = block(InsightSamples.detections(1, 40));
    for (int bit = 0; bit < block.length * 8; bit++) {
      byte[] flipped = block.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertProblem(flipped, Reason.DAMAGED);
    }
  }

  @Test
  void aBlockThatIsCutOrHasMoreAfterItIsDamaged() {
    byte[] block = block(InsightSamples.detections(2, 40));
    for (int length = 0; length < block.length; length++) {
      assertProblem(Arrays.copyOf(block, length), Reason.DAMAGED);
    }
    assertProblem(Arrays.copyOf(block, block.length + 1), Reason.DAMAGED);
  }

  /** A checksum does not help against a peer that means harm: here it is always right. */
  @Test
  void columnsThatLieGiveNothingButATypedException() {
    byte[] stored = block(InsightSamples.odd(3, 30));
    byte[] packed = block(InsightSamples.detections(3, 100));
    byte[] few = block(InsightSamples.detections(4, 5));
    SplittableRandom random = new SplittableRandom(4);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = (round % 3 == 0 ? stored : round % 3 == 1 ? packed : few).clone();
      int from = round % 2 == 0 ? BlockLayout.VERSION_AT : BlockLayout.HEADER_BYTES;
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[from + random.nextInt(bytes.length - from)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += refusal(resealed(bytes)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  /** The same for columns that are not hidden behind zstd, where every byte means something. */
  @Test
  void plainColumnsThatLieGiveNothingButATypedException() {
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes =
          BlockForms.unpacked(block(InsightSamples.detections(round % 7, 1 + round % 90)));
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        int at = BlockLayout.HEADER_BYTES + random.nextInt(bytes.length - BlockLayout.HEADER_BYTES);
        bytes[at] = (byte) random.nextInt();
      }
      refused += refusal(resealed(bytes)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  @Test
  void aBlockOfAFutureVersionIsTooNewWhateverIsInIt() {
    byte[] future = new byte[BlockLayout.FROZEN_BYTES + 3];
    byte[] block = block(InsightSamples.detections(5, 3));
    System.arraycopy(block, 0, future, 0, BlockLayout.FROZEN_BYTES);
    little(future).putShort(BlockLayout.VERSION_AT, (short) 2);
    little(future).putInt(BlockLayout.LENGTH_AT, future.length);

    assertProblem(future, Reason.DAMAGED);
    assertProblem(resealed(future), Reason.TOO_NEW);
  }

  @Test
  void aBlockThatNeedsAnUnknownDictionaryIsTooNew() {
    byte[] block = block(InsightSamples.detections(6, 3));
    little(block).putInt(BlockLayout.DICTIONARY_AT, 17);
    assertProblem(resealed(block), Reason.TOO_NEW);
  }

  @Test
  void aBlockOfALaneThatIsNotKnownIsTooNew() {
    byte[] block = block(InsightSamples.detections(7, 3));
    block[BlockLayout.LANE_AT] = 9;
    assertProblem(resealed(block), Reason.TOO_NEW);
  }

  @Test
  void whatABlockDeclaresIsHeldAgainstTheLimits() {
    byte[] block = block(InsightSamples.detections(8, 3));
    byte[] plain = block.clone();
    little(plain).putInt(BlockLayout.PLAIN_LENGTH_AT, BlockLimits.DEFAULT.maxPlainBytes() + 1);
    assertProblem(resealed(plain), Reason.OVER_LIMIT);

    byte[] count = block.clone();
    little(count).putInt(BlockLayout.COUNT_AT, BlockLimits.DEFAULT.maxInsights() + 1);
    assertProblem(resealed(count), Reason.OVER_LIMIT);

    byte[] negative = block.clone();
    little(negative).putInt(BlockLayout.COUNT_AT, -1);
    assertProblem(resealed(negative), Reason.OVER_LIMIT);

    byte[] ratio = block.clone();
    little(ratio).putInt(BlockLayout.PLAIN_LENGTH_AT, 15 * 1024 * 1024);
    assertProblem(resealed(ratio), Reason.OVER_LIMIT);
  }

  @Test
  void valuesThatWouldFillMemoryAreNotBuilt() {
    BlockLimits tight = new BlockLimits(16_384, 100_000, 1_000, 1_000_000);
    byte[] bytes = block(InsightSamples.detections(9, 4_000));
    assertThatExceptionOfType(BlockException.class)
        .isThrownBy(() -> BlockDecoder.decode(BlockDecoder.parse(bytes, tight), tight))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OVER_LIMIT))
        .withMessageContaining("values");
  }

  @Test
  void aZipBombIsRefusedBeforeItIsUnpacked() {
    byte[] block = block(InsightSamples.detections(8, 3));
    byte[] bomb = packed(new byte[12 * 1024 * 1024], block);
    little(bomb).putInt(BlockLayout.PLAIN_LENGTH_AT, 12 * 1024 * 1024);
    assertRefused(resealed(bomb), Reason.OVER_LIMIT, "more than 1000 times", 0);
  }

  @Test
  void aZipBombThatUnderstatesItselfIsCutAtWhatItSays() {
    byte[] block = block(InsightSamples.detections(8, 3));
    byte[] bomb = packed(new byte[12 * 1024 * 1024], block);
    little(bomb).putInt(BlockLayout.PLAIN_LENGTH_AT, 60_000);
    assertRefused(resealed(bomb), Reason.DAMAGED, "does not unpack to its 60000 bytes", 60_000);
  }

  @Test
  void moreTextsThanInsightsAreNotBuilt() {
    byte[] block = BlockForms.unpacked(block(InsightSamples.detections(8, 3)));
    block[BlockLayout.HEADER_BYTES] = 4;
    assertRefused(resealed(block), Reason.DAMAGED, "4 dictionary entries where at most 3", 4_096);
  }

  @Test
  void rangesBeyondTheLastNumberAreDamaged() {
    byte[] block = block(InsightSamples.detections(8, 3));
    little(block).putLong(BlockLayout.FIRST_SEQ_AT, Long.MAX_VALUE - 1);
    assertRefused(resealed(block), Reason.DAMAGED, "3 insights from 9223372036854775806", 0);
    little(block).putLong(BlockLayout.FIRST_SEQ_AT, 0);
    assertRefused(resealed(block), Reason.DAMAGED, "3 insights from 0", 0);
  }

  /** The header of a block, and other columns. */
  private static byte[] packed(byte[] columns, byte[] block) {
    byte[] packed = new byte[columns.length];
    int length = Compressors.of(3).compress(columns, columns.length, packed);
    byte[] bytes = Arrays.copyOf(block, BlockLayout.HEADER_BYTES + length);
    System.arraycopy(packed, 0, bytes, BlockLayout.HEADER_BYTES, length);
    little(bytes).putInt(BlockLayout.LENGTH_AT, bytes.length);
    little(bytes).putInt(BlockLayout.COMPRESSED_LENGTH_AT, length);
    return bytes;
  }

  private static void assertRefused(byte[] bytes, Reason reason, String part, long heapBytes) {
    BlockException problem = AllocationMeter.measured(() -> problem(bytes), any -> heapBytes);
    assertThat(problem).hasMessageContaining(part);
    assertThat(problem.reason()).isEqualTo(reason);
  }

  private static BlockException problem(byte[] bytes) {
    try {
      throw new AssertionError("read " + BlockDecoder.decode(BlockDecoder.parse(bytes)).size());
    } catch (BlockException e) {
      return e;
    }
  }

  private static byte[] block(List<Insight> insights) {
    BlockEncoder encoder = new BlockEncoder(3);
    insights.forEach(encoder::add);
    return encoder.encode(Lane.INSIGHT, 1, InsightSamples.BASE).bytes();
  }

  private static byte[] resealed(byte[] block) {
    BlockLayout.seal(block);
    return block;
  }

  private static ByteBuffer little(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Anything but a block or its typed exception ends the test. */
  private static boolean refusal(byte[] bytes) {
    try {
      Block block = BlockDecoder.parse(bytes);
      assertThat(BlockDecoder.decode(block)).hasSize(block.header().count());
      return false;
    } catch (BlockException e) {
      assertThat(e).hasMessageStartingWith("block ");
      return true;
    }
  }

  private static void assertProblem(byte[] bytes, Reason reason) {
    assertThatExceptionOfType(BlockException.class)
        .isThrownBy(() -> BlockDecoder.parse(bytes))
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }
}
