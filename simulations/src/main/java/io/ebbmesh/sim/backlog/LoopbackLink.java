package io.ebbmesh.sim.backlog;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** As fast as the machine, through a proxy that counts. */
final class LoopbackLink implements RunLink {

  private final int hubPort;
  private final LinkProxy proxy;

  private LoopbackLink(int hubPort, LinkProxy proxy) {
    this.hubPort = hubPort;
    this.proxy = proxy;
  }

  static LoopbackLink create() throws IOException {
    int hubPort = Deployment.freePort();
    LinkProxy proxy =
        LinkProxy.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort));
    proxy.cut();
    return new LoopbackLink(hubPort, proxy);
  }

  @Override
  public String hubListens() {
    return "127.0.0.1:" + hubPort;
  }

  @Override
  public String nodeDials() {
    return "127.0.0.1:" + proxy.port();
  }

  @Override
  public void mend() {
    proxy.restore();
  }

  @Override
  public long bytesUp() {
    return proxy.bytesUp();
  }

  @Override
  public String counts() {
    return "TLS records on the TCP connection";
  }

  @Override
  public void close() {
    proxy.close();
  }
}
