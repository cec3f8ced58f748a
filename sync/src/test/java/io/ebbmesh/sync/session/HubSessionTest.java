package io.ebbmesh.sync.session;

import static io.ebbmesh.sync.session.Frames.CLOCK;
import static io.ebbmesh.sync.session.Frames.HEARTBEAT;
import static io.ebbmesh.sync.session.Frames.HUB_SETTINGS;
import static io.ebbmesh.sync.session.Frames.NODE;
import static io.ebbmesh.sync.session.Frames.PUSH;
import static io.ebbmesh.sync.session.Frames.REPORT;
import static io.ebbmesh.sync.session.Frames.SECOND;
import static io.ebbmesh.sync.session.Frames.hello;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.session.HubSession.Admit;
import io.ebbmesh.sync.session.HubSession.Admitted;
import io.ebbmesh.sync.session.HubSession.Claim;
import io.ebbmesh.sync.session.HubSession.Close;
import io.ebbmesh.sync.session.HubSession.Ended;
import io.ebbmesh.sync.session.HubSession.FrameIn;
import io.ebbmesh.sync.session.HubSession.Output;
import io.ebbmesh.sync.session.HubSession.RecordTime;
import io.ebbmesh.sync.session.HubSession.Send;
import io.ebbmesh.sync.session.HubSession.Started;
import io.ebbmesh.sync.session.HubSession.ToInsights;
import io.ebbmesh.sync.session.HubSession.ToModels;
import io.ebbmesh.sync.session.HubSession.TurnAway;
import io.ebbmesh.sync.session.HubSession.Wake;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HubSessionTest {

  private static final BootTime HUB_TIME =
      new BootTime(new UUID(9, 9), 1, 1_795_000_000_000L, ClockQuality.SYNCHRONISED);
  private static final Frame.Hello HELLO = hello(NODE, 1, 1);
  private static final Map<Lane, SeqRanges> CURSORS =
      Map.of(Lane.INSIGHT, SeqRanges.of(new SeqRange(1, 5)));

  private long now = 100 * SECOND;
  private HubSession session = session(HUB_SETTINGS);

  private static HubSession session(HubSessionSettings settings) {
    return new HubSession(NODE.value(), new HubSession.Reads(1, List.of()), settings, 100 * SECOND);
  }

  private List<Output> frame(Frame frame) {
    return session.on(now, new FrameIn(frame, HUB_TIME));
  }

  private void live() {
    frame(HELLO);
    session.on(now, new Admitted(CURSORS, 77, HUB_TIME));
  }

  private static Frame.RefusalReason refusal(List<Output> out) {
    assertThat(out).hasSizeGreaterThanOrEqualTo(3);
    assertThat(out.get(1)).isInstanceOf(TurnAway.class);
    assertThat(out.get(2)).isInstanceOf(Close.class);
    return ((Frame.Refused) ((Send) out.get(0)).frame()).reason();
  }

  @Test
  void a_hello_records_its_time_and_asks_the_store() {
    assertThat(frame(HELLO))
        .containsExactly(new RecordTime(NODE, CLOCK, HUB_TIME.wallMillis()), new Admit(HELLO));
  }

  @Test
  void an_admitted_node_is_claimed_and_welcomed_with_cursors_credit_and_time() {
    frame(HELLO);
    Frame.Welcome welcome =
        new Frame.Welcome(
            1, CURSORS, HUB_TIME.wallMillis(), 1, List.of(), 77, HUB_SETTINGS.heartbeatMillis());
    assertThat(session.on(now, new Admitted(CURSORS, 77, HUB_TIME)))
        .containsExactly(new Claim(NODE), new Send(welcome), new Started(HELLO, welcome));
  }

  @Test
  void a_store_that_forked_is_refused_without_a_claim_and_told_what_to_do() {
    frame(HELLO);
    List<Output> out =
        session.on(now, new HubSession.Forked("parts at 41", Map.of(Lane.INSIGHT, 41L)));
    assertThat(out)
        .startsWith(
            new Send(
                new Frame.Refused(
                    Frame.RefusalReason.FORKED,
                    "parts at 41",
                    HUB_SETTINGS.busyRetryAfterMillis(),
                    Map.of(Lane.INSIGHT, 41L))),
            new TurnAway(DoorCause.FORKED, "parts at 41"))
        .hasSize(3);
    assertThat(out.get(2)).isInstanceOf(Close.class);
    assertThat(session.on(now, new Admitted(CURSORS, 77, HUB_TIME))).isEmpty();
  }

  @Test
  void a_second_opening_is_told_when_to_come_again() {
    frame(HELLO);
    assertThat(session.on(now, new HubSession.Busy("there is another", 5_000)))
        .startsWith(
            new Send(new Frame.Refused(Frame.RefusalReason.BUSY, "there is another", 5_000)),
            new TurnAway(DoorCause.SECOND_OPENING, "there is another"))
        .hasSize(3);
    assertThat(session.isClosed()).isTrue();
  }

  @Test
  void a_node_that_is_not_the_one_in_its_certificate_is_refused() {
    List<Output> out = frame(hello(new NodeId("gateway-2"), 1, 1));
    assertThat(refusal(out)).isEqualTo(Frame.RefusalReason.IDENTITY);
    assertThat(((Frame.Refused) ((Send) out.get(0)).frame()).message())
        .contains("gateway-1")
        .contains("gateway-2");
    assertThat(session.isClosed()).isTrue();
  }

  @Test
  void a_node_without_a_common_protocol_is_refused() {
    assertThat(refusal(frame(hello(NODE, 2, 5)))).isEqualTo(Frame.RefusalReason.PROTOCOL);
  }

  @Test
  void a_node_that_speaks_newer_protocols_too_is_welcome() {
    assertThat(frame(hello(NODE, 1, 5))).hasSize(2);
  }

  @Test
  void a_node_must_greet_first_and_wait_for_the_answer() {
    assertThat(refusal(frame(PUSH))).isEqualTo(Frame.RefusalReason.BAD_FRAME);
    HubSession other =
        new HubSession(NODE.value(), new HubSession.Reads(1, List.of()), HUB_SETTINGS, now);
    other.on(now, new FrameIn(HELLO, HUB_TIME));
    assertThat(refusal(other.on(now, new FrameIn(PUSH, HUB_TIME))))
        .isEqualTo(Frame.RefusalReason.BAD_FRAME);
  }

  @Test
  void a_store_that_fails_refuses_for_now() {
    frame(HELLO);
    List<Output> out = session.on(now, new HubSession.AdmissionFailed("disk"));
    assertThat(refusal(out)).isEqualTo(Frame.RefusalReason.STORE_UNAVAILABLE);
  }

  @Test
  void a_store_that_does_not_answer_refuses_for_now() {
    frame(HELLO);
    now += HUB_SETTINGS.helloTimeoutNanos();
    assertThat(refusal(session.on(now, new Wake(HUB_TIME))))
        .isEqualTo(Frame.RefusalReason.STORE_UNAVAILABLE);
    assertThat(session.on(now, new Admitted(CURSORS, 77, HUB_TIME))).isEmpty();
  }

  @Test
  void frames_go_to_their_roads_and_heartbeats_tell_the_time() {
    live();
    assertThat(frame(PUSH)).containsExactly(new ToInsights(PUSH));
    assertThat(frame(REPORT)).containsExactly(new ToModels(REPORT));
    assertThat(frame(HEARTBEAT))
        .containsExactly(new RecordTime(NODE, CLOCK, HUB_TIME.wallMillis()));
  }

  @Test
  void a_flood_of_heartbeats_asks_the_store_for_little() {
    live();
    int recorded = 0;
    for (int i = 0; i < 1_000; i++) {
      recorded += frame(HEARTBEAT).size();
    }
    assertThat(recorded).isEqualTo(1);
    now += HUB_SETTINGS.heartbeatMillis() * 1_000_000L / 2;
    assertThat(frame(HEARTBEAT)).hasSize(1);
  }

  @Test
  void a_frame_that_is_long_on_its_way_keeps_the_session() {
    live();
    now += HUB_SETTINGS.livenessDeadlineNanos() - 1;
    session.on(now, new HubSession.BytesIn());
    now += HUB_SETTINGS.livenessDeadlineNanos() - 1;
    session.on(now, new Wake(HUB_TIME));
    assertThat(session.isClosed()).isFalse();
    now += 1;
    session.on(now, new Wake(HUB_TIME));
    assertThat(session.isClosed()).isTrue();
  }

  @Test
  void bytes_before_a_hello_put_no_deadline_off() {
    now += HUB_SETTINGS.helloTimeoutNanos();
    session.on(now, new HubSession.BytesIn());
    assertThat(session.on(now, new Wake(HUB_TIME))).isNotEmpty();
  }

  @Test
  void a_second_hello_ends_the_session() {
    live();
    List<Output> out = frame(HELLO);
    assertThat(refusal(out)).isEqualTo(Frame.RefusalReason.BAD_FRAME);
    assertThat(out).last().isInstanceOf(Ended.class);
  }

  @Test
  void the_hub_says_something_once_a_heartbeat_and_closes_after_silence() {
    live();
    now = session.wakeAtNanos();
    assertThat(session.on(now, new Wake(HUB_TIME)))
        .containsExactly(new Send(new Frame.Heartbeat(HUB_TIME)));
    now = 100 * SECOND + HUB_SETTINGS.livenessDeadlineNanos();
    assertThat(session.on(now, new Wake(HUB_TIME)))
        .extracting(Object::getClass)
        .asList()
        .containsExactly(TurnAway.class, Close.class, Ended.class);
  }

  @Test
  void heartbeats_say_at_once_and_often_that_the_store_is_away_until_it_is_back() {
    session =
        session(
            HubSessionSettings.of(
                ConfigFactory.parseString("heartbeat = 300 s, liveness-deadline = 900 s")
                    .withFallback(ConfigFactory.load().getConfig("ebbmesh.sync.session.hub"))));
    live();
    assertThat(session.on(now, new HubSession.StoreIs(true))).isEmpty();
    assertThat(session.wakeAtNanos()).isEqualTo(now);
    for (int i = 0; i < 2; i++) {
      assertThat(session.on(now, new Wake(HUB_TIME)))
          .containsExactly(new Send(new Frame.Heartbeat(HUB_TIME, true)));
      assertThat(session.wakeAtNanos()).isEqualTo(now + HUB_SETTINGS.storeAwayHeartbeatNanos());
      now = session.wakeAtNanos();
    }
    assertThat(session.on(now, new HubSession.StoreIs(false))).isEmpty();
    assertThat(session.on(now, new Wake(HUB_TIME)))
        .containsExactly(new Send(new Frame.Heartbeat(HUB_TIME)));
    assertThat(session.wakeAtNanos()).isEqualTo(now + 300 * SECOND);
  }

  @Test
  void a_connection_that_never_greets_is_closed() {
    now += HUB_SETTINGS.helloTimeoutNanos();
    assertThat(session.on(now, new Wake(HUB_TIME)))
        .extracting(Object::getClass)
        .asList()
        .containsExactly(TurnAway.class, Close.class);
  }

  @Test
  void the_roads_hear_of_the_end_once() {
    live();
    assertThat(session.on(now, new HubSession.LinkDown("cut"))).containsExactly(new Ended("cut"));
    assertThat(session.on(now, new HubSession.LinkDown("cut"))).isEmpty();
    assertThat(frame(PUSH)).isEmpty();
  }
}
