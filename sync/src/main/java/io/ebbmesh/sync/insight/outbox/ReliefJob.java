package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Give;
import io.ebbmesh.sync.insight.outbox.LaneRelief.How;
import io.ebbmesh.sync.insight.outbox.LaneRelief.Taken;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Reads the blocks of one step on the journal's thread and sums them up there. */
final class ReliefJob implements RunReader {

  private final Give asked;
  private final Map<Long, BlockRef> unread = new LinkedHashMap<>();
  private final List<BlockRef> run = new ArrayList<>();
  private final LaneAge age;
  private final ActorRef<LaneReader.Command> log;
  private final SketchBuilder sketch = new SketchBuilder();
  private final @Nullable Fold fold;

  /** Of what follows nothing is taken. */
  private boolean ended;

  ReliefJob(
      Give asked,
      List<BlockRef> run,
      LaneAge age,
      @Nullable Fold fold,
      ActorRef<LaneReader.Command> log) {
    this.asked = asked;
    this.fold = fold;
    this.age = age;
    this.log = log;
    run.forEach(block -> unread.put(block.eventNr(), block));
  }

  @Override
  public void onEvent(long eventNr, Object event) {
    BlockRef block = unread.get(eventNr);
    if (block != null && event instanceof LaneEvent.HoldsBlock holds && take(holds)) {
      unread.remove(eventNr);
      run.add(block);
    }
  }

  private boolean take(LaneEvent.HoldsBlock holds) {
    try {
      Block block = BlockDecoder.parse(holds.block());
      ended = ended || asked.how() == How.EXPIRE && !age.isOver(block.header().base());
      if (ended) {
        return false;
      }
      List<Insight> insights = BlockDecoder.decode(block);
      if (fold != null && !fold.add(block.header().base(), insights, holds.block().length)) {
        ended = true;
        return false;
      }
      for (Insight insight : insights) {
        sketch.add(insight, block.header().base());
      }
      return true;
    } catch (BlockException e) {
      // Left to whoever wants to send it; a drop takes it with the others.
      return false;
    }
  }

  @Override
  public void onEnd(@Nullable Exception failure) {
    if (asked.how() == How.DROP) {
      run.addAll(unread.values());
    }
    byte[] told = sketch.encoded();
    byte[] aggregates = fold == null ? null : fold.encoded(told.length);
    log.tell(new Taken(asked, List.copyOf(run), told, aggregates));
  }
}
