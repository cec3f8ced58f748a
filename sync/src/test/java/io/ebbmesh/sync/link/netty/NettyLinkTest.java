package io.ebbmesh.sync.link.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class NettyLinkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void bothEndsKnowEachOtherByTheirCertificates() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      assertThat(node.connection().peer()).isEqualTo("hub-1");
      assertThat(wire.accepted().connection().peer()).isEqualTo("n1");
    }
  }

  @Test
  void framesArriveInOrderBothWays() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      Recorder hub = wire.accepted();
      Digest file = Digest.of(new byte[1]);
      for (int i = 0; i < 1000; i++) {
        node.connection().send(new Frame.ChunkRequest(file, i));
        hub.connection().send(new Frame.Chunk(file, i, new byte[] {1}));
      }
      for (int i = 0; i < 1000; i++) {
        assertThat(hub.frame()).isEqualTo(new Frame.ChunkRequest(file, i));
        assertThat(((Frame.Chunk) node.frame()).chunk()).isEqualTo(i);
      }
    }
  }

  @Test
  void noFrameStaysBehindWhileItsSenderWaits() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      Recorder hub = wire.accepted();
      Frame frame = new Frame.Chunk(Digest.of(new byte[1]), 0, new byte[4096]);
      int window = 64;
      int sent = 0;
      for (int received = 0; received < 20_000; received++) {
        while (sent < 20_000 && sent - received < window) {
          node.connection().send(frame);
          sent++;
        }
        hub.frame();
      }
    }
  }

  @Test
  void theLargestBlocksArriveWholeBothWays() throws Exception {
    byte[] block = new byte[SessionLimits.MAX_BLOCK_BYTES];
    new Random(1).nextBytes(block);
    Frame.BlockPush push = new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 2), block);
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      Recorder hub = wire.accepted();
      for (int i = 0; i < 8; i++) {
        node.connection().send(push);
        hub.connection().send(push);
      }
      for (int i = 0; i < 8; i++) {
        assertThat(((Frame.BlockPush) hub.frame()).block()).isEqualTo(block);
        assertThat(((Frame.BlockPush) node.frame()).block()).isEqualTo(block);
      }
    }
  }

  @Test
  void whatWasHandedOverBeforeACloseArrives() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      Recorder hub = wire.accepted();
      Connection connection = node.connection();
      Digest file = Digest.of(new byte[1]);
      for (int i = 0; i < 100; i++) {
        connection.send(new Frame.ChunkRequest(file, i));
      }
      connection.close();
      for (int i = 0; i < 100; i++) {
        assertThat(hub.frame()).isEqualTo(new Frame.ChunkRequest(file, i));
      }
      assertThat(hub.downReason()).startsWith("peer closed");
      assertThat(node.downReason()).startsWith("closed here");
    }
  }

  @Test
  void whatIsSentToADeadConnectionIsDropped() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      Recorder hub = wire.accepted();
      hub.connection().close();
      node.downReason();
      node.connection().send(new Frame.ChunkRequest(Digest.of(new byte[1]), 1));
      node.connection().close();
    }
  }

  @Test
  void aFrameOverALimitEndsTheConnectionAndNamesTheLimit() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial();
      byte[] tooLong = new byte[SessionLimits.MAX_BLOCK_BYTES + 1];
      node.connection().send(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 2), tooLong));
      assertThat(node.downReason())
          .startsWith("protocol error: cannot be sent")
          .contains(String.valueOf(SessionLimits.MAX_BLOCK_BYTES));
    }
  }

  @Test
  void aClockIn1970DoesNotKeepANodeFromItsHub() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial(Trust.node(), Trust.IN_1970);
      assertThat(node.connection().peer()).isEqualTo("hub-1");
    }
  }

  @Test
  void nothingListensThere() throws Exception {
    try (Wire wire = Wire.listen()) {
      int free;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = socket.getLocalPort();
      }
      Recorder node = wire.dial(Trust.node(), Trust.CLOCK, new Endpoint("127.0.0.1", free));
      assertThat(node.downReason()).startsWith("refused").contains(String.valueOf(free));
      assertThat(node.cameUp()).isFalse();
    }
  }

  @Test
  void aHostWithoutAddressIsNamed() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial(Trust.node(), Trust.CLOCK, new Endpoint("no-such-host.invalid", 1));
      assertThat(node.downReason()).startsWith("unreachable").contains("no-such-host.invalid");
    }
  }

  @Test
  void aPortInUseIsNamedWithItsRemedy() throws Exception {
    try (Wire wire = Wire.listen()) {
      NettyLinkServer second = NettyLinkServer.create(Trust.hub(), Trust.CLOCK, Wire.SETTINGS);
      assertThat(second.bind(wire.hub(), Recorder::new).toCompletableFuture())
          .failsWithin(PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(IOException.class)
          .withMessageContaining("cannot listen at " + wire.hub())
          .withMessageContaining("listen elsewhere");
    }
  }

  @Test
  void aListenerThatFailsLosesItsConnectionAndNothingElse() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder first = wire.dial();
      Recorder hub = wire.accepted();
      NettyLink link = NettyLink.create(Trust.node(), Trust.HUB, Trust.CLOCK, Wire.SETTINGS);
      Recorder inner = new Recorder();
      link.dial(
          wire.hub(),
          new LinkListener() {
            @Override
            public void onUp(Connection connection) {
              throw new IllegalStateException("planted");
            }

            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onDown(String reason) {
              inner.onDown(reason);
            }
          });
      assertThat(inner.downReason()).startsWith("listener failed").contains("planted");
      hub.connection().send(new Frame.ChunkRequest(Digest.of(new byte[1]), 1));
      assertThat(first.frame()).isInstanceOf(Frame.ChunkRequest.class);
      link.close();
    }
  }

  @Test
  void aStoppedLinkLeavesNoThreadAndEndsWhatWasOpen() throws Exception {
    Recorder node;
    Recorder hub;
    try (Wire wire = Wire.listen()) {
      node = wire.dial();
      hub = wire.accepted();
      node.connection();
      hub.connection();
    }
    node.downReason();
    hub.downReason();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(
                        name -> name.contains("ebbmesh") || name.contains("globalEventExecutor")));
  }

  @Test
  void aStoppedLinkSaysSo() throws Exception {
    NettyLink link = NettyLink.create(Trust.node(), Trust.HUB, Trust.CLOCK, Wire.SETTINGS);
    link.close().toCompletableFuture().get();
    Recorder node = new Recorder();
    link.dial(new Endpoint("127.0.0.1", 1), node);
    assertThat(node.downReason()).startsWith("closed here");
  }
}
