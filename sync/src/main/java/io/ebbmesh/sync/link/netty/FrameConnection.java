package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.codec.netty.FrameDecoder;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.PeerRejected;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first byte to its last; the end of the channel's pipeline.
 *
 * <pre>
 * state      input                                 next   told
 * GREETING   handshake done, certificate accepted  UP     listener.onUp
 * GREETING   handshake failed, closed, timed out   DOWN   onDown if there is a listener; else the failure is counted
 * UP         frame                                 UP     listener.onFrame
 * UP         bytes, and no frame is whole          UP     listener.onBytes, once a second
 * UP         bad bytes, closed, unsent limit       DOWN   listener.onDown
 * </pre>
 *
 * Everything but {@link #send} and {@link #close} runs on the channel's event loop.
 */
final class FrameConnection extends ChannelInboundHandlerAdapter implements Connection {

  /** How often a listener is told of a frame that is long on its way. */
  private static final long TELL_EVERY_NANOS = 1_000_000_000L;

  private static final Logger log = LoggerFactory.getLogger(FrameConnection.class);

  private enum State {
    GREETING,
    UP,
    DOWN
  }

  /** What the side that opened the connection brings along. */
  interface Host {

    /** Judges the peer, whose handshake is complete. */
    ClockedTrust trust();

    /** Host that the peer's certificate must name; null at the side that was dialled. */
    @Nullable String dialledHost();

    /** A handshake is over, well or not; called once. */
    void greeted();

    /** A connection that never came up, and has no listener that hears of it. */
    void failedUnheard(Channel channel, DownReason reason);

    /** A connection that was up is over. */
    void ended(Channel channel, DownReason reason);

    long maxUnsentBytes();
  }

  private final Host host;
  private final Supplier<@Nullable LinkListener> beforeUp;
  private final Supplier<LinkListener> atUp;
  private final Channel channel;
  private final AtomicLong unsentBytes = new AtomicLong();
  private final Queue<Frame> unsent = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainDue = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Runnable drain = this::drain;

  private State state = State.GREETING;
  private boolean greeted;
  private boolean heardFrame;
  private long toldBytesNanos;
  private @Nullable LinkListener listener;
  private @Nullable DownReason reason;
  private volatile String peer = "";

  /** At the side that dials: the listener hears of failures too. */
  static FrameConnection dialling(Channel channel, Host host, LinkListener listener) {
    return new FrameConnection(channel, host, () -> listener, () -> listener);
  }

  /** At the side that listens: there is a listener only once the peer is known. */
  static FrameConnection accepting(Channel channel, Host host, Supplier<LinkListener> listeners) {
    return new FrameConnection(channel, host, () -> null, listeners);
  }

  private FrameConnection(
      Channel channel,
      Host host,
      Supplier<@Nullable LinkListener> beforeUp,
      Supplier<LinkListener> atUp) {
    this.channel = channel;
    this.host = host;
    this.beforeUp = beforeUp;
    this.atUp = atUp;
  }

  @Override
  public String peer() {
    return peer;
  }

  /** For what the port does not tell, such as the options of the socket. */
  Channel channel() {
    return channel;
  }

  @Override
  public void send(Frame frame) {
    if (closing.get()) {
      return;
    }
    long bytes = FrameSizes.of(frame);
    if (unsentBytes.addAndGet(bytes) > host.maxUnsentBytes()) {
      closeFor(
          new DownReason(
              DownCause.NOT_READING,
              "more than max-unsent-bytes ("
                  + host.maxUnsentBytes()
                  + ") wait to be written to "
                  + peer));
      return;
    }
    unsent.add(frame);
    if (drainDue.compareAndSet(false, true)) {
      onEventLoop(drain);
    }
  }

  /** One flush for all frames that were handed over in the meantime. */
  private void drain() {
    // First: what is added from here on brings its own drain.
    drainDue.set(false);
    for (Frame frame = unsent.poll(); frame != null; frame = unsent.poll()) {
      long bytes = FrameSizes.of(frame);
      channel.write(frame).addListener(written -> onWritten(bytes, written.cause()));
    }
    channel.flush();
  }

  private void onWritten(long bytes, @Nullable Throwable failure) {
    unsentBytes.addAndGet(-bytes);
    if (failure instanceof IllegalArgumentException overLimit) {
      closeFor(new DownReason(DownCause.PROTOCOL, "cannot be sent: " + overLimit.getMessage()));
    }
  }

  @Override
  public void close() {
    closeFor(new DownReason(DownCause.CLOSED_HERE, "this side ended the session"));
  }

  private void closeFor(DownReason why) {
    if (closing.compareAndSet(false, true)) {
      onEventLoop(
          () -> {
            remember(why);
            if (why.cause() == DownCause.CLOSED_HERE) {
              drain();
            }
            channel.close();
          });
    }
  }

  private void onEventLoop(Runnable task) {
    EventLoop loop = channel.eventLoop();
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the link is already stopped", e);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent done) {
      greetedOnce();
      if (done.isSuccess()) {
        onHandshake(context);
      } else {
        remember(DownReason.of(done.cause()));
        context.close();
      }
    }
    if (event instanceof FrameDecoder.SkippedFrame skipped) {
      log.debug("skipped a frame of {}: {}", peer, skipped.problem());
    }
    super.userEventTriggered(context, event);
  }

  private void onHandshake(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      X509Certificate[] certificates = new X509Certificate[chain.length];
      System.arraycopy(chain, 0, certificates, 0, chain.length);
      // A resumed TLS session was judged when it was new; its dates may have run out since.
      PeerName name = host.trust().judge(certificates, host.dialledHost());
      peer = name.name();
    } catch (PeerRejected | SSLPeerUnverifiedException e) {
      remember(DownReason.of(e));
      context.close();
      return;
    }
    state = State.UP;
    toldBytesNanos = System.nanoTime() - TELL_EVERY_NANOS;
    LinkListener hears = atUp.get();
    listener = hears;
    guarded(() -> hears.onUp(this));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    LinkListener hears = listener;
    if (message instanceof Frame frame && state == State.UP && hears != null) {
      heardFrame = true;
      guarded(() -> hears.onFrame(frame));
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    LinkListener hears = listener;
    long now = System.nanoTime();
    if (!heardFrame
        && state == State.UP
        && hears != null
        && now - toldBytesNanos >= TELL_EVERY_NANOS) {
      toldBytesNanos = now;
      guarded(hears::onBytes);
    }
    heardFrame = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    remember(DownReason.of(failure));
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    down(new DownReason(DownCause.PEER_CLOSED, "the peer ended the connection"));
  }

  /** The connection could not even be opened. */
  void failed(Throwable failure) {
    down(DownReason.of(failure));
  }

  private void down(DownReason otherwise) {
    if (state == State.DOWN) {
      return;
    }
    closing.set(true);
    greetedOnce();
    boolean wasUp = state == State.UP;
    state = State.DOWN;
    DownReason why = reason == null ? otherwise : reason;
    LinkListener hears = wasUp ? listener : beforeUp.get();
    if (wasUp) {
      host.ended(channel, why);
    }
    if (hears == null) {
      host.failedUnheard(channel, why);
    } else {
      guarded(() -> hears.onDown(why.toString()));
    }
  }

  private void greetedOnce() {
    if (!greeted) {
      greeted = true;
      host.greeted();
    }
  }

  /** The first reason is the true one; what follows are its consequences. */
  private void remember(DownReason why) {
    if (reason == null) {
      reason = why;
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("a listener of the connection with {} failed; the connection is closed", peer, e);
      closeFor(new DownReason(DownCause.LISTENER_FAILED, e.toString()));
    }
  }
}
