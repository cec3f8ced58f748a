package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.check.Flip.Outcome;
import io.ebbmesh.sync.insight.outbox.LaneEvent.HoldsBlock;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Opens a store with a flipped bit, reads everything back, and compares it with what was put in.
 */
final class FlipCheck {

  private static final long DECLARE_MILLIS = 10_000;
  private static final long POLL_MILLIS = 2;

  /**
   * What an opening came to.
   *
   * @param outcome what came of the damage
   * @param lost insights declared lost
   * @param detail why, for people
   */
  record Found(Outcome outcome, long lost, String detail) {}

  private final Sample sample;
  private final Config settings;
  private final long mostInABlock;

  FlipCheck(Sample sample) {
    this.sample = sample;
    this.settings = Sample.settings();
    this.mostInABlock = sample.blocks().stream().mapToLong(b -> b.seqs().count()).max().orElse(0);
  }

  Found check(Path store) throws InterruptedException {
    try (OpenOutbox outbox = OpenOutbox.open(store, settings)) {
      return read(outbox);
    } catch (IOException e) {
      return new Found(Outcome.NOT_STARTED, 0, String.valueOf(e.getMessage()));
    }
  }

  private Found read(OpenOutbox outbox) throws IOException, InterruptedException {
    List<BlockRef> blocks = outbox.blocks();
    Map<Long, HoldsBlock> events = outbox.read(blocks);
    List<BlockRef> unreadable = new ArrayList<>();
    SeqRanges held = SeqRanges.EMPTY;
    for (BlockRef block : blocks) {
      HoldsBlock event = events.get(block.eventNr());
      if (event == null) {
        unreadable.add(block);
        outbox.unreadable(block);
        continue;
      }
      String wrong = compare(event);
      if (!wrong.isEmpty()) {
        return new Found(Outcome.SILENT, 0, wrong);
      }
      held = held.plus(event.seqs());
    }
    SeqRanges lost = awaitLost(outbox, unreadable);
    return judge(outbox, held, lost);
  }

  /** What the uplink would do about blocks that the journal does not give. */
  private static SeqRanges awaitLost(OpenOutbox outbox, List<BlockRef> unreadable)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DECLARE_MILLIS * 1_000_000;
    while (true) {
      LaneHead head = outbox.head();
      SeqRanges lost = SeqRanges.EMPTY;
      for (LossRecord loss : head.losses()) {
        lost = lost.plus(loss.ranges());
      }
      SeqRanges covered = lost.plus(head.acknowledged());
      if (unreadable.stream().allMatch(block -> covered.containsAll(block.seqs()))
          || System.nanoTime() > deadline) {
        return lost;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Found judge(OpenOutbox outbox, SeqRanges held, SeqRanges lost)
      throws IOException, InterruptedException {
    LaneHead head = outbox.head();
    String issues = outbox.log().damage().isEmpty() ? "" : outbox.log().damage().toString();
    SeqRanges missing = sample.pending().minus(held).minus(lost);
    if (!missing.isEmpty()) {
      return silent("neither held nor declared lost: " + missing, issues);
    }
    SeqRanges invented = head.acknowledged().minus(sample.acknowledged());
    if (!invented.isEmpty()) {
      return silent("the hub never acknowledged " + invented, issues);
    }
    if (head.nextSeq() < sample.nextSeq()) {
      return silent("numbers from " + head.nextSeq() + " on would be given twice", issues);
    }
    if (!outbox.identity().incarnation().equals(sample.incarnation())) {
      return silent("the incarnation changed", issues);
    }
    String twice = repeatedSource(outbox, lost);
    if (!twice.isEmpty()) {
      return silent(twice, issues);
    }
    SeqRanges gone = lost.minus(new SeqRange(sample.nextSeq(), Long.MAX_VALUE));
    if (gone.count() > mostInABlock) {
      return new Found(Outcome.TOO_MUCH_LOST, gone.count(), gone + " " + issues);
    }
    if (!gone.isEmpty()) {
      return new Found(Outcome.DECLARED_LOST, gone.count(), gone + " " + issues);
    }
    return new Found(issues.isEmpty() ? Outcome.UNAFFECTED : Outcome.REPAIRED, 0, issues);
  }

  /** A source whose producer would repeat what is already accepted; empty if there is none. */
  private String repeatedSource(OpenOutbox outbox, SeqRanges lost)
      throws IOException, InterruptedException {
    for (String source : sample.positions().keySet()) {
      long position = outbox.position(source);
      for (int i = sample.insights().size() - 1; i >= 0; i--) {
        Insight insight = sample.insights().get(i);
        if (insight.source() == null || !insight.source().source().equals(source)) {
          continue;
        }
        if (insight.source().position() <= position) {
          break;
        }
        if (!lost.contains(i + 1L)) {
          return source + " would repeat " + insight.source().position();
        }
      }
    }
    return "";
  }

  private static Found silent(String what, String issues) {
    return new Found(Outcome.SILENT, 0, what + " " + issues);
  }

  private String compare(HoldsBlock event) {
    SeqRange seqs = event.seqs();
    try {
      List<Insight> insights = BlockDecoder.decode(BlockDecoder.parse(event.block()));
      if (insights.size() != seqs.count() || seqs.last() >= sample.nextSeq()) {
        return "block " + seqs + " holds " + insights.size() + " insights";
      }
      for (int i = 0; i < insights.size(); i++) {
        if (!same(insights.get(i), sample.insights().get((int) seqs.first() - 1 + i))) {
          return "insight " + (seqs.first() + i) + " changed";
        }
      }
      return "";
    } catch (BlockException e) {
      return "block " + seqs + " is given but " + e.getMessage();
    }
  }

  private static boolean same(Insight one, Insight other) {
    return one.kind() == other.kind()
        && one.stream().equals(other.stream())
        && one.model().equals(other.model())
        && one.label().equals(other.label())
        && one.decidedBy().equals(other.decidedBy())
        && one.observedNanos() == other.observedNanos()
        && Float.floatToIntBits(one.score()) == Float.floatToIntBits(other.score())
        && Arrays.equals(one.values(), other.values())
        && Objects.equals(one.source(), other.source());
  }
}
