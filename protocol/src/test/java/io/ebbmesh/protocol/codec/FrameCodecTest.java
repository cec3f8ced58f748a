package io.ebbmesh.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.ebbmesh.protocol.AllocationMeter;
import io.ebbmesh.protocol.codec.FrameException.Reason;
import io.ebbmesh.protocol.codec.proto.PbAck;
import io.ebbmesh.protocol.codec.proto.PbEpoch;
import io.ebbmesh.protocol.codec.proto.PbFrame;
import io.ebbmesh.protocol.codec.proto.PbHello;
import io.ebbmesh.protocol.codec.proto.PbLaneSeq;
import io.ebbmesh.protocol.codec.proto.PbLossDeclared;
import io.ebbmesh.protocol.codec.proto.PbRefused;
import io.ebbmesh.protocol.codec.proto.PbSeqRange;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  static List<Frame> frames() {
    return new ArrayList<>(FrameSamples.all().values());
  }

  @Test
  void thereIsASampleOfEachKindOfFrame() {
    assertThat(frames())
        .extracting(Object::getClass)
        .containsOnly(Frame.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aFrameComesBackAsItWas(Frame frame) throws FrameException {
    byte[] bytes = FrameCodec.encode(frame);

    assertThat(bytes).hasSize(FrameCodec.encodedSize(frame));
    assertThat(FrameCodec.decode(bytes)).usingRecursiveComparison().isEqualTo(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aFrameIsReadFromTheMiddleOfADirectBuffer(Frame frame) throws FrameException {
    byte[] bytes = FrameCodec.encode(frame);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 7);
    direct.position(3);
    FrameCodec.prepare(frame).writeTo(direct);
    direct.flip().position(3);

    Frame read = FrameCodec.decode(direct);
    direct.clear();
    direct.put(new byte[direct.capacity()]);

    assertThat(read).usingRecursiveComparison().isEqualTo(frame);
  }

  @Test
  void aFrameOfAnUnknownKindCanBeToldApart() {
    assertProblem(new byte[] {1, (byte) 0xE2, 0x01, 0}, Reason.UNKNOWN_TYPE, "not known here");
  }

  @Test
  void aRefusalForAReasonOfANewerHubKeepsItsMessageAndWait() throws FrameException {
    PbRefused newer =
        PbRefused.newBuilder().setReason(99).setMessage("why").setRetryAfterMillis(5).build();

    assertThat(FrameCodec.decode(bytes(PbFrame.newBuilder().setRefused(newer))))
        .isEqualTo(new Frame.Refused(Frame.RefusalReason.UNKNOWN, "why", 5));
  }

  @Test
  void aFrameOfANewerVersionIsTooNew() {
    assertProblem(new byte[] {2, 0}, Reason.TOO_NEW, "version 2");
  }

  @Test
  void aFrameWithoutBytesIsMalformed() {
    assertProblem(new byte[0], Reason.MALFORMED, "empty");
    assertProblem(new byte[] {0, 1}, Reason.MALFORMED, "version 0");
  }

  @Test
  void anUnknownLaneIsNamed() {
    PbAck ack = PbAck.newBuilder().setLane(9).build();
    assertProblem(bytes(PbFrame.newBuilder().setAck(ack)), Reason.MALFORMED, "ack.lane", "9");
  }

  @Test
  void aRangeThatIsNoneIsNamed() {
    PbSeqRange range = PbSeqRange.newBuilder().setFirst(5).setLast(4).build();
    PbAck ack = PbAck.newBuilder().setLane(1).addHeld(range).build();
    assertProblem(bytes(PbFrame.newBuilder().setAck(ack)), Reason.MALFORMED, "ack.held", "5..4");
  }

  @Test
  void aNumberAboveTheRangeOfJavaIsNamed() {
    PbAck ack = PbAck.newBuilder().setLane(1).setCreditBytes(-1).build();
    assertProblem(bytes(PbFrame.newBuilder().setAck(ack)), Reason.MALFORMED, "ack.credit_bytes");
  }

  @Test
  void aMissingFieldIsNamed() {
    PbHello hello = PbHello.newBuilder().setNode("n").build();
    assertProblem(
        bytes(PbFrame.newBuilder().setHello(hello)), Reason.MALFORMED, "hello.incarnation");
  }

  @Test
  void moreRangesThanAllowedAreNotBuilt() {
    PbAck.Builder ack = PbAck.newBuilder().setLane(1);
    for (int i = 0; i <= SessionLimits.MAX_RANGES; i++) {
      ack.addHeld(PbSeqRange.newBuilder().setFirst(3 * i + 1).setLast(3 * i + 1));
    }
    assertProblem(bytes(PbFrame.newBuilder().setAck(ack)), Reason.OVER_LIMIT, "PbAck.held");
  }

  @Test
  void theLongestLossRecordTakesMemoryForItsBytesOnly() {
    PbLossDeclared.Builder loss = PbLossDeclared.newBuilder().setLane(1).setId(1).setReason(1);
    for (int i = LossRecord.MAX_RANGES; i > 0; i--) {
      loss.addRanges(PbSeqRange.newBuilder().setFirst(3 * i).setLast(3 * i));
    }
    byte[] bytes = bytes(PbFrame.newBuilder().setLossDeclared(loss));
    Frame frame = AllocationMeter.measured(() -> decoded(bytes), read -> bytes.length * 40);
    assertThat(((Frame.LossDeclared) frame).loss().ranges().ranges())
        .hasSize(LossRecord.MAX_RANGES);
  }

  @Test
  void theLongestLineageTakesMemoryForItsBytesOnly() {
    PbFrame.Builder frame = FrameToProto.convert(FrameSamples.of("hello")).toBuilder();
    PbHello.Builder hello = frame.getHelloBuilder().clearLineage();
    for (int i = 0; i < Lineage.MAX_EPOCHS; i++) {
      hello.addLineage(PbEpoch.getDefaultInstance());
    }
    byte[] bytes = bytes(frame);
    AllocationMeter.measured(() -> decoded(bytes), read -> bytes.length * 200);

    hello.addLineage(PbEpoch.getDefaultInstance());
    assertProblem(bytes(frame), Reason.OVER_LIMIT, "PbHello.lineage", "1000");
  }

  private static Frame decoded(byte[] bytes) {
    try {
      return FrameCodec.decode(bytes);
    } catch (FrameException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBlockLongerThanAllowedIsNotCopied() {
    PbFrame.Builder frame = PbFrame.newBuilder();
    frame
        .getBlockPushBuilder()
        .setLane(1)
        .setSeqs(PbSeqRange.newBuilder().setFirst(1).setLast(1))
        .setBlock(ByteString.copyFrom(new byte[SessionLimits.MAX_BLOCK_BYTES + 1]));
    assertProblem(bytes(frame), Reason.OVER_LIMIT, "PbBlockPush.block");
  }

  @Test
  void aFrameLongerThanAllowedIsNotRead() {
    byte[] bytes = new byte[SessionLimits.MAX_FRAME_BYTES + 1];
    assertProblem(bytes, Reason.OVER_LIMIT, "at most");
  }

  @Test
  void aLaneNamedTwiceIsMalformed() {
    PbFrame.Builder frame = FrameToProto.convert(FrameSamples.of("hello")).toBuilder();
    frame.getHelloBuilder().addHeads(PbLaneSeq.newBuilder().setLane(1).setSeq(4));
    assertProblem(bytes(frame), Reason.MALFORMED, "hello.heads", "alarm twice");
  }

  @Test
  void aSenderIsToldWhichFieldIsOverItsLimit() {
    SeqRanges ranges = SeqRanges.EMPTY;
    for (int i = 0; i <= SessionLimits.MAX_RANGES; i++) {
      ranges = ranges.plus(new SeqRange(3 * i + 1, 3 * i + 1));
    }
    Frame.Ack ack = new Frame.Ack(Lane.ALARM, ranges, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameCodec.encode(ack))
        .withMessageContaining("ack.held")
        .withMessageContaining("64");
  }

  @Test
  void theLimitsOfTheWireFormatAreThoseOfTheRecords() throws FrameException {
    byte[] block = new byte[SessionLimits.MAX_BLOCK_BYTES];
    Frame push = new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 1), block);
    Frame chunk =
        new Frame.Chunk(
            io.ebbmesh.protocol.block.Digest.of(block), 0, new byte[SessionLimits.MAX_CHUNK_BYTES]);

    assertThat(FrameCodec.decode(FrameCodec.encode(push))).isInstanceOf(Frame.BlockPush.class);
    assertThat(FrameCodec.decode(FrameCodec.encode(chunk))).isInstanceOf(Frame.Chunk.class);
  }

  private static byte[] bytes(PbFrame.Builder frame) {
    byte[] message = frame.build().toByteArray();
    byte[] bytes = new byte[message.length + 1];
    bytes[0] = FrameCodec.VERSION;
    System.arraycopy(message, 0, bytes, 1, message.length);
    return bytes;
  }

  private static void assertProblem(byte[] bytes, Reason reason, String... parts) {
    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> FrameCodec.decode(bytes))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContainingAll(parts);
            });
  }
}
