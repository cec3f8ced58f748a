package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.SessionLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCodecTest {

  private final BlockEncoder encoder = new BlockEncoder(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 10, 63, 64, 100, 1_000, 5_000, 16_384})
  void detectionsComeBackBitForBit(int count) throws BlockException {
    assertComesBack(InsightSamples.detections(count, count));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 10, 63, 64, 100, 300})
  void insightsThatHaveNothingInCommonComeBackBitForBit(int count) throws BlockException {
    for (int seed = 0; seed < 20; seed++) {
      assertComesBack(InsightSamples.odd(seed, count));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 100, 3_000})
  void readingsComeBackBitForBit(int count) throws BlockException {
    assertComesBack(InsightSamples.readings(count, count));
  }

  @Test
  void theLongestInsightComesBack() throws BlockException {
    String longest = "\u6e29".repeat(Insight.MAX_STRING_CHARS);
    float[] values = new float[Insight.MAX_VALUES];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    assertComesBack(
        List.of(
            new Insight(
                InsightKind.SAMPLE, longest, longest, longest, longest, 1, 2, values, null)));
  }

  @Test
  void insightsThatAreAllAlikeTakeNextToNothingAndStillDecode() throws BlockException {
    Insight insight = InsightSamples.detections(1, 1).get(0);
    List<Insight> alike = Collections.nCopies(16_000, insight);
    assertThat(assertComesBack(alike).bytes().length).isLessThan(2_000);
  }

  @Test
  void aFullBlockOfNoiseStaysInsideTheLimits() throws BlockException {
    SplittableRandom random = new SplittableRandom(2);
    List<Insight> added = new ArrayList<>();
    Insight insight = noise(random);
    while (encoder.hasRoomFor(insight)) {
      encoder.add(insight);
      added.add(insight);
      insight = noise(random);
    }
    Block block = encoder.encode(Lane.SAMPLE, 1, InsightSamples.BASE);

    assertThat(block.bytes().length)
        .isBetween(SessionLimits.MAX_BLOCK_BYTES / 2, SessionLimits.MAX_BLOCK_BYTES);
    assertDecodesTo(added, block);
  }

  private static Insight noise(SplittableRandom random) {
    float[] values = new float[random.nextInt(400)];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return new Insight(
        InsightKind.SAMPLE,
        Long.toHexString(random.nextLong()),
        Long.toHexString(random.nextLong()),
        "",
        "",
        random.nextLong(),
        random.nextInt(),
        values,
        null);
  }

  @Test
  void aBlockThatIsFullTakesNoMore() {
    Insight insight = InsightSamples.detections(1, 1).get(0);
    while (encoder.hasRoomFor(insight)) {
      encoder.add(insight);
    }
    assertThat(encoder.count()).isEqualTo(BlockLimits.DEFAULT.maxInsights());
    assertThatIllegalStateException().isThrownBy(() -> encoder.add(insight));
  }

  @Test
  void anEncoderStartsAfreshAfterEachBlock() {
    List<Insight> insights = InsightSamples.detections(5, 300);
    byte[] first = encode(insights).bytes();
    assertThat(encoder.count()).isZero();
    assertThat(encoder.plainBytes()).isZero();
    encode(InsightSamples.odd(5, 200));

    assertThat(encode(insights).bytes()).isEqualTo(first);
  }

  @Test
  void theHeaderSaysWhatTheBlockHolds() throws BlockException {
    InsightSamples.detections(3, 40).forEach(encoder::add);
    Block block = encoder.encode(Lane.ALARM, 1_000_000_000_000L, InsightSamples.BASE);

    BlockHeader header = BlockDecoder.header(block.bytes());

    assertThat(header).isEqualTo(block.header());
    assertThat(header.lane()).isEqualTo(Lane.ALARM);
    assertThat(header.seqs()).isEqualTo(new SeqRange(1_000_000_000_000L, 1_000_000_000_039L));
    assertThat(header.base()).isEqualTo(InsightSamples.BASE);
    assertThat(header.formatVersion()).isEqualTo(1);
    assertThat(header.dictionaryId()).isZero();
  }

  @Test
  void equalInsightsGiveEqualBlocksOnAnyEncoder() {
    List<Insight> insights = InsightSamples.detections(8, 100);
    BlockEncoder other = new BlockEncoder(1, 3);
    insights.forEach(other::add);
    Block block = other.encode(Lane.INSIGHT, 1, InsightSamples.BASE);
    assertThat(block.digest()).isEqualTo(encode(insights).digest());
  }

  @Test
  void anEncoderKnowsWhichFormatsItCanWrite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BlockEncoder(2, 3))
        .withMessageContaining("2");
    assertThatIllegalArgumentException().isThrownBy(() -> new BlockEncoder(0, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new BlockEncoder(1, 20));
  }

  @Test
  void anEmptyBlockIsNotMade() {
    assertThatIllegalStateException()
        .isThrownBy(() -> encoder.encode(Lane.INSIGHT, 1, InsightSamples.BASE));
  }

  private Block encode(List<Insight> insights) {
    insights.forEach(encoder::add);
    return encoder.encode(Lane.INSIGHT, 1, InsightSamples.BASE);
  }

  private Block assertComesBack(List<Insight> insights) throws BlockException {
    Block block = encode(insights);
    assertDecodesTo(insights, block);
    return block;
  }

  /** Compared by hand: a reflective comparison of tens of thousands of records takes seconds. */
  private static void assertDecodesTo(List<Insight> expected, Block block) throws BlockException {
    List<Insight> read = BlockDecoder.decode(BlockDecoder.parse(block.bytes()));
    assertThat(read).hasSameSizeAs(expected);
    for (int i = 0; i < read.size(); i++) {
      assertThat(bits(read.get(i))).as("insight %d", i).isEqualTo(bits(expected.get(i)));
    }
  }

  private static List<Object> bits(Insight insight) {
    List<Object> bits = new ArrayList<>();
    bits.add(insight.kind());
    bits.add(insight.stream());
    bits.add(insight.model());
    bits.add(insight.label());
    bits.add(insight.decidedBy());
    bits.add(insight.observedNanos());
    bits.add(Float.floatToRawIntBits(insight.score()));
    for (float value : insight.values()) {
      bits.add(Float.floatToRawIntBits(value));
    }
    bits.add(String.valueOf(insight.source()));
    return bits;
  }
}
