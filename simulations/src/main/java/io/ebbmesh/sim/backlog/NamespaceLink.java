package io.ebbmesh.sim.backlog;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.EmulatedLink;
import io.ebbmesh.sim.process.EmulatedLink.Side;
import io.ebbmesh.sim.process.PacketShape;
import java.io.IOException;
import java.util.List;

/**
 * Node and hub in networks of their own, with a bad link between them. What keeps the node offline
 * at first is that the hub is not there yet, as a silent link would leave the dial in TCP's own
 * long waits.
 */
final class NamespaceLink implements RunLink {

  private final int hubPort;
  private final EmulatedLink link;

  private NamespaceLink(int hubPort, EmulatedLink link) {
    this.hubPort = hubPort;
    this.link = link;
  }

  static NamespaceLink create(PacketShape shape) throws IOException, InterruptedException {
    return new NamespaceLink(Deployment.freePort(), EmulatedLink.create(shape));
  }

  /** From now on packets vanish, and nobody is told. */
  void cut() {
    link.cut();
  }

  void restore() {
    link.restore();
  }

  @Override
  public List<String> nodePrefix() {
    return link.prefix(Side.NODE);
  }

  @Override
  public List<String> hubPrefix() {
    return link.prefix(Side.HUB);
  }

  @Override
  public String hubListens() {
    return Side.HUB.address() + ":" + hubPort;
  }

  @Override
  public String nodeDials() {
    return hubListens();
  }

  @Override
  public void mend() {}

  @Override
  public long bytesUp() {
    return link.counts(Side.NODE).bytes();
  }

  @Override
  public String counts() {
    return "IP packets";
  }

  @Override
  public void close() throws IOException {
    try {
      link.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the link was removed", e);
    }
  }
}
