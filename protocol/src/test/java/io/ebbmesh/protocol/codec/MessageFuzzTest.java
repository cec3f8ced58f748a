package io.ebbmesh.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ebbmesh.protocol.AllocationMeter;
import io.ebbmesh.protocol.FuzzRuns;
import io.ebbmesh.protocol.codec.proto.PbFrame;
import java.util.Arrays;

/**
 * Bytes from anywhere are a message or a {@link FrameException}, take no more memory than their
 * length allows, and what was read is written as something that reads as the same. Runs over its
 * seeds; searches with {@code JAZZER_FUZZ=1} (CONTRIBUTING.md).
 */
class MessageFuzzTest {

  /**
   * The densest message has two bytes an item, a range without numbers; it becomes a message, a
   * list entry and a record, of about 200 bytes together.
   */
  private static final long PER_BYTE = 160;

  private static final byte HELLO_TAG = PbFrame.HELLO_FIELD_NUMBER << 3 | 2;

  private interface Reader<T> {
    T read(byte[] bytes) throws FrameException;
  }

  private interface Writer<T> {
    byte[] write(T message);
  }

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAFrameOrATypedException(byte[] input) {
    check(input, FrameCodec::decode, FrameCodec::encode);
  }

  /** All inputs are the inside of a hello, the only frame that comes from anybody. */
  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAHelloOrATypedException(byte[] input) {
    if (input.length >= 1 << 14) {
      return;
    }
    byte[] frame = new byte[4 + input.length];
    frame[0] = FrameCodec.VERSION;
    frame[1] = HELLO_TAG;
    frame[2] = (byte) (input.length | 0x80);
    frame[3] = (byte) (input.length >> 7);
    System.arraycopy(input, 0, frame, 4, input.length);
    check(frame, FrameCodec::decode, FrameCodec::encode);
  }

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAManifestOrATypedException(byte[] input) {
    check(input, ManifestCodec::decode, ManifestCodec::encode);
    check(input, ManifestCodec::decodeSigned, ManifestCodec::encodeSigned);
  }

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAMessageOfANeighbourOrATypedException(byte[] input) {
    check(input, SiteCodec::decodeRequest, SiteCodec::encode);
    check(input, SiteCodec::decodeAnswer, SiteCodec::encode);
  }

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAnInsightOrATypedException(byte[] input) {
    check(input, InsightCodec::decode, InsightCodec::encode);
  }

  private static <T> void check(byte[] input, Reader<T> reader, Writer<T> writer) {
    Object read = AllocationMeter.measured(() -> read(input, reader), r -> input.length * PER_BYTE);
    if (read instanceof FrameException problem) {
      assertThat(String.valueOf(problem.getMessage())).hasSizeGreaterThan(5);
      return;
    }
    @SuppressWarnings("unchecked")
    T message = (T) read;
    byte[] written = writer.write(message);
    try {
      byte[] again = writer.write(reader.read(written));
      if (!Arrays.equals(again, written)) {
        assertThat(again).isEqualTo(written);
      }
    } catch (FrameException e) {
      throw new AssertionError("a message that was just written is not read: " + message, e);
    }
  }

  /** A message or a problem. */
  private static <T> Object read(byte[] input, Reader<T> reader) {
    try {
      return reader.read(input);
    } catch (FrameException e) {
      return e;
    }
  }
}
