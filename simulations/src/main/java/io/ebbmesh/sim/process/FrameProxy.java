package io.ebbmesh.sim.process;

import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.OwnKey;
import io.ebbmesh.sync.pki.PeerName.Role;
import io.ebbmesh.sync.pki.TlsIdentity;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * An impostor between a node and its hub, on loopback: it has certificates of both, ends TLS on
 * either side, cuts the streams into frames (docs/session-protocol.md) and lets a {@link
 * FrameTampering} decide what arrives.
 *
 * <pre>
 *     node ── TLS 1.3 ── as the hub ┤ frames ├ as the node ── TLS 1.3 ── hub
 * </pre>
 *
 * May be used from any thread; has four threads per connection.
 */
public final class FrameProxy implements Closeable {

  private static final int CONNECT_MILLIS = 5_000;
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final NoisySocket.Server server;
  private final InetSocketAddress target;
  private final SSLContext asHub;
  private final SSLContext asNode;
  private final FrameTampering tampering;
  private final LongAdder connections = new LongAdder();
  private final LongAdder frames = new LongAdder();
  private final LongAdder overtaken = new LongAdder();
  private final LongAdder bytesUp = new LongAdder();
  private final Set<Socket> sockets = new LinkedHashSet<>();
  private boolean closed;

  /** One leg of a connection: a socket, and TLS above it. */
  private record Leg(NoisySocket wire, SSLSocket tls) {}

  private FrameProxy(
      NoisySocket.Server server,
      InetSocketAddress target,
      SSLContext asHub,
      SSLContext asNode,
      FrameTampering tampering) {
    this.server = server;
    this.target = target;
    this.asHub = asHub;
    this.asNode = asNode;
    this.tampering = tampering;
  }

  /**
   * Listens on any port of loopback.
   *
   * @param target where the hub listens; need not listen yet
   * @param hub what nodes take for their hub
   * @param node what the hub takes for a node
   * @throws IOException if there is no port
   */
  public static FrameProxy start(
      InetSocketAddress target,
      TlsIdentity hub,
      TlsIdentity node,
      NodeClock clock,
      FrameTampering tampering)
      throws IOException {
    NoisySocket.Server server = new NoisySocket.Server();
    FrameProxy proxy =
        new FrameProxy(
            server,
            target,
            context(hub, new ClockedTrust(hub.trusted(), clock, Role.NODE)),
            context(node, new ClockedTrust(node.trusted(), clock, Role.HUB)),
            tampering);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    proxy.thread("accept", proxy::accept);
    return proxy;
  }

  private static SSLContext context(TlsIdentity own, ClockedTrust trust) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOLS[0]);
      context.init(new KeyManager[] {new OwnKey(own)}, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up", e);
    }
  }

  /** The port on loopback. */
  public int port() {
    return server.getLocalPort();
  }

  /** Connections that came since the start. */
  public long connections() {
    return connections.sum();
  }

  /** Frames that came since the start, from either side. */
  public long frames() {
    return frames.sum();
  }

  /** Frames that arrived behind younger ones. */
  public long overtaken() {
    return overtaken.sum();
  }

  /** Bytes of frames that were passed on to the hub. */
  public long bytesUp() {
    return bytesUp.sum();
  }

  /** Resets every connection and stops listening. */
  @Override
  public void close() {
    synchronized (sockets) {
      closed = true;
      sockets.forEach(FrameProxy::closeQuietly);
    }
    closeQuietly(server);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        NoisySocket wire = server.accept();
        connections.increment();
        thread("connect", () -> connect(wire));
      } catch (IOException e) {
        // The listening socket was closed, or one connection was gone before it was taken.
        continue;
      }
    }
  }

  private void connect(NoisySocket near) {
    NoisySocket far = new NoisySocket();
    try {
      keep(near);
      keep(far);
      Leg node = new Leg(near, overlay(asHub, near, false));
      far.connect(target, CONNECT_MILLIS);
      Leg hub = new Leg(far, overlay(asNode, far, true));
      FrameLine up = new FrameLine();
      FrameLine down = new FrameLine();
      Runnable drop = () -> drop(near, far, up, down);
      thread("up-in", () -> orDrop(drop, () -> read(node, true, up)));
      thread("up-out", () -> orDrop(drop, () -> write(up, hub, true)));
      thread("down-in", () -> orDrop(drop, () -> read(hub, false, down)));
      orDrop(drop, () -> write(down, node, false));
    } catch (IOException e) {
      drop(near, far);
    }
  }

  private static SSLSocket overlay(SSLContext context, NoisySocket wire, boolean dialled)
      throws IOException {
    wire.setTcpNoDelay(true);
    String host = wire.getInetAddress().getHostAddress();
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(wire, host, wire.getPort(), true);
    tls.setEnabledProtocols(PROTOCOLS);
    tls.setUseClientMode(dialled);
    if (!dialled) {
      tls.setNeedClientAuth(true);
    }
    tls.startHandshake();
    return tls;
  }

  private interface Carrying {
    void run() throws IOException, InterruptedException;
  }

  private static void orDrop(Runnable drop, Carrying carrying) {
    try {
      carrying.run();
    } catch (IOException | InterruptedException e) {
      drop.run();
    }
  }

  private void read(Leg from, boolean toHub, FrameLine line)
      throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(from.tls().getInputStream());
    byte[] frame = next(in);
    while (frame != null && line.put(tampering.of(toHub, frame))) {
      frames.increment();
      frame = next(in);
    }
    line.end();
  }

  /** The next frame without its length; null if there is none. */
  private static byte @Nullable [] next(InputStream in) throws IOException {
    int length = 0;
    int shift = 0;
    int read;
    do {
      read = in.read();
      if (read < 0 && shift == 0) {
        return null;
      }
      length |= (read & 0x7F) << shift;
      shift += 7;
    } while (read >= 0x80);
    if (read < 0 || length > SessionLimits.MAX_FRAME_BYTES) {
      throw new IOException("no frame: " + length + " bytes");
    }
    byte[] frame = in.readNBytes(length);
    if (frame.length < length) {
      throw new EOFException("in the middle of a frame");
    }
    return frame;
  }

  private void write(FrameLine line, Leg to, boolean toHub)
      throws IOException, InterruptedException {
    OutputStream out = to.tls().getOutputStream();
    long newest = -1;
    for (FrameLine.Piece piece = line.take(); piece != null; piece = line.take()) {
      if (piece.noisy()) {
        to.wire().damageNext();
      }
      if (piece.number() < newest) {
        overtaken.increment();
      }
      newest = Math.max(newest, piece.number());
      if (toHub) {
        bytesUp.add(piece.bytes().length);
      }
      out.write(withLength(piece.bytes()));
    }
    throw new EOFException("the other side is gone, and has nothing on its way any more");
  }

  private static byte[] withLength(byte[] frame) {
    byte[] all = new byte[Integer.BYTES + frame.length];
    int at = 0;
    int rest = frame.length;
    while (rest >= 0x80) {
      all[at++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    all[at++] = (byte) rest;
    System.arraycopy(frame, 0, all, at, frame.length);
    return Arrays.copyOf(all, at + frame.length);
  }

  private void keep(Socket socket) throws IOException {
    synchronized (sockets) {
      if (closed) {
        throw new IOException("the proxy is closed");
      }
      sockets.add(socket);
    }
  }

  private void drop(Socket near, Socket far, FrameLine... lines) {
    for (FrameLine line : lines) {
      line.breakOff();
    }
    synchronized (sockets) {
      sockets.remove(near);
      sockets.remove(far);
    }
    // The sockets below TLS: nobody is to wait for a farewell.
    closeQuietly(near);
    closeQuietly(far);
  }

  private void thread(String what, Runnable work) {
    Thread thread = new Thread(work, "frame-proxy-" + port() + "-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // Nothing is lost: the proxy keeps nothing.
      return;
    }
  }
}
