package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The node's way to its hub over TCP and mutual TLS 1.3. May be used from any thread. */
public final class NettyLink implements Link {

  private final TlsIdentity own;
  private final PeerName hub;
  private final NodeClock clock;
  private final LinkSettings settings;
  private final Sockets sockets;
  private final EventLoopGroup threads;

  private NettyLink(
      TlsIdentity own,
      PeerName hub,
      NodeClock clock,
      LinkSettings settings,
      Sockets sockets,
      EventLoopGroup threads) {
    this.own = own;
    this.hub = hub;
    this.clock = clock;
    this.settings = settings;
    this.sockets = sockets;
    this.threads = threads;
  }

  /**
   * Connects nothing yet.
   *
   * @param own the node's certificate and the authorities whose hubs it trusts
   * @param hub who must answer, whatever address is dialled
   * @param clock judges the dates of certificates
   */
  public static NettyLink create(
      TlsIdentity own, PeerName hub, NodeClock clock, LinkSettings settings) {
    Sockets sockets = Sockets.of(settings);
    return new NettyLink(
        own, hub, clock, settings, sockets, sockets.threads("ebbmesh-link", settings));
  }

  /**
   * The link of another node of this process, on the same threads: closing one closes all. For load
   * from many nodes.
   */
  public NettyLink as(TlsIdentity other) {
    return new NettyLink(other, hub, clock, settings, sockets, threads);
  }

  @Override
  public void dial(Endpoint address, LinkListener listener) {
    if (threads.isShuttingDown()) {
      listener.onDown(new DownReason(DownCause.CLOSED_HERE, "the link is stopped").toString());
      return;
    }
    threads.execute(() -> dialOnEventLoop(address, listener));
  }

  private void dialOnEventLoop(Endpoint address, LinkListener listener) {
    String expired = own.expired(clock);
    if (expired != null) {
      listener.onDown(new DownReason(DownCause.EXPIRED, expired).toString());
      return;
    }
    ClockedTrust trust = new ClockedTrust(own.trusted(), clock, hub);
    SslContext tls;
    try {
      // A new context for each dial: no TLS session is resumed, so each peer is judged anew.
      tls = Tls.dialling(own, trust);
    } catch (SSLException e) {
      listener.onDown(DownReason.of(e).toString());
      return;
    }
    Dialled host = new Dialled(trust, address.host(), settings.maxUnsentBytes());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(threads)
            .channel(sockets.dialling())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    FrameConnection connection = FrameConnection.dialling(channel, host, listener);
                    host.connection = connection;
                    Tls.build(channel, Tls.dial(tls, channel, address, settings), connection);
                  }
                });
    sockets.control(bootstrap);
    bootstrap
        .connect(address.host(), address.port())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                host.failed(listener, connected.cause());
              }
            });
  }

  /** Closes every connection and stops the threads. */
  public CompletionStage<Void> close() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    threads
        .shutdownGracefully(0, settings.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .addListener(stopped -> done.complete(null));
    return done;
  }

  /** One dialled connection's surroundings. */
  private static final class Dialled implements FrameConnection.Host {
    private final ClockedTrust trust;
    private final String host;
    private final long maxUnsentBytes;
    private volatile @Nullable FrameConnection connection;

    Dialled(ClockedTrust trust, String host, long maxUnsentBytes) {
      this.trust = trust;
      this.host = host;
      this.maxUnsentBytes = maxUnsentBytes;
    }

    void failed(LinkListener listener, Throwable cause) {
      FrameConnection opened = connection;
      if (opened != null) {
        opened.failed(cause);
      } else {
        listener.onDown(DownReason.of(cause).toString());
      }
    }

    @Override
    public ClockedTrust trust() {
      return trust;
    }

    @Override
    public String dialledHost() {
      return host;
    }

    @Override
    public void greeted() {}

    @Override
    public void failedUnheard(Channel channel, DownReason reason) {}

    @Override
    public void ended(Channel channel, DownReason reason) {}

    @Override
    public long maxUnsentBytes() {
      return maxUnsentBytes;
    }
  }
}
