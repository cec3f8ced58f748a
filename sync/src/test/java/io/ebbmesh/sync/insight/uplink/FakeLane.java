package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.store.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The log of one lane as the uplink sees it, with its journal, in memory. */
final class FakeLane {

  final Lane lane;
  private final TreeMap<Long, BlockRef> held = new TreeMap<>();
  private final Map<Long, byte[]> journal = new TreeMap<>();
  private final List<LossRecord> losses = new ArrayList<>();
  private long nextSeq = 1;
  private long nextEvent = 1;
  private long revision = 1;
  private SeqRanges acknowledged = SeqRanges.EMPTY;
  private SeqRanges durablyAcknowledged = SeqRanges.EMPTY;
  private SeqRanges lost = SeqRanges.EMPTY;

  FakeLane(Lane lane) {
    this.lane = lane;
  }

  static Insight insight(Lane lane, long seq) {
    return Samples.insight(seq + lane.code() * 1_000_000L);
  }

  void produce(BlockEncoder encoder, int count) {
    for (int i = 0; i < count; i++) {
      encoder.add(insight(lane, nextSeq + i));
    }
    Block block = encoder.encode(lane, nextSeq, Samples.BASE);
    SeqRange seqs = block.header().seqs();
    keep(seqs, block.bytes());
    nextSeq = seqs.last() + 1;
  }

  private void keep(SeqRange seqs, byte[] bytes) {
    long event = nextEvent++;
    journal.put(event, bytes);
    held.put(seqs.first(), new BlockRef(seqs, event, bytes.length));
    revision++;
  }

  /** The oldest held block becomes what no hub can decode. */
  void damageOldest() {
    if (!held.isEmpty()) {
      BlockRef ref = held.firstEntry().getValue();
      byte[] bytes = read(ref.eventNr());
      if (bytes != null) {
        byte[] damaged = bytes.clone();
        damaged[damaged.length / 2] ^= 0x40;
        journal.put(ref.eventNr(), damaged);
      }
    }
  }

  /** The journal loses the record of the oldest held block. */
  void loseOldest() {
    if (!held.isEmpty()) {
      journal.remove(held.firstEntry().getValue().eventNr());
    }
  }

  void unreadable(BlockRef ref) {
    if (held.remove(ref.seqs().first(), ref)) {
      SeqRanges gone = SeqRanges.of(ref.seqs()).minus(acknowledged);
      if (!gone.isEmpty()) {
        lost = lost.plus(gone);
        losses.add(new LossRecord(lane, nextEvent++, gone, LossReason.DAMAGED, 0, new byte[0]));
      }
      revision++;
    }
  }

  void acknowledge(SeqRanges ranges, long lossId) {
    acknowledged = acknowledged.plus(ranges);
    held.values().removeIf(ref -> acknowledged.containsAll(ref.seqs()));
    losses.removeIf(loss -> loss.id() <= lossId);
    revision++;
  }

  void makeAcknowledgementsDurable() {
    durablyAcknowledged = acknowledged;
  }

  /** Acknowledgements that were not durable are forgotten; what they let go is held again. */
  void restart(BlockEncoder encoder) {
    SeqRanges forgotten = acknowledged.minus(durablyAcknowledged).minus(lost);
    acknowledged = durablyAcknowledged;
    for (SeqRange range : forgotten.ranges()) {
      // One block over the whole range: cut otherwise than it was sent before, as after a merge.
      for (long seq = range.first(); seq <= range.last(); seq++) {
        encoder.add(insight(lane, seq));
      }
      held.values().removeIf(ref -> range.contains(ref.seqs().first()));
      keep(range, encoder.encode(lane, range.first(), Samples.BASE).bytes());
    }
    revision++;
  }

  LaneHead head() {
    return new LaneHead(lane, revision, nextSeq, acknowledged, List.copyOf(losses), held.size(), 0);
  }

  HeldBlocks next(long afterSeq, int maxBlocks) {
    return new HeldBlocks(
        lane, afterSeq, held.tailMap(afterSeq, false).values().stream().limit(maxBlocks).toList());
  }

  byte @Nullable [] read(long event) {
    return journal.get(event);
  }

  SeqRanges acknowledged() {
    return acknowledged;
  }

  SeqRanges lost() {
    return lost;
  }

  long produced() {
    return nextSeq - 1;
  }

  boolean isDrained() {
    return held.isEmpty() && losses.isEmpty();
  }
}
