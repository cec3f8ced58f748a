package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.log.Checkpoint.Trims;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where the records of one persistence id are; guarded by the index's lock. */
final class PersistenceIndex {

  final String id;
  final byte[] name;
  final List<Run> runs = new ArrayList<>();

  /** Highest number that was ever written, readable or not. */
  long highest;

  Trims trims = Trims.NONE;

  /** Highest number that was handed to the writer; only the writer uses it. */
  long appended;

  /** What the writer has been told to give up, durable or not; only the writer uses it. */
  Trims requested = Trims.NONE;

  PersistenceIndex(String id) {
    this.id = id;
    this.name = id.getBytes(StandardCharsets.UTF_8);
  }

  void add(Segment segment, long sequenceNr, int offset, int bodyLength) {
    Run run = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (run == null || run.segment != segment || !run.takes(sequenceNr)) {
      run = new Run(this, segment, sequenceNr);
      runs.add(run);
      segment.runs.add(run);
    }
    run.add(sequenceNr, offset, bodyLength);
    if (trims.isLive(sequenceNr)) {
      run.live++;
      segment.live++;
    }
    highest = Math.max(highest, sequenceNr);
  }

  /** Takes over what is given up now, and lets go of runs with nothing left. */
  void give(Trims next) {
    SeqRanges fresh = next.trimmed().minus(trims.trimmed());
    if (next.deletedTo() > trims.deletedTo()) {
      SeqRange deleted = new SeqRange(trims.deletedTo() + 1, next.deletedTo());
      fresh = fresh.plus(SeqRanges.of(deleted).minus(trims.trimmed()));
    }
    trims = next;
    for (SeqRange range : fresh.ranges()) {
      for (int i = runAtOrAfter(range.first()); i < runs.size(); i++) {
        Run run = runs.get(i);
        if (run.firstSeq > range.last()) {
          break;
        }
        int dead = run.countIn(range.first(), range.last());
        run.live -= dead;
        run.segment.live -= dead;
      }
    }
    runs.removeIf(
        run -> {
          boolean dead = run.live == 0 && run.segment.sealed;
          if (dead) {
            run.segment.runs.remove(run);
          }
          return dead;
        });
  }

  /** Index of the first run whose last number is at least {@code sequenceNr}. */
  int runAtOrAfter(long sequenceNr) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).lastSeq() < sequenceNr) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
