package io.ebbmesh.sync.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.netty.DownCause;
import io.ebbmesh.sync.link.netty.LinkSettings;
import io.ebbmesh.sync.link.netty.NettyLink;
import io.ebbmesh.sync.link.netty.NettyLinkServer;
import io.ebbmesh.sync.pki.CertificateAuthority;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.pki.OwnKey;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.pki.Validity;
import io.ebbmesh.sync.session.DoorCause;
import io.ebbmesh.sync.session.Peers;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who misbehaves at a real hub, over TCP and TLS, is counted, and harms no other node. */
class HostilePeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Validity YEAR = Validity.from(NOW, Duration.ofDays(365));
  private static final NodeClock CLOCK = FixedClock.right(NOW);
  private static final int HALF_OPEN = 64;
  private static final long UNSENT_BYTES = 4L << 20;
  private static final LinkSettings SETTINGS =
      new LinkSettings(
          PATIENCE,
          PATIENCE,
          Duration.ofSeconds(1),
          HALF_OPEN,
          Duration.ofMillis(200),
          4_096,
          UNSENT_BYTES,
          1,
          "");
  private static final NodeId SLOW = new NodeId("slow");
  private static final NodeId FLOOD = new NodeId("flood");

  @TempDir Path directory;

  private final CertificateAuthority authority = CertificateAuthority.create("authority", YEAR);
  private final BlockEncoder encoder = new BlockEncoder(1);
  private final List<NettyLink> links = new ArrayList<>();
  private NettyLinkServer server;
  private RoadHub hub;
  private Peer good;
  private long pushed;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyLinkServer.create(
            identity(
                PeerName.hub("hub-1"),
                authority.issueHub("hub-1", List.of("127.0.0.1", "localhost"), YEAR)),
            CLOCK,
            SETTINGS);
    hub =
        new RoadHub(
            directory.resolve("hub.db"),
            server,
            new Endpoint("127.0.0.1", 0),
            List.of(),
            modelsForTheSlow());
    good = new Peer(Samples.NODE);
    link(Samples.NODE).dial(hub.endpoint(), good);
    good.expect(Frame.Welcome.class);
    theGoodNodeIsServed();
  }

  @AfterEach
  void stop() {
    links.forEach(link -> link.close().toCompletableFuture().join());
    hub.stop();
  }

  @Test
  void aThousandHalfFinishedHandshakesHarmNobody() throws Exception {
    // The head of a TLS record of a client that never sends its body.
    byte[] half = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        Socket stranger = new Socket("127.0.0.1", hub.endpoint().port());
        stranger.getOutputStream().write(half);
        strangers.add(stranger);
        if (i % 250 == 0) {
          theGoodNodeIsServed();
        }
      }
      await().atMost(PATIENCE).until(() -> failures(DownCause.TOO_MANY) >= 1_000 - HALF_OPEN);
      theGoodNodeIsServed();
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void aFloodOfHellosIsSentAwayAndHarmsNobody() throws Exception {
    NettyLink link = link(FLOOD);
    BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
    // A slow machine dials more slowly, and may need another round.
    for (int round = 0; round < 10 && tooOften() < 5; round++) {
      int answered = answers.size();
      for (int i = 0; i < 30; i++) {
        link.dial(hub.endpoint(), new Peer(FLOOD, answers));
      }
      theGoodNodeIsServed();
      await().atMost(PATIENCE).until(() -> answers.size() >= answered + 10);
    }
    await().atMost(PATIENCE).until(() -> tooOften() >= 5);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                answers.stream()
                    .anyMatch(
                        answer ->
                            answer instanceof Frame.Refused refused
                                && refused.reason() == Frame.RefusalReason.BUSY
                                && refused.retryAfterMillis() > 0));
    theGoodNodeIsServed();
  }

  @Test
  void aPeerThatReadsNothingIsClosedAndHarmsNobody() throws Exception {
    TlsIdentity identity = node(SLOW);
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(
        new KeyManager[] {new OwnKey(identity)},
        new TrustManager[] {new ClockedTrust(identity.trusted(), CLOCK, PeerName.Role.HUB)},
        null);
    try (Socket socket = new Socket("127.0.0.1", hub.endpoint().port());
        SSLSocket slow =
            (SSLSocket)
                tls.getSocketFactory()
                    .createSocket(socket, "127.0.0.1", hub.endpoint().port(), true)) {
      slow.startHandshake();
      byte[] hello = FrameCodec.encode(hello(SLOW));
      slow.getOutputStream().write(withLength(hello));
      await().atMost(PATIENCE).until(() -> failures(DownCause.NOT_READING) == 1);
      theGoodNodeIsServed();
    }
  }

  private static byte[] withLength(byte[] frame) {
    byte[] all = new byte[frame.length + 2];
    all[0] = (byte) (frame.length & 0x7F | 0x80);
    all[1] = (byte) (frame.length >>> 7);
    System.arraycopy(frame, 0, all, 2, frame.length);
    return all;
  }

  /** Sends the slow peer more than it is ever going to read. */
  private static Behavior<Peers.Signal> modelsForTheSlow() {
    Digest file = Digest.of(new byte[1]);
    byte[] chunk = new byte[1 << 20];
    return Behaviors.receiveMessage(
        signal -> {
          if (signal instanceof Peers.PeerUp up && up.session().node().equals(SLOW)) {
            for (int i = 0; i < 100; i++) {
              up.sender().send(new Frame.Chunk(file, i, chunk));
            }
          }
          return Behaviors.same();
        });
  }

  private void theGoodNodeIsServed() throws InterruptedException {
    long first = pushed + 1;
    pushed += 10;
    for (long seq = first; seq <= pushed; seq++) {
      encoder.add(Samples.insight(seq));
    }
    byte[] block = encoder.encode(Lane.INSIGHT, first, Samples.BASE).bytes();
    good.connection().send(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(first, pushed), block));
    Frame.Ack ack = good.expect(Frame.Ack.class);
    assertThat(ack.held().contains(pushed)).isTrue();
    assertThat(good.ended).isFalse();
  }

  private long tooOften() {
    return hub.sentAway().getOrDefault(DoorCause.NODE_TOO_OFTEN, 0L);
  }

  private long failures(DownCause cause) {
    return server.failures().getOrDefault(cause, 0L);
  }

  private NettyLink link(NodeId node) {
    NettyLink link = NettyLink.create(node(node), PeerName.hub("hub-1"), CLOCK, SETTINGS);
    links.add(link);
    return link;
  }

  private TlsIdentity node(NodeId node) {
    return identity(PeerName.node(node), authority.issueNode(node, List.of(), YEAR));
  }

  private TlsIdentity identity(PeerName name, CertificateAuthority.Issued issued) {
    return new TlsIdentity(
        Path.of(name.name() + ".p12"),
        name,
        issued.key(),
        issued.chain(),
        List.of(authority.certificate()));
  }

  private static Frame.Hello hello(NodeId node) {
    return new Frame.Hello(
        node,
        1,
        1,
        Samples.INCARNATION,
        new Lineage(List.of(new Lineage.Epoch(7, Map.of()))),
        Map.of(Lane.INSIGHT, 20L),
        Samples.BASE,
        1,
        List.of());
  }

  /** A node that greets as soon as it is connected, and keeps what it hears. */
  private static final class Peer implements LinkListener {

    private final NodeId node;
    private final BlockingQueue<Frame> heard;
    private final BlockingQueue<Connection> up = new LinkedBlockingQueue<>();
    private volatile boolean ended;

    Peer(NodeId node) {
      this(node, new LinkedBlockingQueue<>());
    }

    Peer(NodeId node, BlockingQueue<Frame> heard) {
      this.node = node;
      this.heard = heard;
    }

    Connection connection() {
      return up.element();
    }

    <F extends Frame> F expect(Class<F> kind) throws InterruptedException {
      Frame frame = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      while (frame != null && !kind.isInstance(frame)) {
        frame = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertThat(frame).isInstanceOf(kind);
      return kind.cast(frame);
    }

    @Override
    public void onUp(Connection connection) {
      up.add(connection);
      connection.send(hello(node));
    }

    @Override
    public void onFrame(Frame frame) {
      heard.add(frame);
    }

    @Override
    public void onDown(String reason) {
      ended = true;
    }
  }
}
