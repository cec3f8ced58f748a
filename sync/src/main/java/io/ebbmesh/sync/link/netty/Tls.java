package io.ebbmesh.sync.link.netty;

import io.ebbmesh.protocol.codec.netty.FrameDecoder;
import io.ebbmesh.protocol.codec.netty.FrameEncoder;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.pki.ClockedTrust;
import io.ebbmesh.sync.pki.OwnKey;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** What both ends of the wire have in common: mutual TLS 1.3 and the pipeline of a connection. */
final class Tls {

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private Tls() {}

  static SslContext dialling(TlsIdentity own, ClockedTrust trust) throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOLS)
        .keyManager(new OwnKey(own))
        .trustManager(trust)
        // ClockedTrust compares the names itself, with the clock that it judges dates by.
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  static SslContext accepting(TlsIdentity own, ClockedTrust trust) throws SSLException {
    return SslContextBuilder.forServer(new OwnKey(own))
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOLS)
        .trustManager(trust)
        .clientAuth(ClientAuth.REQUIRE)
        .build();
  }

  static SslHandler dial(SslContext tls, Channel channel, Endpoint hub, LinkSettings settings) {
    return timed(tls.newHandler(channel.alloc(), hub.host(), hub.port()), settings);
  }

  static SslHandler accept(SslContext tls, Channel channel, LinkSettings settings) {
    return timed(tls.newHandler(channel.alloc()), settings);
  }

  private static SslHandler timed(SslHandler tls, LinkSettings settings) {
    tls.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
    tls.setCloseNotifyFlushTimeout(settings.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return tls;
  }

  static void build(Channel channel, SslHandler tls, FrameConnection connection) {
    channel.pipeline().addLast(tls, new FrameDecoder(), new FrameEncoder(), connection);
  }
}
