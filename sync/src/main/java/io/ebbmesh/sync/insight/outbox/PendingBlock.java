package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.KnownSources.Head;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One block between its first offer and its answers: who waits for it, which sources are in it. */
final class PendingBlock {

  private final Map<ActorRef<Reply>, Answers> producers = new LinkedHashMap<>();
  private final List<Head> heads = new ArrayList<>();
  private List<Attach> attaches = List.of();
  private @Nullable ActorRef<Reply> lastProducer;
  private @Nullable Answers lastAnswers;
  private int insights;
  private int plainBytes;
  private LaneEvent.@Nullable BlockAppended encoded;

  void answerLater(ActorRef<Reply> producer, long ticket, long seq) {
    Failpoint.FILL.reached();
    Answers answers = lastAnswers;
    if (answers == null || producer != lastProducer) {
      answers = producers.computeIfAbsent(producer, unused -> new Answers());
      lastProducer = producer;
      lastAnswers = answers;
    }
    answers.add(ticket, seq);
  }

  /** Answers an {@link Attach} of a source that has an insight in here once it is settled. */
  void attachLater(Attach attach) {
    if (attaches.isEmpty()) {
      attaches = new ArrayList<>();
    }
    attaches.add(attach);
  }

  List<Attach> attaches() {
    return attaches;
  }

  void add(Head head) {
    heads.add(head);
  }

  List<Head> heads() {
    return heads;
  }

  List<SourceHead> sourceHeads() {
    List<SourceHead> all = new ArrayList<>(heads.size());
    for (Head head : heads) {
      all.add(head.toSourceHead());
    }
    return all;
  }

  void seal(LaneEvent.BlockAppended block, int plainBytesOfBlock) {
    encoded = block;
    insights = Math.toIntExact(block.seqs().count());
    plainBytes = plainBytesOfBlock;
  }

  /** The block for the lane's log; only after {@link #seal}. */
  LaneEvent.BlockAppended encoded() {
    LaneEvent.BlockAppended block = encoded;
    if (block == null) {
      throw new IllegalStateException("the block is still being filled");
    }
    return block;
  }

  /** Insights in the sealed block. */
  int insights() {
    return insights;
  }

  /** Bytes that they had before compression. */
  int plainBytes() {
    return plainBytes;
  }

  void forEachProducer(BiConsumer<ActorRef<Reply>, Answers> action) {
    producers.forEach(action);
  }

  /** Its outcome is not known any more. */
  void tellUnknown(int generation) {
    producers.forEach((producer, answers) -> producer.tell(answers.unknown(generation)));
  }
}
