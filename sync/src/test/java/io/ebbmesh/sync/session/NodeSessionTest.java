package io.ebbmesh.sync.session;

import static io.ebbmesh.sync.session.Frames.ACK;
import static io.ebbmesh.sync.session.Frames.CLOCK;
import static io.ebbmesh.sync.session.Frames.HEARTBEAT;
import static io.ebbmesh.sync.session.Frames.NODE;
import static io.ebbmesh.sync.session.Frames.SECOND;
import static io.ebbmesh.sync.session.Frames.SETTINGS;
import static io.ebbmesh.sync.session.Frames.STANDING;
import static io.ebbmesh.sync.session.Frames.WISH;
import static io.ebbmesh.sync.session.Frames.welcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.session.NodeSession.Close;
import io.ebbmesh.sync.session.NodeSession.Dial;
import io.ebbmesh.sync.session.NodeSession.Ended;
import io.ebbmesh.sync.session.NodeSession.FrameIn;
import io.ebbmesh.sync.session.NodeSession.GiveUp;
import io.ebbmesh.sync.session.NodeSession.LinkDown;
import io.ebbmesh.sync.session.NodeSession.LinkUp;
import io.ebbmesh.sync.session.NodeSession.Output;
import io.ebbmesh.sync.session.NodeSession.Send;
import io.ebbmesh.sync.session.NodeSession.Standing;
import io.ebbmesh.sync.session.NodeSession.Started;
import io.ebbmesh.sync.session.NodeSession.Synchronise;
import io.ebbmesh.sync.session.NodeSession.ToInsights;
import io.ebbmesh.sync.session.NodeSession.ToModels;
import io.ebbmesh.sync.session.NodeSession.Wake;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodeSessionTest {

  private final NodeSession session =
      new NodeSession(NODE, 1, SETTINGS, Frames.HALF, NodeSession.Dialled.NEVER);
  private long now = 100 * SECOND;

  private List<Output> feed(NodeSession.Input input) {
    return session.on(now, input);
  }

  private List<Output> frame(long attempt, Frame frame) {
    return feed(new FrameIn(attempt, frame));
  }

  private List<Output> wake() {
    return feed(new Wake(CLOCK));
  }

  /** Lets time pass until something is due, and feeds the wake-up. */
  private List<Output> sleepAndWake() {
    now = session.wakeAtNanos();
    return wake();
  }

  private void live(long attempt) {
    assertThat(feed(new LinkUp(attempt, CLOCK))).hasSize(1);
    assertThat(frame(attempt, welcome(SessionLimits.PROTOCOL, 0))).hasSize(2);
    assertThat(session.status().live()).isTrue();
  }

  @Test
  void nothing_is_dialled_before_the_outbox_is_open() {
    assertThat(session.wakeAtNanos()).isEqualTo(NodeSession.NEVER);
    assertThat(feed(new NodeSession.Serving(List.of()))).isEmpty();
    assertThat(feed(new Standing(STANDING))).containsExactly(new Dial(1));
    assertThat(feed(new Standing(STANDING))).isEmpty();
  }

  @Test
  void a_hub_that_may_be_reachable_again_is_dialled_after_a_jitter() {
    feed(new Standing(STANDING));
    for (int attempt = 1; attempt <= 10; attempt++) {
      feed(new LinkDown(attempt, "no network"));
      sleepAndWake();
    }
    feed(new LinkDown(11, "no network"));
    now += 2 * SECOND;
    assertThat(feed(new NodeSession.Reachable())).isEmpty();
    assertThat(session.wakeAtNanos() - now).isEqualTo(SETTINGS.backoffBaseNanos() / 2);
    assertThat(sleepAndWake()).containsExactly(new Dial(12));
  }

  @Test
  void a_dial_from_before_the_hub_was_reachable_is_forgotten() {
    feed(new Standing(STANDING));
    feed(new NodeSession.Reachable());
    assertThat(sleepAndWake()).containsExactly(new Dial(2));
    assertThat(session.awaitsLink(1)).isFalse();
    assertThat(session.awaitsLink(2)).isTrue();
  }

  @Test
  void a_link_that_says_reachable_all_the_time_does_not_put_the_dial_off() {
    feed(new Standing(STANDING));
    feed(new LinkDown(1, "no network"));
    feed(new NodeSession.Reachable());
    long due = session.wakeAtNanos();
    now = due - 1;
    feed(new NodeSession.Reachable());
    assertThat(session.wakeAtNanos()).isEqualTo(due);
  }

  @Test
  void dials_are_at_least_the_interval_apart_whatever_happens() {
    feed(new Standing(STANDING));
    long dialled = now;
    for (int attempt = 1; attempt <= 20; attempt++) {
      feed(new LinkDown(attempt, "cut"));
      feed(new NodeSession.Reachable());
      assertThat(sleepAndWake()).containsExactly(new Dial(attempt + 1));
      assertThat(now - dialled).isGreaterThanOrEqualTo(SETTINGS.minDialIntervalNanos());
      dialled = now;
    }
  }

  @Test
  void a_hub_that_said_wait_is_not_dialled_earlier() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    frame(1, new Frame.Refused(Frame.RefusalReason.BUSY, "full", 60_000));
    assertThat(feed(new NodeSession.Reachable())).isEmpty();
  }

  @Test
  void a_live_session_does_not_care_for_reachability() {
    feed(new Standing(STANDING));
    live(1);
    assertThat(feed(new NodeSession.Reachable())).isEmpty();
  }

  @Test
  void a_connection_is_greeted_with_the_latest_standing() {
    feed(new Standing(STANDING));
    List<Output> out = feed(new LinkUp(1, CLOCK));
    assertThat(out).hasSize(1);
    Frame.Hello hello = (Frame.Hello) ((Send) out.get(0)).frame();
    assertThat(hello.node()).isEqualTo(NODE);
    assertThat(hello.heads()).isEqualTo(STANDING.heads());
    assertThat(hello.clock()).isEqualTo(CLOCK);
  }

  @Test
  void a_welcome_starts_the_session_and_sets_the_clock_by_half_a_round_trip() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    now += 3 * SECOND;
    Frame.Welcome welcome = welcome(SessionLimits.PROTOCOL, 1_000_000);
    assertThat(frame(1, welcome))
        .containsExactly(new Synchronise(1_001_500, now), new Started(welcome));
    assertThat(session.status()).isEqualTo(new Session.Status(true, 1, 1, 0, ""));
  }

  @Test
  void frames_go_to_their_roads() {
    feed(new Standing(STANDING));
    live(1);
    assertThat(frame(1, ACK)).containsExactly(new ToInsights(ACK));
    assertThat(frame(1, WISH)).containsExactly(new ToModels(WISH));
    assertThat(frame(1, HEARTBEAT)).isEmpty();
    Frame.Heartbeat storeAway = new Frame.Heartbeat(CLOCK, true);
    assertThat(frame(1, storeAway)).containsExactly(new ToInsights(storeAway));
  }

  @Test
  void an_unexpected_frame_ends_the_session() {
    feed(new Standing(STANDING));
    live(1);
    assertThat(frame(1, Frames.PUSH)).first().isEqualTo(new Close());
    sleepAndWake();
    feed(new LinkUp(2, CLOCK));
    // An acknowledgement before the Welcome.
    assertThat(frame(2, ACK)).containsExactly(new Close());
  }

  @Test
  void a_welcome_in_another_protocol_is_not_taken() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    assertThat(frame(1, welcome(9, 0))).containsExactly(new Close());
    assertThat(session.status().lastProblem()).contains("protocol 9");
  }

  @Test
  void a_frame_that_is_long_on_its_way_keeps_the_session() {
    feed(new Standing(STANDING));
    live(1);
    now += SETTINGS.livenessDeadlineNanos() - 1;
    feed(new NodeSession.BytesIn(1));
    now += SETTINGS.livenessDeadlineNanos() - 1;
    wake();
    assertThat(session.status().live()).isTrue();
    feed(new NodeSession.BytesIn(0));
    now += 1;
    wake();
    assertThat(session.status().live()).isFalse();
  }

  @Test
  void a_successor_dials_no_sooner_than_its_predecessor_would_have() {
    long earliest = now + SECOND;
    NodeSession next =
        new NodeSession(NODE, 1, SETTINGS, Frames.HALF, new NodeSession.Dialled(7, earliest));
    assertThat(next.on(now, new Standing(STANDING))).isEmpty();
    assertThat(next.wakeAtNanos()).isEqualTo(earliest);
    assertThat(next.on(earliest - 1, new NodeSession.Wake(CLOCK))).isEmpty();
    assertThat(next.on(earliest, new NodeSession.Wake(CLOCK))).containsExactly(new Dial(8));
  }

  @Test
  void heartbeats_are_sent_at_the_pace_of_the_welcome() {
    feed(new Standing(STANDING));
    live(1);
    long start = now;
    assertThat(sleepAndWake()).containsExactly(new Send(HEARTBEAT));
    assertThat(now - start).isEqualTo(15 * SECOND);
    frame(1, HEARTBEAT);
    assertThat(sleepAndWake()).containsExactly(new Send(HEARTBEAT));
    assertThat(now - start).isEqualTo(30 * SECOND);
  }

  @Test
  void silence_beyond_the_deadline_ends_the_session() {
    feed(new Standing(STANDING));
    live(1);
    now += SETTINGS.livenessDeadlineNanos() - 1;
    frame(1, HEARTBEAT);
    now += SETTINGS.livenessDeadlineNanos() - 1;
    assertThat(wake()).noneMatch(Ended.class::isInstance);
    now += 1;
    assertThat(wake()).containsExactly(new Close(), new Ended("nothing heard within the deadline"));
  }

  @Test
  void a_dial_and_a_greeting_have_deadlines() {
    feed(new Standing(STANDING));
    now += SETTINGS.connectTimeoutNanos();
    assertThat(wake()).containsExactly(new Close());
    assertThat(sleepAndWake()).containsExactly(new Dial(2));
    feed(new LinkUp(2, CLOCK));
    now += SETTINGS.welcomeTimeoutNanos();
    assertThat(wake()).containsExactly(new Close());
  }

  @Test
  void each_failure_doubles_the_bound_of_the_wait_up_to_its_cap() {
    feed(new Standing(STANDING));
    long bound = SETTINGS.backoffBaseNanos();
    for (int attempt = 1; attempt <= 40; attempt++) {
      feed(new LinkDown(attempt, "refused"));
      // Chance draws the middle.
      assertThat(session.wakeAtNanos() - now)
          .isEqualTo(Math.max(bound / 2, SETTINGS.minDialIntervalNanos()));
      assertThat(sleepAndWake()).containsExactly(new Dial(attempt + 1));
      bound = Math.min(bound * 2, SETTINGS.backoffCapNanos());
    }
  }

  @Test
  void a_short_session_counts_as_a_failure_and_a_stable_one_forgives_them() {
    feed(new Standing(STANDING));
    for (int attempt = 1; attempt <= 3; attempt++) {
      live(attempt);
      now += SETTINGS.stableAfterNanos() - 1;
      assertThat(feed(new LinkDown(attempt, "cut"))).containsExactly(new Ended("cut"));
      sleepAndWake();
    }
    assertThat(session.status().failures()).isEqualTo(3);
    live(4);
    now += SETTINGS.stableAfterNanos();
    feed(new LinkDown(4, "cut"));
    assertThat(session.status().failures()).isEqualTo(1);
  }

  @Test
  void a_refusal_is_waited_out_and_the_jitter_comes_on_top() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    assertThat(frame(1, new Frame.Refused(Frame.RefusalReason.BUSY, "full", 30_000)))
        .containsExactly(new Close());
    assertThat(session.wakeAtNanos() - now)
        .isEqualTo(30 * SECOND + SETTINGS.backoffBaseNanos() / 2);
    assertThat(session.status().lastProblem()).contains("BUSY").contains("full");
  }

  @Test
  void a_fork_is_told_to_the_insight_road_and_a_new_incarnation_is_greeted_at_once() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    now += SETTINGS.minDialIntervalNanos();
    Map<Lane, Long> points = Map.of(Lane.INSIGHT, 41L);
    Frame.Refused forked =
        new Frame.Refused(Frame.RefusalReason.FORKED, "parts at 41", 30_000, points);
    assertThat(frame(1, forked))
        .containsExactly(new Close(), new NodeSession.Forked(STANDING.incarnation(), points));

    assertThat(feed(new Standing(STANDING))).isEmpty();
    Ancestry ancestry = Ancestry.NONE.plus(new Ancestry.Ancestor(STANDING.incarnation(), points));
    Session.InsightStanding next = other(ancestry);
    assertThat(feed(new Standing(next))).containsExactly(new Dial(2));
    Frame.Hello hello = (Frame.Hello) ((Send) feed(new LinkUp(2, CLOCK)).get(0)).frame();
    assertThat(hello.incarnation()).isEqualTo(next.incarnation());
    assertThat(hello.ancestry()).isEqualTo(ancestry);
  }

  private static Session.InsightStanding other(Ancestry ancestry) {
    return new Session.InsightStanding(
        new Incarnation(new UUID(9, 9)), STANDING.lineage(), ancestry, STANDING.heads());
  }

  @Test
  void a_new_incarnation_dials_no_sooner_than_the_shortest_interval_lets_it() {
    feed(new Standing(STANDING));
    long dialled = now;
    feed(new LinkUp(1, CLOCK));
    frame(1, new Frame.Refused(Frame.RefusalReason.FORKED, "parts", 30_000));
    assertThat(feed(new Standing(other(Ancestry.NONE)))).isEmpty();
    assertThat(session.wakeAtNanos()).isEqualTo(dialled + SETTINGS.minDialIntervalNanos());
    assertThat(sleepAndWake()).containsExactly(new Dial(2));
  }

  @Test
  void a_fork_without_fork_points_of_an_older_hub_is_waited_out() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    assertThat(frame(1, new Frame.Refused(Frame.RefusalReason.FORKED, "parts", 30_000)))
        .containsExactly(new Close());
  }

  @Test
  void a_hub_that_is_busy_spreads_its_nodes_itself_and_other_refusals_are_failures() {
    feed(new Standing(STANDING));
    for (int attempt = 1; attempt <= 8; attempt++) {
      feed(new LinkUp(attempt, CLOCK));
      frame(attempt, new Frame.Refused(Frame.RefusalReason.BUSY, "full", 30_000));
      assertThat(session.wakeAtNanos() - now)
          .isEqualTo(30 * SECOND + SETTINGS.backoffBaseNanos() / 2);
      sleepAndWake();
    }
    assertThat(session.status().failures()).isZero();
    feed(new LinkUp(9, CLOCK));
    frame(9, new Frame.Refused(Frame.RefusalReason.FORKED, "copy", 30_000));
    assertThat(session.status().failures()).isEqualTo(1);
  }

  @Test
  void a_hub_cannot_send_a_node_away_for_ever() {
    feed(new Standing(STANDING));
    feed(new LinkUp(1, CLOCK));
    frame(1, new Frame.Refused(Frame.RefusalReason.BUSY, "never", Long.MAX_VALUE));
    assertThat(session.wakeAtNanos() - now)
        .isLessThanOrEqualTo(SETTINGS.retryAfterCapNanos() + SETTINGS.backoffBaseNanos());
  }

  @Test
  void what_an_older_attempt_says_is_ignored() {
    feed(new Standing(STANDING));
    live(1);
    feed(new LinkDown(1, "cut"));
    sleepAndWake();
    assertThat(feed(new LinkDown(1, "again"))).isEmpty();
    assertThat(frame(1, ACK)).isEmpty();
    assertThat(feed(new LinkUp(1, CLOCK))).isEmpty();
    assertThat(feed(new GiveUp(1, "late"))).isEmpty();
    live(2);
  }

  @Test
  void a_road_may_give_the_session_up() {
    feed(new Standing(STANDING));
    live(1);
    assertThat(feed(new GiveUp(1, "no progress")))
        .containsExactly(new Close(), new Ended("no progress"));
    assertThat(feed(new LinkDown(1, "closed"))).isEmpty();
  }
}
