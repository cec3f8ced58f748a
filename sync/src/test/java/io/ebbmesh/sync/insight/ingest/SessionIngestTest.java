package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.session.CreditWindow;
import io.ebbmesh.sync.session.PeerSender;
import io.ebbmesh.sync.session.Peers;
import io.ebbmesh.sync.session.RunningClock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shell around the ingest of a session. */
class SessionIngestTest {

  private final ActorTestKit kit = ActorTestKit.create();
  private final MemoryInsightStore store = new MemoryInsightStore();
  private final BlockingQueue<Object> toldSession = new LinkedBlockingQueue<>();

  private final PeerSender sender =
      new PeerSender() {
        @Override
        public void send(Frame frame) {
          toldSession.add(frame.getClass());
        }

        @Override
        public void giveUp(String reason) {
          toldSession.add(reason);
        }

        @Override
        public void storeIsAway(boolean away) {
          toldSession.add(away);
        }
      };

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private Object told() throws InterruptedException {
    return toldSession.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void a_store_that_answers_nothing_is_told_as_away_until_it_answers() throws Exception {
    IngestSettings settings =
        IngestSettings.of(
            ConfigFactory.parseString("ingest.store-silent-after = 100ms")
                .withFallback(ConfigFactory.load().getConfig("ebbmesh.sync")));
    RunningClock clock = new RunningClock(new UUID(7, 7), 0, ClockQuality.SYNCHRONISED);
    ActorRef<Peers.Signal> ingest =
        kit.spawn(
            Ingest.create(store, clock, new SeededChance(1), settings, Ingest.Shared.create()));
    Frame.Hello hello =
        new Frame.Hello(
            Samples.NODE,
            1,
            1,
            Samples.INCARNATION,
            new Lineage(List.of()),
            Ancestry.NONE,
            Map.of(Lane.INSIGHT, 9L),
            new BootTime(new UUID(1, 1), 5, 1_000, ClockQuality.LOWER_BOUND),
            1,
            List.of());
    Frame.Welcome welcome = new Frame.Welcome(1, Map.of(), 0, 1, List.of(), 100_000, 15_000);
    Peers.SessionId session = new Peers.SessionId(Samples.NODE, 1);
    ingest.tell(new Peers.PeerUp(session, hello, welcome, CreditWindow.fixed(100_000), sender));
    BlockEncoder encoder = new BlockEncoder(1);
    encoder.add(Samples.insight(1));
    byte[] block = encoder.encode(Lane.INSIGHT, 1, Samples.BASE).bytes();
    ingest.tell(
        new Peers.PeerHeard(session, new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 1), block)));
    assertThat(told()).as("the store leaves its commit undone").isEqualTo(true);
    store.commit();
    assertThat(List.of(told(), told())).containsExactlyInAnyOrder(false, Frame.Ack.class);
  }
}
