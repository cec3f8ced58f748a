package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.FrameProxy;
import io.ebbmesh.sim.process.FrameTampering;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Over loopback, through an impostor that ends TLS on either side and tampers with frames. */
final class TamperedLink implements RunLink {

  private final int hubPort;
  private final FrameProxy proxy;

  private TamperedLink(int hubPort, FrameProxy proxy) {
    this.hubPort = hubPort;
    this.proxy = proxy;
  }

  static TamperedLink create(Deployment deployment, FrameTampering tampering)
      throws IOException, IdentityException {
    int hubPort = Deployment.freePort();
    NodeClock clock = new MachineClock();
    return new TamperedLink(
        hubPort,
        FrameProxy.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort),
            deployment.hubIdentity(),
            deployment.identities(List.of(Ground.NODE)).get(0),
            clock,
            tampering));
  }

  FrameProxy proxy() {
    return proxy;
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
  public void mend() {}

  @Override
  public long bytesUp() {
    return proxy.bytesUp();
  }

  @Override
  public String counts() {
    return "frames without TLS";
  }

  @Override
  public void close() {
    proxy.close();
  }
}
