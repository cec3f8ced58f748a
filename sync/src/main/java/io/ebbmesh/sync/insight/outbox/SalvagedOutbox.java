package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.BlockHeader;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.LaneEvent.HoldsBlock;
import io.ebbmesh.sync.journal.EventSalvage;
import io.ebbmesh.sync.log.SegmentSalvage;
import io.ebbmesh.sync.storage.ScratchStorage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Gets the readable blocks out of a store that is damaged or was set aside, and changes nothing.
 * Each file is read on its own: no index, snapshot or identity is needed. For {@code ebbmesh
 * inspect --salvage}.
 */
public final class SalvagedOutbox {

  /** Takes blocks as they are found; one that was moved or merged is found more than once. */
  @FunctionalInterface
  public interface Blocks {
    void block(BlockHeader header, List<Insight> insights) throws IOException;
  }

  /**
   * What the files held.
   *
   * @param files that were looked at
   * @param blocks handed over
   * @param damaged records and stretches that cannot be read
   * @param problems for the operator, one line each
   */
  public record Report(int files, long blocks, long damaged, List<String> problems) {}

  private long blocks;
  private final List<String> problems = new ArrayList<>();

  private SalvagedOutbox() {}

  /**
   * Reads every segment below a folder: a store, a data-dir, or what was set aside of one.
   *
   * @throws IOException if there is none, or a process has the store open
   */
  public static Report read(Path folder, Blocks taken) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).filter(SegmentSalvage::isSegment).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (files.isEmpty()) {
      throw new IOException(folder + " holds no segment of an outbox (*.seg): name a data-dir");
    }
    List<Closeable> locks = new ArrayList<>();
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "salvage",
            ConfigFactory.parseString("pekko.loglevel = ERROR").withFallback(ConfigFactory.load()));
    try {
      Set<Path> stores = new TreeSet<>();
      files.forEach(file -> stores.add(file.toAbsolutePath().resolveSibling("..").normalize()));
      for (Path store : stores) {
        locks.add(ScratchStorage.over(store).lock());
      }
      return new SalvagedOutbox().read(files, new EventSalvage(system), taken);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
      for (Closeable lock : locks) {
        lock.close();
      }
    }
  }

  private Report read(List<Path> files, EventSalvage salvage, Blocks taken) throws IOException {
    long damaged = 0;
    for (Path file : files) {
      List<byte[]> found = new ArrayList<>();
      try {
        SegmentSalvage.Read read =
            salvage.read(
                file,
                (id, event) -> {
                  if (event instanceof HoldsBlock holds) {
                    found.add(holds.block());
                  }
                },
                problems::add);
        damaged += read.damaged();
        if (read.damaged() > 0) {
          problems.add(
              file + ": " + read.events() + " events whole, " + read.damaged() + " places damaged");
        }
      } catch (IOException e) {
        problems.add(file + ": " + e.getMessage());
      }
      for (byte[] block : found) {
        hand(file, block, taken);
      }
    }
    return new Report(files.size(), blocks, damaged, List.copyOf(problems));
  }

  private void hand(Path file, byte[] bytes, Blocks taken) throws IOException {
    try {
      Block block = BlockDecoder.parse(bytes);
      taken.block(block.header(), BlockDecoder.decode(block));
      blocks++;
    } catch (BlockException e) {
      problems.add(file + ": " + e.getMessage());
    }
  }
}
