package io.ebbmesh.sync.codec;

import io.ebbmesh.sync.codec.proto.PbLaneSnapshot;
import io.ebbmesh.sync.insight.outbox.LaneSnapshot;

/** A lane's snapshot to and from protobuf. */
final class SnapshotMessages {

  private SnapshotMessages() {}

  static PbLaneSnapshot toMessage(LaneSnapshot snapshot) {
    PbLaneSnapshot.Builder builder =
        PbLaneSnapshot.newBuilder()
            .setEventNr(snapshot.eventNr())
            .setNextSeq(snapshot.nextSeq())
            .setAcknowledged(LaneMessages.ranges(snapshot.acknowledged()))
            .setLost(LaneMessages.ranges(snapshot.lost()))
            .setLossId(snapshot.lossId())
            .setTotals(LaneMessages.totals(snapshot.totals()))
            .setLargestBlock(snapshot.largestBlock())
            .setTrimFloor(snapshot.trimFloor())
            .addAllFolds(snapshot.folds());
    snapshot.losses().forEach(loss -> builder.addLosses(LaneMessages.loss(loss)));
    snapshot.sources().forEach(head -> builder.addSources(LaneMessages.sourceHead(head)));
    addBlocks(snapshot.blocks(), builder);
    return builder.build();
  }

  private static void addBlocks(LaneSnapshot.Blocks blocks, PbLaneSnapshot.Builder builder) {
    long end = 1;
    long eventNr = 0;
    for (int i = 0; i < blocks.size(); i++) {
      builder.addBlockGaps(blocks.firsts()[i] - end);
      builder.addBlockCounts(blocks.counts()[i]);
      builder.addBlockEventSteps(blocks.eventNrs()[i] - eventNr);
      builder.addBlockLengths(blocks.lengths()[i]);
      end = blocks.firsts()[i] + blocks.counts()[i];
      eventNr = blocks.eventNrs()[i];
    }
  }

  static LaneSnapshot fromMessage(PbLaneSnapshot message) {
    return new LaneSnapshot(
        message.getEventNr(),
        message.getNextSeq(),
        LaneMessages.ranges(message.getAcknowledged()),
        LaneMessages.ranges(message.getLost()),
        message.getLossId(),
        message.getLossesList().stream().map(LaneMessages::loss).toList(),
        message.getSourcesList().stream().map(LaneMessages::sourceHead).toList(),
        blocks(message),
        LaneMessages.totals(message.getTotals()),
        message.getLargestBlock(),
        message.getTrimFloor(),
        message.getFoldsList());
  }

  private static LaneSnapshot.Blocks blocks(PbLaneSnapshot message) {
    int size = message.getBlockGapsCount();
    if (message.getBlockCountsCount() != size
        || message.getBlockEventStepsCount() != size
        || message.getBlockLengthsCount() != size) {
      throw new IllegalArgumentException("columns of the block index differ in length");
    }
    long[] firsts = new long[size];
    int[] counts = new int[size];
    long[] eventNrs = new long[size];
    int[] lengths = new int[size];
    long end = 1;
    long eventNr = 0;
    for (int i = 0; i < size; i++) {
      firsts[i] = Math.addExact(end, message.getBlockGaps(i));
      counts[i] = message.getBlockCounts(i);
      if (firsts[i] < end || counts[i] < 1) {
        throw new IllegalArgumentException("the block index goes back behind " + end);
      }
      eventNr += message.getBlockEventSteps(i);
      eventNrs[i] = eventNr;
      lengths[i] = message.getBlockLengths(i);
      end = Math.addExact(firsts[i], counts[i]);
    }
    return new LaneSnapshot.Blocks(firsts, counts, eventNrs, lengths);
  }
}
