package io.ebbmesh.sync.session;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Frames, settings and names for tests of sessions. */
final class Frames {

  static final long SECOND = 1_000_000_000L;
  static final NodeId NODE = new NodeId("gateway-1");
  static final BootTime CLOCK = new BootTime(new UUID(1, 1), 5, 1_000, ClockQuality.LOWER_BOUND);
  static final Session.InsightStanding STANDING =
      new Session.InsightStanding(
          new Incarnation(new UUID(2, 2)),
          new Lineage(List.of()),
          Ancestry.NONE,
          Map.of(Lane.INSIGHT, 7L));
  static final Frame.Ack ACK = new Frame.Ack(Lane.INSIGHT, SeqRanges.of(new SeqRange(1, 2)), 0, 10);
  static final Frame.Wish WISH = new Frame.Wish(1, List.of());
  static final Frame.Heartbeat HEARTBEAT = new Frame.Heartbeat(CLOCK);
  static final Frame.BlockPush PUSH =
      new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 2), new byte[10]);
  static final Frame.Report REPORT = new Frame.Report(1, List.of(), "");

  /** Draws the middle of every range. */
  static final Chance HALF =
      new Chance() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public double nextDouble() {
          return 0.5;
        }
      };

  private static final Config SESSION =
      ConfigFactory.defaultReference().getConfig("ebbmesh.sync.session");

  static final SessionSettings SETTINGS = SessionSettings.of(SESSION);
  static final HubSessionSettings HUB_SETTINGS = HubSessionSettings.of(SESSION.getConfig("hub"));

  private Frames() {}

  static Frame.Hello hello(NodeId node, int minProtocol, int maxProtocol) {
    return new Frame.Hello(
        node,
        minProtocol,
        maxProtocol,
        STANDING.incarnation(),
        STANDING.lineage(),
        STANDING.heads(),
        CLOCK,
        1,
        List.of());
  }

  static Frame.Welcome welcome(int protocol, long hubWallMillis) {
    return new Frame.Welcome(protocol, Map.of(), hubWallMillis, 1, List.of(), 1_000_000, 15_000);
  }
}
