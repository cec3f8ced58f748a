package io.ebbmesh.sync.codec;

import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.codec.proto.PbLaneTotals;
import io.ebbmesh.sync.codec.proto.PbRangeDeclaredLost;
import io.ebbmesh.sync.codec.proto.PbSeqRanges;
import io.ebbmesh.sync.codec.proto.PbSourceHead;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneTotals;
import java.util.ArrayList;
import java.util.List;

/** The parts that events and snapshots of a lane share, to and from protobuf. */
final class LaneMessages {

  private LaneMessages() {}

  static PbSeqRanges ranges(SeqRanges ranges) {
    PbSeqRanges.Builder builder = PbSeqRanges.newBuilder();
    long end = 0;
    for (SeqRange range : ranges.ranges()) {
      builder.addSteps(range.first() - end);
      builder.addSteps(range.last() - range.first());
      end = range.last();
    }
    return builder.build();
  }

  static SeqRanges ranges(PbSeqRanges message) {
    if (message.getStepsCount() % 2 != 0) {
      throw new IllegalArgumentException("a range without an end");
    }
    List<SeqRange> ranges = new ArrayList<>(message.getStepsCount() / 2);
    long end = 0;
    for (int i = 0; i < message.getStepsCount(); i += 2) {
      long first = Math.addExact(end, message.getSteps(i));
      end = Math.addExact(first, message.getSteps(i + 1));
      ranges.add(new SeqRange(first, end));
    }
    return SeqRanges.of(ranges);
  }

  static SeqRange range(long first, int count) {
    return new SeqRange(first, Math.addExact(first, count - 1L));
  }

  static PbSourceHead sourceHead(SourceHead head) {
    return PbSourceHead.newBuilder()
        .setSource(head.source())
        .setPosition(head.position())
        .setSeq(head.seq())
        .build();
  }

  static SourceHead sourceHead(PbSourceHead message) {
    return new SourceHead(message.getSource(), message.getPosition(), message.getSeq());
  }

  static PbRangeDeclaredLost loss(LossRecord loss) {
    return PbRangeDeclaredLost.newBuilder()
        .setLane(loss.lane().code())
        .setId(loss.id())
        .setRanges(ranges(loss.ranges()))
        .setReason(loss.reason().code())
        .setDeclaredAtWallMillis(loss.declaredAtWallMillis())
        .setSketch(UnsafeByteOperations.unsafeWrap(loss.sketch()))
        .build();
  }

  static LossRecord loss(PbRangeDeclaredLost message) {
    return new LossRecord(
        Lane.ofCode(message.getLane()),
        message.getId(),
        ranges(message.getRanges()),
        LossReason.ofCode(message.getReason()),
        message.getDeclaredAtWallMillis(),
        message.getSketch().toByteArray());
  }

  static PbLaneTotals totals(LaneTotals totals) {
    return PbLaneTotals.newBuilder()
        .setBlocks(totals.blocks())
        .setInsights(totals.insights())
        .setBlockBytes(totals.blockBytes())
        .build();
  }

  static LaneTotals totals(PbLaneTotals message) {
    return new LaneTotals(message.getBlocks(), message.getInsights(), message.getBlockBytes());
  }
}
