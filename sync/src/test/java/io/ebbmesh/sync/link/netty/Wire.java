package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.LinkServer.Binding;
import io.ebbmesh.sync.pki.TlsIdentity;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A listening hub and any number of dialling nodes on loopback. */
final class Wire implements AutoCloseable {

  static final LinkSettings SETTINGS =
      new LinkSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          64,
          Duration.ofSeconds(3),
          64,
          64 * 1024 * 1024,
          1,
          "bbr");

  private static final int PATIENCE_SECONDS = 20;

  private final NettyLinkServer server;
  private final Binding binding;
  private final BlockingQueue<Recorder> accepted = new LinkedBlockingQueue<>();
  private final List<NettyLink> links = new ArrayList<>();

  private Wire(TlsIdentity hub, NodeClock clock, LinkSettings settings) throws Exception {
    server = NettyLinkServer.create(hub, clock, settings);
    binding =
        server
            .bind(new Endpoint("127.0.0.1", 0), this::accept)
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static Wire listen() throws Exception {
    return new Wire(Trust.hub(), Trust.CLOCK, SETTINGS);
  }

  static Wire listen(TlsIdentity hub) throws Exception {
    return new Wire(hub, Trust.CLOCK, SETTINGS);
  }

  /** With this congestion control at both ends. */
  static LinkSettings controlledBy(String name) {
    return new LinkSettings(
        SETTINGS.connectTimeout(),
        SETTINGS.handshakeTimeout(),
        SETTINGS.closeTimeout(),
        SETTINGS.maxHalfOpen(),
        SETTINGS.halfOpenGrace(),
        SETTINGS.maxConnections(),
        SETTINGS.maxUnsentBytes(),
        SETTINGS.ioThreads(),
        name);
  }

  static Wire listen(LinkSettings settings) throws Exception {
    return new Wire(Trust.hub(), Trust.CLOCK, settings);
  }

  private LinkListener accept() {
    Recorder recorder = new Recorder();
    accepted.add(recorder);
    return recorder;
  }

  Endpoint hub() {
    return binding.local();
  }

  NettyLinkServer server() {
    return server;
  }

  Recorder dial(TlsIdentity node, NodeClock clock) {
    return dial(node, clock, hub());
  }

  Recorder dial(TlsIdentity node, NodeClock clock, Endpoint hub) {
    return dial(NettyLink.create(node, Trust.HUB, clock, SETTINGS), hub);
  }

  Recorder dial(LinkSettings settings) {
    return dial(NettyLink.create(Trust.node(), Trust.HUB, Trust.CLOCK, settings), hub());
  }

  private Recorder dial(NettyLink link, Endpoint hub) {
    links.add(link);
    Recorder recorder = new Recorder();
    link.dial(hub, recorder);
    return recorder;
  }

  Recorder dial() {
    return dial(Trust.node(), Trust.CLOCK);
  }

  /** The hub's end of the next connection. */
  Recorder accepted() throws InterruptedException {
    Recorder recorder = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (recorder == null) {
      throw new AssertionError("nobody came");
    }
    return recorder;
  }

  /** Plain TCP to the hub. */
  Socket plain() throws IOException {
    Socket socket = new Socket("127.0.0.1", hub().port());
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    return socket;
  }

  /** The JDK's TLS to the hub, not yet shaken hands. */
  SSLSocket tls(@Nullable TlsIdentity own) throws IOException {
    SSLSocket socket =
        (SSLSocket) Trust.careless(own).getSocketFactory().createSocket("127.0.0.1", hub().port());
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    return socket;
  }

  long failures(DownCause cause) {
    return server.failures().getOrDefault(cause, 0L);
  }

  @Override
  public void close() throws InterruptedException, ExecutionException, TimeoutException {
    for (NettyLink link : links) {
      link.close().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    binding.close().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
