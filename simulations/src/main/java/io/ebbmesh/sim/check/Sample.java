package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stopped store with known contents.
 *
 * @param insights insight by sequence number; number 1 is at index 0
 * @param acknowledged what the hub holds
 * @param nextSeq as of the stop
 * @param blocks held at the stop
 * @param incarnation of the store
 * @param positions last position by source
 */
record Sample(
    List<Insight> insights,
    SeqRanges acknowledged,
    long nextSeq,
    List<BlockRef> blocks,
    Incarnation incarnation,
    Map<String, Long> positions) {

  /** Small segments and blocks, so that a store of a megabyte has many of each. */
  private static final String SETTINGS =
      """
      pekko.loglevel = OFF
      pekko.stdout-loglevel = OFF
      ebbmesh.sync.log { segment-size = 128 KiB, max-record-size = 32 KiB, recycled-files = 1 }
      ebbmesh.sync.outbox {
        max-block-insights = 50
        acknowledge-interval = 20ms
        snapshot-every-events = 60
        trim-at-size = 32 KiB
      }
      """;

  private static final int INSIGHTS = 20_000;
  private static final int INSIGHT_BYTES = 200;
  private static final int IN_FLIGHT = 500;
  private static final long SETTLE_MILLIS = 10_000;
  private static final long POLL_MILLIS = 20;

  static Config settings() {
    return OpenOutbox.settings(SETTINGS);
  }

  /** Makes the store in a directory that is not there yet: three openings, acknowledged in part. */
  static Sample make(Path store, long seed) throws IOException, InterruptedException {
    DetectionStream stream = new DetectionStream(seed, INSIGHT_BYTES);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < INSIGHTS; i++) {
      insights.add(stream.next());
    }
    Config settings = settings();
    int half = INSIGHTS / 2;
    try (OpenOutbox outbox = OpenOutbox.open(store, settings)) {
      outbox.hubReads(BlockSupport.CURRENT);
      checkOrder(outbox.accept(insights.subList(0, half), IN_FLIGHT), 1);
      // A quarter from the oldest, and then every eighth block, as a fresh cursor leaves it.
      acknowledge(outbox, SeqRanges.of(new SeqRange(1, INSIGHTS / 8)));
      SeqRanges scattered = SeqRanges.EMPTY;
      List<BlockRef> blocks = outbox.blocks();
      for (int i = 3; i < blocks.size(); i += 8) {
        scattered = scattered.plus(blocks.get(i).seqs());
      }
      acknowledge(outbox, scattered);
    }
    try (OpenOutbox outbox = OpenOutbox.open(store, settings)) {
      checkOrder(outbox.accept(insights.subList(half, INSIGHTS - 50), IN_FLIGHT), half + 1);
    }
    try (OpenOutbox outbox = OpenOutbox.open(store, settings)) {
      checkOrder(
          outbox.accept(insights.subList(INSIGHTS - 50, INSIGHTS - 3), IN_FLIGHT), INSIGHTS - 49);
      // The last events are small: cutting the file at each of their bytes is soon done.
      for (int i = INSIGHTS - 3; i < INSIGHTS; i++) {
        checkOrder(outbox.accept(insights.subList(i, i + 1), 1), i + 1);
      }
      requireSnapshot(outbox);
      LaneHead head = outbox.head();
      if (!head.losses().isEmpty() || head.nextSeq() != INSIGHTS + 1) {
        throw new IOException("the sample store is not as it was made: " + head);
      }
      Map<String, Long> positions = new TreeMap<>();
      for (Insight insight : insights) {
        if (insight.source() != null) {
          positions.put(insight.source().source(), insight.source().position());
        }
      }
      return new Sample(
          insights,
          head.acknowledged(),
          head.nextSeq(),
          outbox.blocks(),
          outbox.identity().incarnation(),
          positions);
    }
  }

  private static void checkOrder(long[] seqs, long first) throws IOException {
    for (int i = 0; i < seqs.length; i++) {
      if (seqs[i] != first + i) {
        throw new IOException("insight " + (first + i) + " was given number " + seqs[i]);
      }
    }
  }

  private static void acknowledge(OpenOutbox outbox, SeqRanges held)
      throws IOException, InterruptedException {
    outbox.acknowledge(held);
    long deadline = System.nanoTime() + SETTLE_MILLIS * 1_000_000;
    while (!held.minus(outbox.head().acknowledged()).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("an acknowledgement did not become durable");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static void requireSnapshot(OpenOutbox outbox) throws IOException {
    for (String id : outbox.log().persistenceIds()) {
      if (id.equals(LaneReader.persistenceId(Lane.INSIGHT))
          && outbox.log().snapshotSequenceNr(id) > 0) {
        return;
      }
    }
    throw new IOException("the sample store has no snapshot");
  }

  /** Numbers that are on their way to the hub. */
  SeqRanges pending() {
    return SeqRanges.of(new SeqRange(1, nextSeq - 1)).minus(acknowledged);
  }
}
