package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.NextBlocks;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Decides which blocks of a lane become one, and has it done off the lane's thread, one run at a
 * time. Outlives restarts of the lane's log.
 *
 * <p>In the background a run is merged when it fills a block. Before sending, the front of what the
 * reader asks for is merged if it is a run of small ones, and the answer waits for that. What the
 * reader was told of is left alone until it starts over: it may be on its way. No run goes over a
 * fork point: what lies on its two sides is of two incarnations at the hub.
 */
final class LaneMerger {

  /**
   * A run was read and merged.
   *
   * @param run the blocks that were read
   * @param merged what takes the place of some of them; none if it failed
   */
  record Merged(List<BlockRef> run, List<BlocksMerged> merged) implements LaneReader.Command {}

  /** The store goes on as another incarnation from the nearest of these points on. */
  record Parted(ForkPoints at) implements LaneReader.Command {}

  /** A question of the reader that waits until the blocks at its front are merged. */
  private static final class Question {
    final NextBlocks asked;
    boolean tried;

    Question(NextBlocks asked) {
      this.asked = asked;
    }
  }

  /** The reader has at most one question open for each place that it reads at. */
  private static final int MAX_QUESTIONS = 16;

  /** Below it, moving what lives in a file gives back at least three times as much. */
  private static final double SPARSE_SHARE = 0.25;

  /**
   * When files are short: as much. More would be wrong, as a trim for each step of it is written,
   * too, and what was written again would soon be worth it once more.
   */
  private static final double SHORT_SHARE = 0.5;

  private final Lane lane;
  private final MergeSettings settings;
  private final int zstdLevel;
  private final LaneJournal journal;
  private final ArrayDeque<Question> questions = new ArrayDeque<>();

  /** What the reader was told of since it started over. */
  private SeqRanges told = SeqRanges.EMPTY;

  /** Blocks below are as large as they get in the background. */
  private long doneBelow = 1;

  private boolean running;

  /** While files are short: blocks of events below it have not been written again; 0 if none is. */
  private long moveBelow;

  private ForkPoints forkPoints = ForkPoints.NONE;

  LaneMerger(Lane lane, MergeSettings settings, int zstdLevel, LaneJournal journal) {
    this.lane = lane;
    this.settings = settings;
    this.zstdLevel = zstdLevel;
    this.journal = journal;
  }

  void parted(Parted parted) {
    forkPoints = parted.at();
  }

  /** Nothing that the reader was told of is on its way any more. */
  void startOver() {
    if (!told.isEmpty()) {
      doneBelow = Math.min(doneBelow, told.ranges().get(0).first());
      told = SeqRanges.EMPTY;
    }
    questions.clear();
  }

  /** What the reader was told of since it started over: it may be on its way. */
  SeqRanges told() {
    return told;
  }

  /** Answers the reader, at once or when the front of what it asks for is merged. */
  void ask(NextBlocks asked, LaneState state, SeqRanges held, ActorRef<LaneReader.Command> log) {
    if (questions.size() < MAX_QUESTIONS) {
      questions.add(new Question(asked));
      answer(state, held, log);
    }
  }

  /** Answers what need not wait, and starts to merge for what does. */
  void answer(LaneState state, SeqRanges held, ActorRef<LaneReader.Command> log) {
    for (int i = questions.size(); i > 0; i--) {
      Question question = questions.remove();
      List<BlockRef> run = question.tried ? List.of() : front(state, question.asked.afterSeq());
      if (run.size() < settings.minBlocks()) {
        answer(question.asked, state, held);
      } else {
        questions.add(question);
        if (!running) {
          question.tried = true;
          start(run, log);
        }
      }
    }
  }

  private List<BlockRef> front(LaneState state, long afterSeq) {
    return neighbours(state, state.blocks().firstAfter(afterSeq, state.nextSeq()));
  }

  private List<BlockRef> neighbours(LaneState state, long fromSeq) {
    return forkPoints.before(
        state.blocks().neighbours(fromSeq, settings.maxInsights(), settings.maxBytes(), told));
  }

  private void answer(NextBlocks asked, LaneState state, SeqRanges held) {
    List<BlockRef> blocks =
        untilSmallOnes(
            state.blocks().after(asked.afterSeq(), asked.maxBlocks(), asked.maxBytes(), held));
    for (BlockRef block : blocks) {
      told = told.plus(block.seqs());
    }
    asked.replyTo().tell(new LaneReader.HeldBlocks(lane, asked.afterSeq(), blocks));
  }

  /** Leaves out a run of small blocks that is not at the front: the next question merges it. */
  private List<BlockRef> untilSmallOnes(List<BlockRef> blocks) {
    int inRun = 0;
    long insights = 0;
    for (int i = 0; i < blocks.size(); i++) {
      SeqRange seqs = blocks.get(i).seqs();
      boolean joins =
          inRun > 0
              && blocks.get(i - 1).seqs().last() + 1 == seqs.first()
              && !forkPoints.part(seqs.first() - insights, seqs.last())
              && insights + seqs.count() <= settings.maxInsights();
      inRun = joins ? inRun + 1 : 1;
      insights = joins ? insights + seqs.count() : seqs.count();
      int from = i - inRun + 1;
      if (inRun >= settings.minBlocks() && from > 0) {
        return blocks.subList(0, from);
      }
    }
    return blocks;
  }

  /** Merges in the background if there is a run that fills a block. */
  void proceed(LaneState state, ActorRef<LaneReader.Command> log) {
    while (!running && state.nextSeq() - doneBelow >= settings.maxInsights()) {
      List<BlockRef> run = neighbours(state, doneBelow);
      if (run.isEmpty()) {
        doneBelow = state.nextSeq();
        return;
      }
      long next = run.get(run.size() - 1).seqs().last() + 1;
      boolean mayGrow = next == state.nextSeq() && insights(run) < settings.maxInsights();
      if (mayGrow) {
        return;
      }
      doneBelow = next;
      if (run.size() >= settings.minBlocks()) {
        start(run, log);
      }
    }
  }

  private static long insights(List<BlockRef> run) {
    return run.get(run.size() - 1).seqs().last() - run.get(0).seqs().first() + 1;
  }

  private void start(List<BlockRef> run, ActorRef<LaneReader.Command> log) {
    running = true;
    read(run, new Job(this, run, log));
  }

  /**
   * Writes blocks again that keep nearly empty files of the journal from being given back.
   *
   * @param shortOfFiles from now on half empty ones are worth it, too, until each was tried once
   * @return whether events keep some that a trim would give up
   */
  boolean compact(LaneState state, boolean shortOfFiles, ActorRef<LaneReader.Command> log) {
    moveBelow = shortOfFiles ? state.lastEventNr() + 1 : moveBelow;
    double share = moveBelow > 0 ? SHORT_SHARE : SPARSE_SHARE;
    long[] sparse =
        journal.sparse(LaneReader.persistenceId(lane), share, settings.maxBytes()).stream()
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    List<BlockRef> held = state.blocks().ofEvents(sparse);
    if (!running) {
      List<BlockRef> moved = movable(held);
      moveBelow = moved.isEmpty() ? 0 : moveBelow;
      if (!moved.isEmpty()) {
        running = true;
        read(moved, new Move(moved, log));
      }
    }
    return held.size() < sparse.length && trimGivesUp(sparse, state);
  }

  /** They are written in one piece, which the journal limits; the next trim brings the others. */
  private List<BlockRef> movable(List<BlockRef> held) {
    List<BlockRef> moved = new ArrayList<>();
    long room = settings.maxBytes();
    for (BlockRef block : held) {
      boolean mayMove =
          !told.intersects(block.seqs()) && (moveBelow == 0 || block.eventNr() < moveBelow);
      if (mayMove && (moved.isEmpty() || block.bytes() <= room)) {
        room -= block.bytes();
        moved.add(block);
      }
    }
    return moved;
  }

  /** Whether {@link #compact} wants to go on. */
  boolean isEmptyingFiles() {
    return moveBelow > 0;
  }

  /** Each trim leads back to {@link #compact}: one that gave up nothing would go on for ever. */
  private static boolean trimGivesUp(long[] eventNrs, LaneState state) {
    SeqRanges deletable = state.deletable(state.lastEventNr() + 1);
    return Arrays.stream(eventNrs).anyMatch(deletable::contains);
  }

  private void read(List<BlockRef> blocks, RunReader reader) {
    long[] eventNrs = blocks.stream().mapToLong(BlockRef::eventNr).toArray();
    journal.read(LaneReader.persistenceId(lane), eventNrs, reader);
  }

  /**
   * What may be written of a run that was merged: nothing whose blocks changed, that the reader was
   * told of or over which the store parted meanwhile.
   */
  List<BlocksMerged> finish(Merged done, LaneState state) {
    running = false;
    List<BlocksMerged> valid = new ArrayList<>();
    for (BlocksMerged merged : done.merged()) {
      boolean unchanged =
          done.run().stream()
              .filter(block -> merged.seqs().contains(block.seqs().first()))
              .allMatch(state.blocks()::holds);
      // One block that is written again over a fork point was there when the store parted.
      boolean parted =
          forkPoints.part(merged.seqs().first(), merged.seqs().last())
              && done.run().stream().noneMatch(block -> block.seqs().equals(merged.seqs()));
      if (unchanged && !parted && !told.intersects(merged.seqs())) {
        valid.add(merged);
      }
    }
    return valid;
  }

  /** Takes blocks as they are, on the journal's thread. */
  private static final class Move implements RunReader {

    private final List<BlockRef> blocks;
    private final ActorRef<LaneReader.Command> log;
    private final List<BlocksMerged> again = new ArrayList<>();

    Move(List<BlockRef> blocks, ActorRef<LaneReader.Command> log) {
      this.blocks = blocks;
      this.log = log;
    }

    @Override
    public void onEvent(long eventNr, Object event) {
      if (event instanceof LaneEvent.HoldsBlock holds) {
        again.add(new BlocksMerged(holds.seqs(), holds.block()));
      }
    }

    @Override
    public void onEnd(@Nullable Exception failure) {
      log.tell(new Merged(blocks, failure == null ? again : List.of()));
    }
  }

  /** Gathers the blocks of a run on the journal's thread and merges them there. */
  private static final class Job implements RunReader {

    private final LaneMerger merger;
    private final List<BlockRef> run;
    private final ActorRef<LaneReader.Command> log;
    private final List<byte[]> blocks = new ArrayList<>();

    Job(LaneMerger merger, List<BlockRef> run, ActorRef<LaneReader.Command> log) {
      this.merger = merger;
      this.run = run;
      this.log = log;
    }

    @Override
    public void onEvent(long eventNr, Object event) {
      if (event instanceof LaneEvent.HoldsBlock holds) {
        blocks.add(holds.block());
      }
    }

    @Override
    public void onEnd(@Nullable Exception failure) {
      List<BlocksMerged> merged = List.of();
      if (failure == null) {
        merged =
            BlockMerger.merge(merger.lane, blocks, merger.settings.maxInsights(), merger.zstdLevel);
      }
      log.tell(new Merged(run, merged));
    }
  }
}
