package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkListener;
import io.ebbmesh.sync.link.LinkServer;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.PeerName;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.Errors;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** The hub's side of the wire over TCP and mutual TLS 1.3. May be used from any thread. */
public final class NettyLinkServer implements LinkServer {

  private static final int BACKLOG = 1024;

  private final TlsIdentity own;
  private final NodeClock clock;
  private final LinkSettings settings;
  private final Map<DownCause, LongAdder> failures = new EnumMap<>(DownCause.class);

  private NettyLinkServer(TlsIdentity own, NodeClock clock, LinkSettings settings) {
    this.own = own;
    this.clock = clock;
    this.settings = settings;
    for (DownCause cause : DownCause.values()) {
      failures.put(cause, new LongAdder());
    }
  }

  /**
   * Listens nowhere yet.
   *
   * @param own the hub's certificate and the authorities whose nodes it trusts
   * @param clock judges the dates of certificates
   */
  public static NettyLinkServer create(TlsIdentity own, NodeClock clock, LinkSettings settings) {
    return new NettyLinkServer(own, clock, settings);
  }

  /**
   * Since the start, by kind of reason, the connections that never came up and those that were
   * ended for what their peer did: {@link DownCause#PROTOCOL} and {@link DownCause#NOT_READING}.
   */
  public Map<DownCause, Long> failures() {
    Map<DownCause, Long> counts = new EnumMap<>(DownCause.class);
    failures.forEach((cause, count) -> counts.put(cause, count.sum()));
    return counts;
  }

  @Override
  public CompletionStage<Binding> bind(Endpoint local, Supplier<LinkListener> listeners) {
    String expired = own.expired(clock);
    if (expired != null) {
      return CompletableFuture.failedFuture(new IOException(expired));
    }
    ClockedTrust trust = new ClockedTrust(own.trusted(), clock, PeerName.Role.NODE);
    SslContext tls;
    try {
      tls = Tls.accepting(own, trust);
    } catch (SSLException e) {
      return CompletableFuture.failedFuture(
          new IOException("TLS cannot be set up with " + own.source() + ": " + e.getMessage(), e));
    }
    Sockets sockets = Sockets.of(settings);
    EventLoopGroup threads = sockets.threads("ebbmesh-hub-link", settings);
    Accepted accepted = new Accepted(trust, settings, failures);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .channel(sockets.listening())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    FrameConnection.Host host = accepted.admit(channel);
                    if (host != null) {
                      Tls.build(
                          channel,
                          Tls.accept(tls, channel, settings),
                          FrameConnection.accepting(channel, host, listeners));
                    }
                  }
                });
    sockets.control(bootstrap);
    CompletableFuture<Binding> bound = new CompletableFuture<>();
    var binding = bootstrap.bind(local.host(), local.port());
    binding.addListener(
        done -> {
          if (done.isSuccess()) {
            bound.complete(new Listening(local, binding.channel(), threads, accepted, settings));
          } else {
            stop(threads, settings);
            bound.completeExceptionally(cannotListen(local, done.cause()));
          }
        });
    return bound;
  }

  private static IOException cannotListen(Endpoint local, Throwable cause) {
    String why =
        cause instanceof BindException || cause instanceof Errors.NativeIoException
            ? cause.getMessage()
                + ". Another program may use the port, or the address is not this machine's: stop"
                + " that program, or listen elsewhere"
            : cause.toString();
    return new IOException("cannot listen at " + local + ": " + why, cause);
  }

  private static CompletionStage<Void> stop(EventLoopGroup threads, LinkSettings settings) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    threads
        .shutdownGracefully(0, settings.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .addListener(stopped -> done.complete(null));
    return done;
  }

  private record Listening(
      Endpoint asked,
      Channel channel,
      EventLoopGroup threads,
      Accepted accepted,
      LinkSettings settings)
      implements Binding {

    @Override
    public Endpoint local() {
      return channel.localAddress() instanceof InetSocketAddress address
          ? new Endpoint(asked.host(), address.getPort())
          : asked;
    }

    @Override
    public CompletionStage<Void> close() {
      channel.close().addListener(closed -> accepted.closeAll());
      CompletableFuture<Void> done = new CompletableFuture<>();
      channel
          .closeFuture()
          .addListener(
              closed -> stop(threads, settings).whenComplete((ok, failure) -> done.complete(null)));
      return done;
    }
  }
}
