package io.ebbmesh.sync.link.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Peers that may not in, or that behave badly once they are. */
class UnwelcomePeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void aPeerWithoutACertificateStaysOutside() throws Exception {
    try (Wire wire = Wire.listen();
        SSLSocket stranger = wire.tls(null)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                stranger.startHandshake();
                stranger.getInputStream().read();
              });
      counted(wire, DownCause.NO_CERTIFICATE);
    }
  }

  @Test
  void bytesOfAFrameThatIsNotWholeAreHeard() throws Exception {
    try (Wire wire = Wire.listen();
        SSLSocket node = wire.tls(Trust.node())) {
      node.startHandshake();
      Recorder hub = wire.accepted();
      hub.connection();
      // A length of 1 MiB, and a little of what it announces.
      node.getOutputStream().write(new byte[] {(byte) 0x80, (byte) 0x80, 0x40, 1, 2, 3});
      node.getOutputStream().flush();
      hub.awaitBytes();
      assertThat(hub.isDown()).isFalse();
    }
  }

  @Test
  void aNodeOfAnotherAuthorityStaysOutsideAndIsTold() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node = wire.dial(Trust.node(Trust.OTHER, Trust.YEAR), Trust.CLOCK);
      assertThat(node.downReason()).startsWith("rejected by the peer");
      counted(wire, DownCause.UNKNOWN_AUTHORITY);
    }
  }

  @Test
  void aHubOfAnotherAuthorityIsNotSpokenTo() throws Exception {
    try (Wire wire = Wire.listen(Trust.hub(Trust.OTHER, Trust.YEAR))) {
      Recorder node = wire.dial();
      assertThat(node.downReason()).startsWith("unknown authority").contains("CN=other");
      assertThat(node.cameUp()).isFalse();
      counted(wire, DownCause.REJECTED_BY_PEER);
    }
  }

  @Test
  void aHubUnderAnotherHostNameIsNotSpokenTo() throws Exception {
    try (Wire wire = Wire.listen()) {
      Recorder node =
          wire.dial(Trust.node(), Trust.CLOCK, new Endpoint("localhost", wire.hub().port()));
      assertThat(node.downReason()).startsWith("wrong name").contains("127.0.0.1", "localhost");
      assertThat(node.cameUp()).isFalse();
    }
  }

  @Test
  void anotherHubOfTheSameAuthorityIsNotSpokenTo() throws Exception {
    TlsIdentity other = Trust.hub(Trust.AUTHORITY, PeerName.hub("hub-2"), Trust.YEAR);
    try (Wire wire = Wire.listen(other)) {
      Recorder node = wire.dial();
      assertThat(node.downReason())
          .startsWith("wrong name")
          .contains("urn:ebbmesh:hub:hub-2", "urn:ebbmesh:hub:hub-1", "ebbmesh.node.hub.name");
      assertThat(node.cameUp()).isFalse();
    }
  }

  @Test
  void aNodeThatPlaysTheHubIsNotSpokenTo() throws Exception {
    try (Wire wire = Wire.listen(Trust.node())) {
      assertThat(wire.dial().downReason()).startsWith("wrong name").contains("urn:ebbmesh:node:n1");
    }
  }

  @Test
  void aHubThatPlaysANodeStaysOutside() throws Exception {
    try (Wire wire = Wire.listen()) {
      assertThat(wire.dial(Trust.hub(), Trust.CLOCK).downReason())
          .startsWith("rejected by the peer");
      counted(wire, DownCause.WRONG_NAME);
    }
  }

  @Test
  void anExpiredNodeStaysOutside() throws Exception {
    TlsIdentity expired = Trust.node(Trust.AUTHORITY, Trust.LAST_YEAR);
    try (Wire wire = Wire.listen()) {
      assertThat(wire.dial(expired, Trust.IN_1970).downReason()).startsWith("rejected by the peer");
      counted(wire, DownCause.EXPIRED);
    }
  }

  @Test
  void aNodeThatKnowsItsCertificateExpiredDoesNotDial() throws Exception {
    TlsIdentity expired = Trust.node(Trust.AUTHORITY, Trust.LAST_YEAR);
    try (Wire wire = Wire.listen()) {
      assertThat(wire.dial(expired, Trust.CLOCK).downReason())
          .startsWith("expired")
          .contains("n1.p12", "ebbmesh pki issue");
    }
  }

  @Test
  void anExpiredHubDoesNotListen() {
    NettyLinkServer server =
        NettyLinkServer.create(
            Trust.hub(Trust.AUTHORITY, Trust.LAST_YEAR), Trust.CLOCK, Wire.SETTINGS);
    assertThat(server.bind(new Endpoint("127.0.0.1", 0), Recorder::new).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableOfType(Exception.class)
        .withMessageContaining("hub-1.p12");
  }

  @Test
  void tls12IsNotSpoken() throws Exception {
    try (Wire wire = Wire.listen();
        SSLSocket old = wire.tls(Trust.node())) {
      old.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatExceptionOfType(IOException.class).isThrownBy(old::startHandshake);
      counted(wire, DownCause.PROTOCOL);
    }
  }

  @Test
  void aPeerThatDoesNotSpeakTlsIsClosed() throws Exception {
    try (Wire wire = Wire.listen();
        Socket stranger = wire.plain()) {
      stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      stranger.getInputStream().readAllBytes();
      counted(wire, DownCause.PROTOCOL);
    }
  }

  @Test
  void aFrameLongerThanTheLimitEndsTheConnectionBeforeItIsRead() throws Exception {
    assertThat(reasonAfter(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0x7f}))
        .startsWith("protocol error")
        .contains("266338304", "8388608");
  }

  @Test
  void garbageEndsTheConnection() throws Exception {
    assertThat(reasonAfter(new byte[] {5, -1, -1, -1, -1, -1})).startsWith("protocol error");
  }

  private static String reasonAfter(byte[] bytes) throws Exception {
    try (Wire wire = Wire.listen();
        SSLSocket node = wire.tls(Trust.node())) {
      node.getOutputStream().write(bytes);
      String reason = wire.accepted().downReason();
      counted(wire, DownCause.PROTOCOL);
      return reason;
    }
  }

  @Test
  void aPeerThatDoesNotReadIsClosedBeforeItFillsTheMemory() throws Exception {
    LinkSettings small = with(64, Duration.ofSeconds(5), 4L * 1024 * 1024);
    try (Wire wire = Wire.listen(small);
        SSLSocket node = wire.tls(Trust.node())) {
      node.startHandshake();
      Recorder hub = wire.accepted();
      Connection connection = hub.connection();
      Digest file = Digest.of(new byte[1]);
      byte[] chunk = new byte[1024 * 1024];
      for (int i = 0; i < 100; i++) {
        connection.send(new Frame.Chunk(file, i, chunk));
      }
      assertThat(hub.downReason())
          .startsWith("peer does not read")
          .contains("max-unsent-bytes (4194304)");
      counted(wire, DownCause.NOT_READING);
    }
  }

  @Test
  void halfFinishedHandshakesAreBoundedAndRunOut() throws Exception {
    LinkSettings tight = with(3, Duration.ofMillis(1500), 64L * 1024 * 1024);
    List<Socket> silent = new ArrayList<>();
    try (Wire wire = Wire.listen(tight)) {
      for (int i = 0; i < 3; i++) {
        silent.add(wire.plain());
      }
      try (Socket oneTooMany = wire.plain()) {
        assertThat(oneTooMany.getInputStream().read()).isEqualTo(-1);
      }
      counted(wire, DownCause.TOO_MANY);
      for (Socket socket : silent) {
        socket.getInputStream().readAllBytes();
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(wire.failures(DownCause.HANDSHAKE_TIMEOUT)).isEqualTo(3));
      assertThat(wire.dial().connection().peer()).isEqualTo("hub-1");
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aThousandHalfFinishedHandshakesKeepNobodyOut() throws Exception {
    LinkSettings patient = with(64, Duration.ofSeconds(60), 64L * 1024 * 1024);
    // The head of a TLS record of a client that never sends its body.
    byte[] half = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    List<Socket> strangers = new ArrayList<>();
    try (Wire wire = Wire.listen(patient)) {
      for (int i = 0; i < 1_000; i++) {
        Socket stranger = wire.plain();
        stranger.getOutputStream().write(half);
        strangers.add(stranger);
      }
      await().atMost(PATIENCE).until(() -> wire.failures(DownCause.TOO_MANY) >= 1_000 - 64);
      // Waits out the grace of those that are left: each dial takes the place of one of them.
      await().atMost(PATIENCE).until(() -> comesUp(wire.dial()));
      assertThat(wire.failures(DownCause.HANDSHAKE_TIMEOUT)).isZero();
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  private static boolean comesUp(Recorder node) {
    await().atMost(PATIENCE).until(() -> node.cameUp() || node.isDown());
    return node.cameUp();
  }

  @Test
  void aHubThatIsSilentTimesOut() throws Exception {
    try (Wire wire = Wire.listen();
        ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      NettyLink link =
          NettyLink.create(
              Trust.node(), Trust.HUB, Trust.CLOCK, with(64, Duration.ofMillis(300), 1024L * 1024));
      Recorder node = new Recorder();
      link.dial(new Endpoint("127.0.0.1", silent.getLocalPort()), node);
      assertThat(node.downReason()).startsWith("handshake timeout");
      link.close().toCompletableFuture().get();
    }
  }

  @Test
  void aNodeThatVanishesIsNoticed() throws Exception {
    try (Wire wire = Wire.listen();
        SSLSocket node = wire.tls(Trust.node())) {
      node.startHandshake();
      Recorder hub = wire.accepted();
      hub.connection();
      node.close();
      assertThat(hub.downReason()).startsWith("peer closed");
    }
  }

  private static LinkSettings with(int maxHalfOpen, Duration handshake, long maxUnsentBytes) {
    return new LinkSettings(
        Duration.ofSeconds(5),
        handshake,
        Duration.ofMillis(500),
        maxHalfOpen,
        Duration.ofMillis(200),
        4096,
        maxUnsentBytes,
        1,
        "");
  }

  private static void counted(Wire wire, DownCause cause) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(wire.failures(cause)).as("%s", wire.server().failures()).isPositive());
  }
}
