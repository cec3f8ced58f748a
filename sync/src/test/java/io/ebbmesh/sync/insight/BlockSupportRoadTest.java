package io.ebbmesh.sync.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport.SourceReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.link.MemoryLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node writes no block that its hub does not read, whatever it was told before. */
class BlockSupportRoadTest {

  private static final List<Integer> DICTIONARIES = BlockSupport.CURRENT.dictionaries();

  private final Queue<Integer> pushed = new ConcurrentLinkedQueue<>();
  private final MemoryLink link = new MemoryLink("hub");
  @TempDir private Path directory;
  private RoadHub hub;
  private RoadNode node;

  @BeforeEach
  void start() {
    link.refuseDials(true);
    link.watch(this::onFrame);
    hub = hub(DICTIONARIES);
    node = new RoadNode(directory.resolve("node"), link, 1);
  }

  @AfterEach
  void stop() {
    node.stop();
    hub.stop();
  }

  private RoadHub hub(List<Integer> dictionaries) {
    return new RoadHub(directory.resolve("hub.db"), link, dictionaries);
  }

  private void onFrame(Frame frame) {
    if (frame instanceof Frame.BlockPush push) {
      try {
        pushed.add(BlockDecoder.header(push.block()).dictionaryId());
      } catch (BlockException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void awaitStored(int insights) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
                assertThat(report.sourcePositions(Samples.NODE))
                    .containsExactly(new SourceReport("csv/mote", insights, 0, 1, insights, 0));
              }
            });
  }

  /** Leaves a node offline that knows from its first session which dictionaries there are. */
  private int hearTheHubAndLoseIt() {
    node.offer(1, 1);
    link.refuseDials(false);
    awaitStored(1);
    assertThat(pushed).as("of a node that had heard no hub").containsExactly(0);
    int offered = 1;
    while (!pushed.contains(1)) {
      assertThat(offered).as("insights offered, none with a dictionary").isLessThan(100);
      node.offer(++offered, 1);
      awaitStored(offered);
    }
    link.refuseDials(true);
    link.cut();
    pushed.clear();
    node.stop();
    node = new RoadNode(directory.resolve("node"), link, 2);
    for (int i = 0; i < 3; i++) {
      node.offer(++offered, 1);
    }
    return offered;
  }

  @Test
  void a_node_remembers_over_a_restart_what_its_hub_reads() {
    int offered = hearTheHubAndLoseIt();
    link.refuseDials(false);
    awaitStored(offered);
    assertThat(pushed).containsOnly(1);
  }

  @Test
  void blocks_are_written_again_for_a_hub_that_went_back_to_an_older_program() {
    int offered = hearTheHubAndLoseIt();
    hub.stop();
    hub = hub(List.of());
    link.refuseDials(false);
    awaitStored(offered);
    assertThat(pushed).containsOnly(0);
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      assertThat(report.lanes()).allMatch(LaneReport::balances);
    }
  }
}
