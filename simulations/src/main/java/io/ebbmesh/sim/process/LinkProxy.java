package io.ebbmesh.sim.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback that can be cut, stalled and restored, and made as narrow and long as a
 * real link.
 *
 * <pre>
 * state    new connection                open connection
 * OPEN     passed on to the target       bytes flow
 * STALLED  accepted, then silence        bytes stop, nothing is closed: a half-open link
 * CUT      accepted and reset            reset
 * </pre>
 *
 * May be used from any thread; has two threads per connection, four when it is shaped.
 */
public final class LinkProxy implements Closeable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int CONNECT_MILLIS = 5_000;

  private enum State {
    OPEN,
    STALLED,
    CUT,
    CLOSED
  }

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final @Nullable Shaper up;
  private final @Nullable Shaper down;
  private final AtomicLong bytesUp = new AtomicLong();
  private final AtomicLong bytesDown = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final Object lock = new Object();
  private final List<Socket> sockets = new ArrayList<>();
  private State state = State.OPEN;

  private LinkProxy(ServerSocket server, InetSocketAddress target, @Nullable LinkShape shape) {
    this.server = server;
    this.target = target;
    this.up = shape == null ? null : new Shaper(shape);
    this.down = shape == null ? null : new Shaper(shape);
  }

  /**
   * Listens on loopback.
   *
   * @param listenPort 0 for any
   * @param target where connections are passed on to; need not listen yet
   * @throws IOException if the port cannot be listened on
   */
  public static LinkProxy start(int listenPort, InetSocketAddress target) throws IOException {
    return listen(listenPort, target, null);
  }

  /** The same for a link with a rate and a delay. */
  public static LinkProxy start(int listenPort, InetSocketAddress target, LinkShape shape)
      throws IOException {
    return listen(listenPort, target, shape);
  }

  private static LinkProxy listen(
      int listenPort, InetSocketAddress target, @Nullable LinkShape shape) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    LinkProxy proxy = new LinkProxy(server, target, shape);
    if (proxy.up != null) {
      server.setReceiveBufferSize(proxy.up.bufferBytes());
    }
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort));
    proxy.thread("accept", proxy::accept);
    return proxy;
  }

  /** The port on loopback. */
  public int port() {
    return server.getLocalPort();
  }

  /** Resets every connection, and each new one until {@link #restore}. */
  public void cut() {
    change(State.CUT);
  }

  /** Lets no byte through and closes nothing until {@link #restore} or {@link #cut}. */
  public void stall() {
    change(State.STALLED);
  }

  /** Lets bytes and new connections through again. */
  public void restore() {
    change(State.OPEN);
  }

  /** Connections that came since the start, those that found the link cut too. */
  public long connections() {
    return connections.get();
  }

  /** Bytes passed on to the target since the start. */
  public long bytesUp() {
    return bytesUp.get();
  }

  /** Bytes passed back from the target since the start. */
  public long bytesDown() {
    return bytesDown.get();
  }

  /** Resets every connection and stops listening. */
  @Override
  public void close() {
    change(State.CLOSED);
    closeQuietly(server);
  }

  private void change(State to) {
    synchronized (lock) {
      if (state == State.CLOSED) {
        return;
      }
      state = to;
      if (to == State.CUT || to == State.CLOSED) {
        sockets.forEach(LinkProxy::reset);
        sockets.clear();
      }
      lock.notifyAll();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        connections.incrementAndGet();
        if (keep(near)) {
          thread("up", () -> connect(near));
        }
      } catch (IOException e) {
        // The listening socket was closed, or one connection was gone before it was taken.
        continue;
      }
    }
  }

  /** Takes a socket into the books, unless the link is cut. */
  private boolean keep(Socket socket) {
    synchronized (lock) {
      if (state == State.CUT || state == State.CLOSED) {
        reset(socket);
        return false;
      }
      sockets.add(socket);
      return true;
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    try {
      awaitOpen();
      if (down != null) {
        far.setReceiveBufferSize(down.bufferBytes());
        down.awaitRoundTrip();
      }
      far.connect(target, CONNECT_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
    } catch (IOException | InterruptedException e) {
      drop(near);
      closeQuietly(far);
      return;
    }
    if (keep(far)) {
      thread("down", () -> carry(far, near, bytesDown, down));
      carry(near, far, bytesUp, up);
    } else {
      drop(near);
    }
  }

  private void carry(Socket from, Socket to, AtomicLong counter, @Nullable Shaper shaper) {
    if (shaper == null) {
      orDrop(from, to, () -> pump(from, to, counter));
      return;
    }
    DelayLine line = new DelayLine(shaper.piecesUnderWay());
    thread("arrive", () -> orDrop(from, to, () -> arrive(line, to, counter)));
    orDrop(from, to, () -> enter(from, line, shaper));
  }

  private interface Carrying {
    void run() throws IOException, InterruptedException;
  }

  private void orDrop(Socket from, Socket to, Carrying carrying) {
    try {
      carrying.run();
    } catch (IOException | InterruptedException e) {
      drop(from);
      drop(to);
    }
  }

  private void pump(Socket from, Socket to, AtomicLong counter)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = from.getInputStream();
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      passOn(buffer, read, to, counter);
    }
    awaitOpen();
    to.shutdownOutput();
  }

  private static void enter(Socket from, DelayLine line, Shaper shaper)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[shaper.pieceBytes()];
    try {
      InputStream in = from.getInputStream();
      int read = in.read(buffer);
      while (read >= 0 && line.put(Arrays.copyOf(buffer, read), shaper.pass(read))) {
        read = in.read(buffer);
      }
    } finally {
      line.end();
    }
  }

  private void arrive(DelayLine line, Socket to, AtomicLong counter)
      throws IOException, InterruptedException {
    line.carry(bytes -> passOn(bytes, bytes.length, to, counter));
    awaitOpen();
    to.shutdownOutput();
  }

  private void passOn(byte[] bytes, int length, Socket to, AtomicLong counter)
      throws IOException, InterruptedException {
    awaitOpen();
    // Before the write: who has received the bytes finds them counted.
    counter.addAndGet(length);
    to.getOutputStream().write(bytes, 0, length);
  }

  /** Waits while the link is stalled; a cut has closed the sockets already. */
  private void awaitOpen() throws InterruptedException {
    synchronized (lock) {
      while (state == State.STALLED) {
        lock.wait();
      }
    }
  }

  private void drop(Socket socket) {
    synchronized (lock) {
      sockets.remove(socket);
    }
    reset(socket);
  }

  private void thread(String what, Runnable work) {
    Thread thread = new Thread(work, "link-proxy-" + port() + "-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes without a farewell, as a broken line does. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Already closed.
      return;
    }
    closeQuietly(socket);
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
