package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where sources stand at the intake: the durable position as the lane's log has it, and the latest
 * one in a block that is not durable yet.
 */
final class KnownSources {

  /** One source; {@code durable*} are 0 as long as nothing of it is known to be durable. */
  static final class Source {
    private final String name;
    private long durablePosition;
    private long durableSeq;
    private @Nullable Head latest;

    private Source(String name) {
      this.name = name;
    }

    long durablePosition() {
      return durablePosition;
    }

    long durableSeq() {
      return durableSeq;
    }

    /** In the newest block that is not durable and has an insight of this source. */
    @Nullable Head latest() {
      return latest;
    }
  }

  /** Highest position of one source in one block. */
  static final class Head {
    private final Source source;
    private final PendingBlock block;
    private long position;
    private long seq;

    private Head(Source source, PendingBlock block) {
      this.source = source;
      this.block = block;
    }

    PendingBlock block() {
      return block;
    }

    long position() {
      return position;
    }

    long seq() {
      return seq;
    }

    SourceHead toSourceHead() {
      return new SourceHead(source.name, position, seq);
    }
  }

  private final int limit;
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<String, Source> keys = new LinkedHashMap<>();
  private @Nullable Source last;

  /**
   * @param limit of sources, and of keys apart from them
   */
  KnownSources(int limit) {
    this.limit = limit;
  }

  private Map<String, Source> like(String name) {
    return name.startsWith(Outbox.KEY_PREFIX) ? keys : sources;
  }

  /** Forgets everything and takes what the lane's log knows. */
  void reset(List<SourceHead> durable) {
    sources.clear();
    keys.clear();
    last = null;
    for (SourceHead head : durable) {
      Source source = new Source(head.source());
      source.durablePosition = head.position();
      source.durableSeq = head.seq();
      like(source.name).put(source.name, source);
    }
  }

  /** Null if it is not known; asking does not make it so, as the offer may be refused. */
  @Nullable Source find(String name) {
    Source source = last;
    if (source == null || !source.name.equals(name)) {
      source = like(name).get(name);
      last = source;
    }
    return source;
  }

  /** The newest block that is not durable and has an insight of the source; null if none has. */
  @Nullable PendingBlock waiting(String name) {
    Source source = find(name);
    return source == null || source.latest == null ? null : source.latest.block;
  }

  /** Where a source stands, as the lane answers it. */
  Attached attached(String name, Lane lane, int generation) {
    Source source = find(name);
    return source == null
        ? new Attached(lane, generation, 0, 0)
        : new Attached(lane, generation, source.durablePosition, source.durableSeq);
  }

  Source of(String name) {
    Source source = last;
    if (source == null || !source.name.equals(name)) {
      source = like(name).computeIfAbsent(name, Source::new);
      last = source;
    }
    return source;
  }

  /** Notes that {@code block} has the next insight of a source. */
  static void advance(Source source, PendingBlock block, long position, long seq) {
    Head head = source.latest;
    if (head == null || head.block != block) {
      head = new Head(source, block);
      source.latest = head;
      block.add(head);
    }
    head.position = position;
    head.seq = seq;
  }

  /** The block is durable: its sources are the most recently used. */
  void settle(PendingBlock block) {
    for (Head head : block.heads()) {
      Source source = head.source;
      source.durablePosition = head.position;
      source.durableSeq = head.seq;
      if (source.latest == head) {
        source.latest = null;
      }
      Map<String, Source> same = like(source.name);
      same.remove(source.name);
      same.put(source.name, source);
    }
    forgetOldest(sources);
    forgetOldest(keys);
  }

  private void forgetOldest(Map<String, Source> known) {
    Iterator<Source> oldest = known.values().iterator();
    while (known.size() > limit && oldest.next().latest == null) {
      oldest.remove();
      last = null;
    }
  }

  /** Answers an offer whose position is known, now or with the block that has it. */
  static boolean answersAgain(Offer offer, Source source, long position) {
    if (position <= source.durablePosition()) {
      long[] tickets = {offer.ticket()};
      long[] seqs = {position == source.durablePosition() ? source.durableSeq() : 0};
      offer.replyTo().tell(new Accepted(tickets, seqs));
      return true;
    }
    Head latest = source.latest();
    if (latest == null || position > latest.position()) {
      return false;
    }
    long seq = position == latest.position() ? latest.seq() : 0;
    latest.block().answerLater(offer.replyTo(), offer.ticket(), seq);
    return true;
  }
}
