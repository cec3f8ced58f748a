package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.List;
import java.util.SplittableRandom;

/** A lane that lives through seeded events, beside a set of numbers for each fate. */
final class RandomLane {

  private final SplittableRandom random;
  private final int maxSources;
  private LaneState state;
  private long eventNr;
  private SeqRanges acknowledged = SeqRanges.EMPTY;
  private SeqRanges lost = SeqRanges.EMPTY;
  private long nextSeq = 1;

  RandomLane(long seed, int maxSources) {
    this.random = new SplittableRandom(seed);
    this.maxSources = maxSources;
    this.state = LaneState.empty(maxSources);
  }

  void step() {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> append();
      case 3, 4 -> acknowledge();
      case 5 -> lose();
      case 6 -> merge();
      default -> recover();
    }
  }

  private void append() {
    long last = nextSeq + random.nextInt(5);
    SourceHead head = new SourceHead("s" + random.nextInt(5), last, last);
    state.apply(
        ++eventNr,
        new BlockAppended(
            new SeqRange(nextSeq, last), new byte[1 + random.nextInt(9)], List.of(head)));
    nextSeq = last + 1;
  }

  private void acknowledge() {
    SeqRanges held = some();
    state.apply(++eventNr, new Acknowledged(held, random.nextLong(eventNr)));
    SeqRanges known = held.minus(new SeqRange(nextSeq, Long.MAX_VALUE));
    acknowledged = acknowledged.plus(known.minus(lost));
  }

  private void lose() {
    SeqRanges given = some();
    ++eventNr;
    state.apply(eventNr, Losses.damaged(Lane.INSIGHT, eventNr, given, 0));
    lost = lost.plus(given.minus(acknowledged));
    List<SeqRange> ranges = given.ranges();
    long last = ranges.get(ranges.size() - 1).last();
    if (last >= nextSeq) {
      // Numbers between were skipped without a word: declare them as well.
      SeqRanges missing = state.missing();
      nextSeq = last + 1;
      if (!missing.isEmpty()) {
        ++eventNr;
        state.apply(eventNr, Losses.damaged(Lane.INSIGHT, eventNr, missing, 0));
        lost = lost.plus(missing);
      }
    }
  }

  private SeqRanges some() {
    SeqRanges all = SeqRanges.EMPTY;
    for (int i = random.nextInt(3); i >= 0; i--) {
      long first = 1 + random.nextLong(nextSeq + 1);
      all = all.plus(new SeqRange(first, first + random.nextInt(8)));
    }
    return all;
  }

  private void merge() {
    List<BlockRef> held = held();
    if (held.size() < 2) {
      return;
    }
    int from = random.nextInt(held.size() - 1);
    SeqRange first = held.get(from).seqs();
    SeqRange second = held.get(from + 1).seqs();
    if (first.last() + 1 == second.first()) {
      state.apply(
          ++eventNr,
          new BlocksMerged(
              new SeqRange(first.first(), second.last()), new byte[random.nextInt(9)]));
    }
  }

  /** Through a snapshot, with or without a trim. */
  private void recover() {
    if (random.nextBoolean()) {
      state.apply(++eventNr, state.trimmed());
    }
    state = LaneState.of(state.snapshot(), maxSources);
  }

  private List<BlockRef> held() {
    return state.blocks().after(0, Integer.MAX_VALUE, Long.MAX_VALUE, SeqRanges.EMPTY);
  }

  void check() {
    assertThat(state.nextSeq()).isEqualTo(nextSeq);
    assertThat(state.acknowledged()).isEqualTo(acknowledged);
    assertThat(state.lost()).isEqualTo(lost);
    assertThat(state.lastEventNr()).isEqualTo(eventNr);
    SeqRanges settled = acknowledged.plus(lost);
    assertThat(settled.count()).isEqualTo(acknowledged.count() + lost.count());
    SeqRanges inBlocks = SeqRanges.EMPTY;
    long bytes = 0;
    for (BlockRef block : held()) {
      assertThat(settled.containsAll(block.seqs())).isFalse();
      assertThat(inBlocks.intersects(block.seqs())).isFalse();
      inBlocks = inBlocks.plus(block.seqs());
      bytes += block.bytes();
    }
    assertThat(state.heldBytes()).isEqualTo(bytes);
    assertThat(state.heldBlocks()).isEqualTo(held().size());
    assertThat(state.missing().isEmpty()).isTrue();
    if (nextSeq > 1) {
      assertThat(settled.plus(inBlocks)).isEqualTo(SeqRanges.of(new SeqRange(1, nextSeq - 1)));
    }
  }
}
