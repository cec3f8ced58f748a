package io.ebbmesh.sync.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.MemoryLink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hub with its real store does with blocks that it cannot take. */
class BadBlockTest {

  private static final int FORMAT_VERSION_AT = 4;
  private static final int CRC_AT = 12;
  private static final byte LATER_VERSION = 99;

  @TempDir Path directory;

  private final MemoryLink link = new MemoryLink("hub-1");
  private final BlockEncoder encoder = new BlockEncoder(1);
  private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
  private RoadHub hub;
  private Connection node;

  @BeforeEach
  void connect() throws Exception {
    hub = new RoadHub(directory.resolve("hub.db"), link);
    CompletableFuture<Connection> up = new CompletableFuture<>();
    link.from(Samples.NODE.value()).dial(new Endpoint("hub", 1), listener(up));
    node = up.get(10, TimeUnit.SECONDS);
    node.send(
        new Frame.Hello(
            Samples.NODE,
            1,
            1,
            Samples.INCARNATION,
            new Lineage(List.of(new Lineage.Epoch(7, Map.of()))),
            Map.of(Lane.INSIGHT, 20L),
            Samples.BASE,
            1,
            List.of()));
    await(Frame.Welcome.class);
  }

  @AfterEach
  void stop() {
    node.close();
    hub.stop();
  }

  @Test
  void a_damaged_block_is_kept_with_its_bytes_and_the_lane_goes_on() throws Exception {
    byte[] bad = block(1, 10);
    bad[bad.length / 2] ^= 1;
    push(1, 10, bad);
    push(11, 20, block(11, 20));

    awaitHeld(20);
    LaneReport lane = lane();
    assertThat(lane.quarantined()).isEqualTo(Samples.ranges(1, 10));
    assertThat(lane.rows()).isEqualTo(10);
    assertThat(lane.balances()).isTrue();
    try (java.sql.Connection store =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("hub.db"));
        Statement statement = store.createStatement();
        ResultSet kept = statement.executeQuery("SELECT bytes FROM quarantine")) {
      assertThat(kept.next()).isTrue();
      assertThat(kept.getBytes(1)).isEqualTo(bad);
      assertThat(kept.next()).isFalse();
    }
  }

  /** The store has no place for a score that is no number; the lane must not wait for one. */
  @Test
  void a_block_with_a_score_that_is_no_number_is_kept_with_its_bytes_and_the_lane_goes_on()
      throws Exception {
    Insight right = Samples.insight(1);
    encoder.add(
        new Insight(
            right.kind(),
            right.stream(),
            right.model(),
            right.label(),
            right.decidedBy(),
            right.observedNanos(),
            Float.NaN,
            right.values(),
            right.source()));
    push(1, 1, encoder.encode(Lane.INSIGHT, 1, Samples.BASE).bytes());
    push(2, 20, block(2, 20));
    awaitHeld(20);
    assertThat(lane().quarantined()).isEqualTo(Samples.ranges(1, 1));
    assertThat(lane().balances()).isTrue();
  }

  @Test
  void a_block_that_is_whole_but_too_new_is_refused_and_not_acknowledged() throws Exception {
    byte[] later = block(11, 20);
    later[FORMAT_VERSION_AT] = LATER_VERSION;
    CRC32C crc = new CRC32C();
    crc.update(later, 0, CRC_AT);
    crc.update(later, CRC_AT + Integer.BYTES, later.length - CRC_AT - Integer.BYTES);
    ByteBuffer.wrap(later).order(ByteOrder.LITTLE_ENDIAN).putInt(CRC_AT, (int) crc.getValue());
    push(1, 10, block(1, 10));
    push(11, 20, later);

    Frame.BlockRefused refused = await(Frame.BlockRefused.class);
    assertThat(refused.reason()).isEqualTo(Frame.RefusalReason.UPGRADE_HUB);
    assertThat(refused.seqs()).isEqualTo(new SeqRange(11, 20));
    awaitHeld(10);
    assertThat(lane().quarantined().isEmpty()).isTrue();
    assertThat(lane().balances()).isTrue();
  }

  private byte[] block(long first, long last) {
    for (long seq = first; seq <= last; seq++) {
      encoder.add(Samples.insight(seq));
    }
    return encoder.encode(Lane.INSIGHT, first, Samples.BASE).bytes();
  }

  private void push(long first, long last, byte[] block) {
    node.send(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(first, last), block));
  }

  private <F extends Frame> F await(Class<F> kind) throws InterruptedException {
    for (Frame frame = poll(); frame != null; frame = poll()) {
      if (kind.isInstance(frame)) {
        return kind.cast(frame);
      }
    }
    throw new AssertionError("the hub sent no " + kind.getSimpleName());
  }

  private Frame poll() throws InterruptedException {
    return heard.poll(20, TimeUnit.SECONDS);
  }

  private void awaitHeld(long last) {
    SeqRanges all = Samples.ranges(1, last);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(lane().held()).isEqualTo(all));
  }

  private LaneReport lane() {
    try (HubStoreReport report = HubStoreReport.open(directory.resolve("hub.db"))) {
      return report.lanes().get(0);
    }
  }

  private LinkListener listener(CompletableFuture<Connection> up) {
    return new LinkListener() {
      @Override
      public void onUp(Connection connection) {
        up.complete(connection);
      }

      @Override
      public void onFrame(Frame frame) {
        heard.add(frame);
      }

      @Override
      public void onDown(String reason) {}
    };
  }
}
