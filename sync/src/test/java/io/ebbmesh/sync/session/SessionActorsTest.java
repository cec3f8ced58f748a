package io.ebbmesh.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.MemoryLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shells of both halves, over a link in memory. */
class SessionActorsTest {

  private static final Config SESSION =
      ConfigFactory.parseString("backoff-base = 20ms, backoff-cap = 50ms, hub.max-sessions = 2")
          .withFallback(ConfigFactory.load().getConfig("ebbmesh.sync.session"));
  private static final RunningClock CLOCK =
      new RunningClock(new UUID(8, 8), 1_795_000_000_000L, ClockQuality.SYNCHRONISED);
  private static final Map<Lane, SeqRanges> CURSORS =
      Map.of(Lane.INSIGHT, SeqRanges.of(new SeqRange(1, 5)));

  // A busy machine may start its first actor system slowly.
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.testkit.typed.single-expect-default = 20s")
              .withFallback(ConfigFactory.load()));
  private final RunningClock nodeClock =
      new RunningClock(new UUID(9, 9), 1_794_000_000_000L, ClockQuality.CARRIED);
  private final MemoryLink link = new MemoryLink("hub-1");
  private final TestProbe<Peers.Signal> ingest = kit.createTestProbe(Peers.Signal.class);
  private final TestProbe<Peers.Signal> hubModels = kit.createTestProbe(Peers.Signal.class);
  private final TestProbe<Session.Signal> uplink = kit.createTestProbe(Session.Signal.class);
  private final TestProbe<Session.Signal> models = kit.createTestProbe(Session.Signal.class);
  private volatile boolean storeFails;
  private volatile Admission.Answer answer = new Admission.Admitted(CURSORS);

  private final Admission admission =
      new Admission() {
        @Override
        public CompletionStage<Answer> admit(Frame.Hello hello) {
          return storeFails
              ? CompletableFuture.failedFuture(new IllegalStateException("disk"))
              : CompletableFuture.completedFuture(answer);
        }

        @Override
        public void recordTime(NodeId node, BootTime nodeTime, long hubWallMillis) {}
      };

  private ActorRef<HubSessions.Command> hub() {
    ActorRef<HubSessions.Command> hub =
        kit.spawn(
            HubSessions.create(
                ingest.getRef(),
                hubModels.getRef(),
                admission,
                CLOCK,
                1,
                List.of(),
                HubSessionSettings.of(SESSION.getConfig("hub"))));
    link.bind(new Endpoint("hub", 1), HubSessions.listeners(hub));
    return hub;
  }

  private ActorRef<Session.Command> node(String certified) {
    return kit.spawn(
        SessionActor.create(
            link.from(certified),
            new Endpoint("hub", 1),
            Frames.NODE,
            1,
            nodeClock,
            new SeededChance(1),
            SessionSettings.of(SESSION)));
  }

  private ActorRef<Session.Command> startedNode() {
    ActorRef<Session.Command> node = node(Frames.NODE.value());
    node.tell(new Session.RegisterInsights(uplink.getRef()));
    node.tell(new Session.RegisterModels(models.getRef()));
    node.tell(Frames.STANDING);
    return node;
  }

  private Session.Status status(ActorRef<Session.Command> node) {
    TestProbe<Session.Status> probe = kit.createTestProbe(Session.Status.class);
    node.tell(new Session.GetStatus(probe.getRef()));
    return probe.receiveMessage();
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void frames_travel_between_the_roads_of_both_ends() {
    hub();
    startedNode();
    Session.Up up = uplink.expectMessageClass(Session.Up.class);
    models.expectMessageClass(Session.Up.class);
    assertThat(up.welcome().cursors()).isEqualTo(CURSORS);
    Peers.PeerUp peer = ingest.expectMessageClass(Peers.PeerUp.class);
    hubModels.expectMessageClass(Peers.PeerUp.class);
    assertThat(peer.hello().heads()).isEqualTo(Frames.STANDING.heads());

    up.sender().send(Frames.REPORT);
    assertThat(hubModels.expectMessageClass(Peers.PeerHeard.class).frame())
        .isEqualTo(Frames.REPORT);
    peer.sender().send(Frames.ACK);
    uplink.expectMessage(new Session.Heard(Frames.ACK));
    peer.sender().send(Frames.WISH);
    models.expectMessage(new Session.Heard(Frames.WISH));
  }

  @Test
  void a_session_that_was_cut_comes_again() {
    hub();
    startedNode();
    uplink.expectMessageClass(Session.Up.class);
    Peers.PeerUp first = ingest.expectMessageClass(Peers.PeerUp.class);
    link.cut();
    uplink.expectMessage(new Session.Down("cut"));
    ingest.expectMessage(new Peers.PeerDown(first.session(), "cut"));
    uplink.expectMessageClass(Session.Up.class);
    assertThat(ingest.expectMessageClass(Peers.PeerUp.class).session().number())
        .isGreaterThan(first.session().number());
  }

  @Test
  void a_time_at_which_the_certificates_do_not_hold_is_not_taken() {
    link.certificatesHold(wallMillis -> false);
    hub();
    startedNode();
    uplink.expectMessageClass(Session.Up.class);
    assertThat(nodeClock.now().quality()).isEqualTo(ClockQuality.CARRIED);
    link.certificatesHold(wallMillis -> wallMillis >= 1_795_000_000_000L);
    link.cut();
    uplink.expectMessage(new Session.Down("cut"));
    uplink.expectMessageClass(Session.Up.class);
    assertThat(nodeClock.now().quality()).isEqualTo(ClockQuality.SYNCHRONISED);
    assertThat(nodeClock.now().wallMillis()).isGreaterThanOrEqualTo(1_795_000_000_000L);
  }

  @Test
  void a_road_that_registers_late_hears_of_the_session() {
    hub();
    ActorRef<Session.Command> node = startedNode();
    uplink.expectMessageClass(Session.Up.class);
    TestProbe<Session.Signal> late = kit.createTestProbe(Session.Signal.class);
    node.tell(new Session.RegisterModels(late.getRef()));
    late.expectMessageClass(Session.Up.class);
  }

  @Test
  void the_newest_session_of_a_node_wins() {
    ActorRef<HubSessions.Command> hub = hub();
    startedNode();
    Peers.PeerUp first = ingest.expectMessageClass(Peers.PeerUp.class);
    // A node whose old connection the hub has not missed yet.
    node(Frames.NODE.value()).tell(Frames.STANDING);
    Peers.Signal next = ingest.receiveMessage();
    Peers.Signal afterNext = ingest.receiveMessage();
    assertThat(List.of(next, afterNext))
        .anyMatch(
            signal ->
                signal.equals(new Peers.PeerDown(first.session(), "the node has a newer session")))
        .anyMatch(Peers.PeerUp.class::isInstance);
    TestProbe<HubSessions.ConnectedNodes> connected =
        kit.createTestProbe(HubSessions.ConnectedNodes.class);
    hub.tell(new HubSessions.GetConnected(connected.getRef()));
    assertThat(connected.receiveMessage().nodes()).containsExactly(Frames.NODE);
  }

  @Test
  void a_store_that_forked_is_refused_and_the_session_of_the_other_one_goes_on() {
    ActorRef<HubSessions.Command> hub = hub();
    startedNode();
    ingest.expectMessageClass(Peers.PeerUp.class);
    answer = new Admission.Forked("insight parts at 41", Map.of());
    ActorRef<Session.Command> copy = node(Frames.NODE.value());
    copy.tell(Frames.STANDING);
    uplink.awaitAssert(
        () -> {
          assertThat(status(copy).lastProblem()).contains("FORKED").contains("parts at 41");
          return null;
        });
    ingest.expectNoMessage(Duration.ofMillis(50));
    TestProbe<HubSessions.ConnectedNodes> connected =
        kit.createTestProbe(HubSessions.ConnectedNodes.class);
    hub.tell(new HubSessions.GetConnected(connected.getRef()));
    assertThat(connected.receiveMessage().nodes()).containsExactly(Frames.NODE);
  }

  @Test
  void a_node_with_a_foreign_certificate_is_refused_and_told_why() {
    hub();
    ActorRef<Session.Command> node = node("gateway-2");
    node.tell(Frames.STANDING);
    uplink.awaitAssert(
        () -> {
          assertThat(status(node).lastProblem()).contains("IDENTITY").contains("gateway-2");
          return null;
        });
    ingest.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void a_hub_that_is_full_refuses_before_the_hello() {
    hub();
    startedNode();
    uplink.expectMessageClass(Session.Up.class);
    ActorRef<Session.Command> second = node("gateway-2");
    second.tell(Frames.STANDING);
    uplink.awaitAssert(
        () -> {
          assertThat(status(second).lastProblem()).isNotEmpty();
          return null;
        });
    link.from("gateway-3")
        .dial(
            new Endpoint("hub", 1),
            new LinkListener() {
              @Override
              public void onUp(Connection connection) {}

              @Override
              public void onFrame(Frame frame) {}

              @Override
              public void onDown(String reason) {}
            });
    ActorRef<Session.Command> third = node("gateway-4");
    third.tell(Frames.STANDING);
    uplink.awaitAssert(
        () -> {
          assertThat(status(third).lastProblem()).contains("BUSY").contains("max-sessions");
          return null;
        });
  }

  @Test
  void a_store_that_does_not_answer_refuses_for_now() {
    storeFails = true;
    hub();
    ActorRef<Session.Command> node = startedNode();
    uplink.awaitAssert(
        () -> {
          assertThat(status(node).lastProblem()).contains("STORE_UNAVAILABLE");
          return null;
        });
  }

  @Test
  void a_road_that_gives_up_ends_the_session_at_both_ends() {
    hub();
    startedNode();
    Session.Up up = uplink.expectMessageClass(Session.Up.class);
    ingest.expectMessageClass(Peers.PeerUp.class);
    up.sender().giveUp("no progress");
    uplink.expectMessage(new Session.Down("no progress"));
    ingest.expectMessageClass(Peers.PeerDown.class);
    uplink.expectMessageClass(Session.Up.class);
  }

  @Test
  void a_restart_by_supervision_brings_no_dial_forward() {
    Queue<Long> dials = new ConcurrentLinkedQueue<>();
    Link broken =
        new Link() {
          @Override
          public void dial(Endpoint to, LinkListener listener) {
            dials.add(nodeClock.monotonicNanos());
            throw new IllegalStateException("no socket");
          }

          @Override
          public void whenReachable(Runnable action) {}
        };
    Config session = ConfigFactory.parseString("min-dial-interval = 300ms").withFallback(SESSION);
    ActorRef<Session.Command> node =
        kit.spawn(
            Behaviors.supervise(
                    SessionActor.create(
                        broken,
                        new Endpoint("hub", 1),
                        Frames.NODE,
                        1,
                        nodeClock,
                        new SeededChance(1),
                        SessionSettings.of(session)))
                .onFailure(
                    SupervisorStrategy.restartWithBackoff(
                        Duration.ofMillis(5), Duration.ofMillis(5), 0)));
    node.tell(Frames.STANDING);
    uplink.awaitAssert(
        Duration.ofSeconds(20),
        () -> {
          assertThat(dials).hasSizeGreaterThanOrEqualTo(4);
          return null;
        });
    List<Long> at = List.copyOf(dials);
    for (int i = 1; i < at.size(); i++) {
      assertThat(at.get(i) - at.get(i - 1)).isGreaterThanOrEqualTo(300_000_000L);
    }
  }
}
