package io.ebbmesh.sim.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.world.HashTrace;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class WireTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int TLS_RECORD_BYTES = 22;
  private static final int TWO_BYTE_LENGTH = 2;

  private final World world = new World(1, new HashTrace());
  private final SimNetwork network =
      new SimNetwork(world, new SimNetwork.HubDoor(0, 10 * SECOND, 256), Tampering.NONE);
  private final List<Integer> sentUp = new ArrayList<>();
  private final List<Connection> nodeEnds = new ArrayList<>();
  private final List<Connection> hubEnds = new ArrayList<>();
  private final List<Long> arrivals = new ArrayList<>();
  private final List<Long> bytesHeard = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private int sessions;

  @Test
  void framesHandedOverTogetherShareATlsRecordAndLaterOnesDoNot() {
    dial(1e9);
    world.runUntil(SECOND);
    sentUp.clear();
    Connection up = nodeEnds.get(0);
    Frame frame = block(200);
    up.send(frame);
    up.send(frame);
    world.runUntil(2 * SECOND);
    up.send(frame);
    world.runUntil(3 * SECOND);

    int framed = FrameCodec.encode(frame).length + TWO_BYTE_LENGTH;
    assertThat(sentUp).containsExactly(2 * framed + TLS_RECORD_BYTES, framed + TLS_RECORD_BYTES);
  }

  @Test
  void framesArriveWithTheRecordThatHoldsTheirLastByte() {
    dial(8 * 16_406);
    world.runUntil(2 * SECOND);
    arrivals.clear();
    sentUp.clear();
    Frame frame = block(10_000);
    int framed = FrameCodec.encode(frame).length + TWO_BYTE_LENGTH;
    for (int i = 0; i < 3; i++) {
      nodeEnds.get(0).send(frame);
    }
    world.runUntil(10 * SECOND);

    assertThat(sentUp).containsExactly(16_406, 3 * framed - 16_384 + TLS_RECORD_BYTES);
    assertThat(arrivals).hasSize(3);
    assertThat(arrivals.get(0)).isEqualTo(3 * SECOND);
    assertThat(arrivals.get(1)).isGreaterThan(3 * SECOND).isEqualTo(arrivals.get(2));
  }

  @Test
  void aFrameThatIsLongOnItsWayIsHeardOfBeforeItIsWhole() {
    dial(8 * 16_406);
    world.runUntil(2 * SECOND);
    nodeEnds.get(0).send(block(10 * 16_384));
    world.runUntil(60 * SECOND);

    assertThat(arrivals).hasSize(1);
    assertThat(bytesHeard).hasSizeBetween(8, 10).allMatch(at -> at < arrivals.get(0)).isSorted();
  }

  @Test
  void aSlowLinkTakesItsTimeForTheHandshake() {
    dial(10_000);
    world.runUntil(4 * SECOND);
    assertThat(nodeEnds).isEmpty();
    world.runUntil(5 * SECOND);
    assertThat(nodeEnds).hasSize(1);
  }

  @Test
  void aHandshakeThatIsTooSlowTimesOut() {
    dial(1_000);
    world.runUntil(60 * SECOND);
    assertThat(nodeEnds).isEmpty();
    assertThat(refusals).containsExactly("the handshake timed out");
  }

  @Test
  void aSessionOverAForgottenConnectionEndsWithTheHub() {
    Wire wire = dial(1e9);
    world.runUntil(SECOND);
    hubEnds.get(0).send(new Frame.Welcome(1, Map.of(), 0, 1, List.of(), 1, 1_000));
    wire.forgetConnections();
    assertThat(sessions).isEqualTo(1);
    network.hubEnded();
    assertThat(sessions).isZero();
  }

  private static Frame block(int bytes) {
    return new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 1), new byte[bytes]);
  }

  private Wire dial(double bitsPerSecond) {
    WireSettings settings =
        new WireSettings(
            new LinkCondition(true, bitsPerSecond, bitsPerSecond, 0, 0, 0),
            Long.MAX_VALUE,
            WireSettings.Cut.RESET,
            false,
            10 * SECOND,
            WireSettings.Hostility.NONE);
    network.listen(() -> new Listener(hubEnds));
    Wire wire =
        network.wire(
            1,
            "node",
            "node",
            LinkSchedule.builder().from(0, LinkCondition.UP).build(LinkSchedule.ONCE),
            settings,
            new Watch());
    wire.dial(new Endpoint("hub", 1), new Listener(nodeEnds));
    return wire;
  }

  private final class Listener implements LinkListener {

    private final List<Connection> ends;

    Listener(List<Connection> ends) {
      this.ends = ends;
    }

    @Override
    public void onUp(Connection connection) {
      ends.add(connection);
    }

    @Override
    public void onFrame(Frame frame) {
      arrivals.add(world.nowNanos());
    }

    @Override
    public void onBytes() {
      bytesHeard.add(world.nowNanos());
    }

    @Override
    public void onDown(String reason) {
      refusals.add(reason);
    }
  }

  private final class Watch implements WireWatch {

    @Override
    public void link(int node, boolean up) {}

    @Override
    public void path(int node, boolean whole) {}

    @Override
    public void closed(int node) {}

    @Override
    public void held(int node, boolean session) {
      sessions += session ? 1 : -1;
    }

    @Override
    public void dialled(int node) {}

    @Override
    public void sent(int node, boolean toHub, int bytes) {
      if (toHub) {
        sentUp.add(bytes);
      }
    }

    @Override
    public void arrived(int node, boolean toHub, Frame frame) {}
  }
}
