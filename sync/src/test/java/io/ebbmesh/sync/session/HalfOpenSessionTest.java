package io.ebbmesh.sync.session;

import static io.ebbmesh.sync.session.Frames.CLOCK;
import static io.ebbmesh.sync.session.Frames.HUB_SETTINGS;
import static io.ebbmesh.sync.session.Frames.NODE;
import static io.ebbmesh.sync.session.Frames.SECOND;
import static io.ebbmesh.sync.session.Frames.SETTINGS;
import static io.ebbmesh.sync.session.Frames.STANDING;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.session.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both halves of a session on a link that takes everything and delivers nothing any more. */
class HalfOpenSessionTest {

  private static final long DEADLINE = 45 * SECOND;
  private static final long ONE_WAY = 20_000_000L;

  private final NodeSession node =
      new NodeSession(NODE, 1, SETTINGS, Frames.HALF, NodeSession.Dialled.NEVER);
  private final HubSession hub =
      new HubSession(NODE.value(), new HubSession.Reads(1, List.of()), HUB_SETTINGS, 0);
  private long now;
  private long nodeHeardAt;
  private long hubHeardAt;
  private long nodeEndedAt;
  private long hubEndedAt;
  private long dialledAgainAt;
  private long cutAt = Long.MAX_VALUE;

  private record OnTheWay(long atNanos, boolean toHub, Frame frame) {}

  private final List<OnTheWay> link = new ArrayList<>();

  private void ofNode(List<NodeSession.Output> outputs) {
    for (NodeSession.Output output : outputs) {
      if (output instanceof NodeSession.Send send) {
        send(true, send.frame());
      } else if (output instanceof NodeSession.Ended) {
        nodeEndedAt = now;
      } else if (output instanceof NodeSession.Dial dial && dial.attempt() > 1) {
        dialledAgainAt = now;
      }
    }
  }

  private void ofHub(List<HubSession.Output> outputs) {
    for (HubSession.Output output : outputs) {
      if (output instanceof HubSession.Send send) {
        send(false, send.frame());
      } else if (output instanceof HubSession.Admit) {
        ofHub(hub.on(now, new HubSession.Admitted(Map.of(), 1_000, CLOCK)));
      } else if (output instanceof HubSession.Ended) {
        hubEndedAt = now;
      }
    }
  }

  private void send(boolean toHub, Frame frame) {
    if (now < cutAt) {
      link.add(new OnTheWay(now + ONE_WAY, toHub, frame));
    }
  }

  private void deliver(OnTheWay arrived) {
    now = arrived.atNanos();
    if (arrived.toHub()) {
      hubHeardAt = now;
      ofHub(hub.on(now, new HubSession.FrameIn(arrived.frame(), CLOCK)));
    } else {
      nodeHeardAt = now;
      ofNode(node.on(now, new NodeSession.FrameIn(1, arrived.frame())));
    }
  }

  /** Whatever is due next happens: a frame arrives, or one of the two wakes up. */
  private void step() {
    long first = link.isEmpty() ? Long.MAX_VALUE : link.get(0).atNanos();
    if (first <= node.wakeAtNanos() && first <= hub.wakeAtNanos()) {
      deliver(link.remove(0));
    } else if (node.wakeAtNanos() <= hub.wakeAtNanos()) {
      now = node.wakeAtNanos();
      ofNode(node.on(now, new NodeSession.Wake(CLOCK)));
    } else {
      now = hub.wakeAtNanos();
      ofHub(hub.on(now, new HubSession.Wake(CLOCK)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 14, 15, 16, 29, 44, 46, 600, 3_601})
  void bothEndItWithinTheDeadlineAndTheNodeDialsAgain(long cutAfterSeconds) {
    ofNode(node.on(now, new NodeSession.Standing(STANDING)));
    ofNode(node.on(now, new NodeSession.LinkUp(1, CLOCK)));
    cutAt = cutAfterSeconds * SECOND;
    while (dialledAgainAt == 0 || hubEndedAt == 0) {
      assertThat(now).isLessThan(cutAt + 5 * 60 * SECOND);
      step();
    }
    assertThat(nodeEndedAt).isGreaterThanOrEqualTo(cutAt);
    assertThat(nodeEndedAt - nodeHeardAt).isLessThanOrEqualTo(DEADLINE);
    assertThat(hubEndedAt).isGreaterThanOrEqualTo(cutAt);
    assertThat(hubEndedAt - hubHeardAt).isLessThanOrEqualTo(DEADLINE);
    assertThat(dialledAgainAt - nodeEndedAt).isLessThanOrEqualTo(SETTINGS.backoffBaseNanos() * 2);
  }
}
