package io.ebbmesh.sim.bench;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.insight.outbox.LaneJournal;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.OutboxSettings;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.outbox.Outboxes.LaneActors;
import io.ebbmesh.sync.journal.EbbmeshLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What one run of the outbox over a fresh store gave.
 *
 * @param load latencies and duration
 * @param groups insights in each block, in the order written
 * @param blockBytes bytes of all blocks
 * @param diskBytes bytes that the log used in its files
 */
record OutboxRun(Measured load, int[] groups, long blockBytes, long diskBytes) {

  private static final long MAX_MINUTES = 30;
  private static final int SCAN_BYTES = 1 << 20;

  /** Runs all insights through an outbox in {@code directory}, which must not exist yet. */
  static OutboxRun of(Path directory, List<Insight> insights, int inFlight)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "bench",
            ConfigFactory.parseMap(Map.of("ebbmesh.sync.store.dir", directory.toString()))
                .withFallback(ConfigFactory.load()));
    Measured load;
    List<BlockRef> blocks;
    try {
      LaneActors lane = open(system);
      CompletableFuture<Measured> result = new CompletableFuture<>();
      system.systemActorOf(
          OutboxLoad.create(lane.intake(), insights, inFlight, result), "load", Props.empty());
      load = result.get(MAX_MINUTES, TimeUnit.MINUTES);
      blocks = blocks(system, lane);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
    return new OutboxRun(
        load,
        blocks.stream().mapToInt(block -> Math.toIntExact(block.seqs().count())).toArray(),
        blocks.stream().mapToLong(BlockRef::bytes).sum(),
        usedBytes(directory.resolve("log")));
  }

  private static LaneActors open(ActorSystem<Void> system)
      throws InterruptedException, ExecutionException, TimeoutException {
    EbbmeshLog store = EbbmeshLog.get(system);
    CompletableFuture<Outboxes.Opened> opened = new CompletableFuture<>();
    system.systemActorOf(
        Outboxes.create(
            OutboxSettings.of(system.settings().config()),
            store.storage(),
            new MachineClock(),
            new SystemChance(),
            Set.of(Lane.INSIGHT),
            LaneJournal.of(system),
            system.systemActorOf(
                Behaviors.receiveMessage(
                    message -> {
                      opened.complete(message);
                      return Behaviors.stopped();
                    }),
                "opened",
                Props.empty())),
        "outboxes",
        Props.empty());
    return Objects.requireNonNull(opened.get(1, TimeUnit.MINUTES).lanes().get(Lane.INSIGHT));
  }

  private static List<BlockRef> blocks(ActorSystem<Void> system, LaneActors lane)
      throws InterruptedException, ExecutionException {
    List<BlockRef> all = new ArrayList<>();
    while (true) {
      long after = all.isEmpty() ? 0 : all.get(all.size() - 1).seqs().last();
      LaneReader.Reply reply =
          AskPattern.<LaneReader.Command, LaneReader.Reply>ask(
                  lane.log(),
                  replyTo -> new LaneReader.NextBlocks(after, 10_000, Long.MAX_VALUE, replyTo),
                  Duration.ofMinutes(1),
                  system.scheduler())
              .toCompletableFuture()
              .get();
      List<BlockRef> more = ((HeldBlocks) reply).blocks();
      if (more.isEmpty()) {
        return all;
      }
      all.addAll(more);
    }
  }

  /** Files are preallocated with zeros: what lies behind the last other byte is not used yet. */
  private static long usedBytes(Path directory) throws IOException {
    long used = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        used += usedLength(file);
      }
    }
    return used;
  }

  private static long usedLength(Path path) throws IOException {
    byte[] window = new byte[SCAN_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long end = file.length();
      while (end > 0) {
        int length = (int) Math.min(window.length, end);
        file.seek(end - length);
        file.readFully(window, 0, length);
        for (int i = length - 1; i >= 0; i--) {
          if (window[i] != 0) {
            return end - length + i + 1;
          }
        }
        end -= length;
      }
    }
    return 0;
  }
}
