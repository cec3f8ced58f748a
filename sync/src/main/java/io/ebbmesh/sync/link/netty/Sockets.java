package io.ebbmesh.sync.link.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the wire's sockets are made of: Linux's epoll where Netty's library for it loads, because
 * only there a socket can be told how to control congestion; elsewhere Java's own.
 */
final class Sockets {

  private static final Logger log = LoggerFactory.getLogger(Sockets.class);

  /** {@code IPPROTO_TCP} and {@code TCP_CONGESTION}, linux/in.h and linux/tcp.h. */
  private static final int IPPROTO_TCP = 6;

  private static final int TCP_CONGESTION = 13;

  /** {@code TCP_CA_NAME_MAX}: what the kernel answers with, padded by zeros. */
  static final int MAX_NAME = 16;

  private final boolean epoll;
  private final byte @Nullable [] congestionControl;

  private Sockets(boolean epoll, byte @Nullable [] congestionControl) {
    this.epoll = epoll;
    this.congestionControl = congestionControl;
  }

  /** Finds out what this machine can do; says so once if it is not what was asked for. */
  static Sockets of(LinkSettings settings) {
    boolean epoll = Epoll.isAvailable();
    String wanted = settings.congestionControl();
    if (wanted.isEmpty()) {
      return new Sockets(epoll, null);
    }
    byte[] name = wanted.getBytes(US_ASCII);
    String problem = epoll ? refusal(name) : "this needs Linux and Netty's library for it";
    if (problem.isEmpty()) {
      return new Sockets(epoll, name);
    }
    log.warn(
        "TCP congestion control '{}' (ebbmesh.sync.link.congestion-control) cannot be used, the"
            + " system's is: {}",
        wanted,
        problem);
    return new Sockets(epoll, null);
  }

  /** Why a socket does not take this name; empty if it does. */
  private static String refusal(byte[] name) {
    EpollSocketChannel probe = new EpollSocketChannel();
    try {
      probe.config().setOption(option(name.length), ByteBuffer.wrap(name));
      return "";
    } catch (ChannelException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      boolean unknown =
          String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("no such file");
      return unknown
          ? "the kernel does not have it; load its module (modprobe tcp_NAME)"
          : cause.getMessage()
              + "; the kernel must list it in net.ipv4.tcp_allowed_congestion_control";
    } finally {
      probe.unsafe().closeForcibly();
    }
  }

  /**
   * The option by which a socket is asked or told its congestion control.
   *
   * @param length bytes of the name
   */
  static RawUnixChannelOption option(int length) {
    return new RawUnixChannelOption(
        "TCP_CONGESTION_" + length, IPPROTO_TCP, TCP_CONGESTION, length);
  }

  /** Threads for these sockets, each a daemon. */
  EventLoopGroup threads(String name, LinkSettings settings) {
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(
        settings.ioThreads(), new DefaultThreadFactory(name, true), handlers);
  }

  Class<? extends SocketChannel> dialling() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  Class<? extends ServerSocketChannel> listening() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Sets the congestion control; what a listening socket accepts has the listener's. */
  void control(AbstractBootstrap<?, ?> bootstrap) {
    byte[] name = congestionControl;
    if (name != null) {
      bootstrap.option(option(name.length), ByteBuffer.wrap(name));
    }
  }
}
