package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.block.BlockException.Reason;
import io.ebbmesh.protocol.insight.Insight;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockDictionaryTest {

  private static final BlockSupport WITH_FIRST = new BlockSupport(1, List.of(1));

  /** A new dictionary is a new line here; none is ever changed or taken out. */
  private static final Map<Integer, String> SHIPPED =
      Map.of(1, "8c5a3a1e6cfb861469eab8c3aed516e0be9178cba8a3acc934e1a6cc2560d045");

  @Test
  void aDictionaryNeverChanges() throws Exception {
    assertThat(BlockSupport.CURRENT.dictionaries()).containsExactlyElementsOf(SHIPPED.keySet());
    for (Map.Entry<Integer, String> shipped : SHIPPED.entrySet()) {
      String name = "dictionary-" + shipped.getKey() + ".zdict";
      try (InputStream in = BlockDictionary.class.getResourceAsStream(name)) {
        byte[] digest = Digest.of(in.readAllBytes()).bytes();
        assertThat(HexFormat.of().formatHex(digest)).as(name).isEqualTo(shipped.getValue());
      }
    }
  }

  @Test
  void aBlockWithDictionaryComesBackAsItWas() throws BlockException {
    for (int kind = 0; kind < SmallBlocks.KINDS.size(); kind++) {
      List<Insight> insights = SmallBlocks.stream(kind, false, kind, 9);
      Block block = SmallBlockSizes.block(insights, WITH_FIRST);

      assertThat(block.header().dictionaryId()).isEqualTo(1);
      assertThat(BlockDecoder.header(block.bytes())).isEqualTo(block.header());
      assertThat(BlockDecoder.decode(BlockDecoder.parse(block.bytes())))
          .usingRecursiveComparison()
          .isEqualTo(insights);
    }
  }

  @Test
  void aReaderWithoutDictionaryGetsNone() {
    List<Insight> insights = SmallBlocks.stream(0, true, 1, 3);
    assertThat(SmallBlockSizes.block(insights, BlockSupport.FIRST).header().dictionaryId())
        .isZero();
    BlockSupport others = new BlockSupport(1, List.of(0, -1, 77, Integer.MAX_VALUE));
    assertThat(SmallBlockSizes.block(insights, others).header().dictionaryId()).isZero();
  }

  @Test
  void aDictionaryShortensSmallBlocksOfNamesThatItNeverSaw() {
    for (int kind = 0; kind < SmallBlocks.KINDS.size(); kind++) {
      for (int size : new int[] {1, 2, 5, 10, 20}) {
        long without = 0;
        long with = 0;
        for (int run = 0; run < 20; run++) {
          List<Insight> insights = SmallBlocks.stream(kind, false, 77 + run, size);
          without += SmallBlockSizes.block(insights, BlockSupport.FIRST).bytes().length;
          with += SmallBlockSizes.block(insights, WITH_FIRST).bytes().length;
        }
        assertThat(with)
            .as("%s in blocks of %d", SmallBlocks.KINDS.get(kind), size)
            .isLessThan(without * 97 / 100);
      }
    }
  }

  @Test
  void aDictionaryIsNotUsedWhereItDoesNotHelp() {
    List<Insight> noise = InsightSamples.odd(5, 400);
    assertThat(SmallBlockSizes.block(noise, WITH_FIRST).header().dictionaryId()).isZero();
  }

  @Test
  void aDictionaryThatIsNotKnownIsNamed() {
    byte[] block = SmallBlockSizes.block(SmallBlocks.stream(0, true, 1, 3), WITH_FIRST).bytes();
    BlockForms.little(block).putInt(BlockLayout.DICTIONARY_AT, -2);
    BlockLayout.seal(block);
    assertProblem(block, Reason.TOO_NEW, "unknown dictionary 4294967294");
  }

  @Test
  void columnsThatAreNotCompressedNeedNoDictionary() {
    byte[] block = SmallBlockSizes.block(SmallBlocks.stream(0, true, 1, 3), WITH_FIRST).bytes();
    byte[] plain = BlockForms.unpacked(block);
    BlockForms.little(plain).putInt(BlockLayout.DICTIONARY_AT, 1);
    BlockLayout.seal(plain);
    assertProblem(plain, Reason.DAMAGED, "not compressed");
  }

  @Test
  void aReaderIsAskedBeforeABlockIsSent() {
    byte[] plain =
        SmallBlockSizes.block(InsightSamples.detections(1, 3), BlockSupport.FIRST).bytes();
    byte[] small = SmallBlockSizes.block(InsightSamples.detections(1, 3), WITH_FIRST).bytes();
    assertThat(BlockSupport.FIRST.reads(plain)).isTrue();
    assertThat(BlockSupport.FIRST.reads(small)).isFalse();
    assertThat(WITH_FIRST.reads(small)).isTrue();
    assertThat(BlockSupport.FIRST.reads(new byte[] {1, 2, 3})).as("no block").isTrue();
    BlockForms.little(plain).putShort(BlockLayout.VERSION_AT, (short) 9);
    assertThat(WITH_FIRST.reads(plain)).isFalse();
  }

  private static void assertProblem(byte[] bytes, Reason reason, String part) {
    assertThatExceptionOfType(BlockException.class)
        .isThrownBy(() -> BlockDecoder.parse(bytes))
        .withMessageContaining(part)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
