package io.ebbmesh.sim.check;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.LinkProxy;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A hub and a node as processes, with a shaped proxy between them. */
final class RealGround implements AgreementGround {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final String NODE = "node";

  private final Children children;
  private final AgreementPlan plan;
  private final Path csv;
  private final SourceTail source;
  private final Path sourceLog;
  private @Nullable LinkProxy link;
  private @Nullable HubStoreReport store;

  RealGround(Children children, AgreementPlan plan, Path csv) {
    this.children = children;
    this.plan = plan;
    this.csv = csv;
    this.sourceLog = children.deployment().root().resolve("real.source.log");
    this.source = new SourceTail(sourceLog);
  }

  @Override
  public void start() throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int hubPort = Deployment.freePort();
    Path settings =
        deployment.writeHub(hubPort, Map.of("ebbmesh.hub.models.train-detector", "builtin"));
    ProgramProcess hub =
        children.start(Deployment.HUB, Map.of(), List.of("hub", "--config", settings.toString()));
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), hubPort);
    LinkProxy proxy = LinkProxy.start(0, target, plan.link());
    link = proxy;
    Path own = deployment.writeNode(NODE, proxy.port(), plan.nodeSettings(csv, sourceLog));
    ProgramProcess node =
        children.start(NODE, Map.of(), List.of("node", "--config", own.toString()));
    hub.awaitReady(START_LIMIT);
    node.awaitReady(START_LIMIT);
    store = HubStoreReport.open(deployment.dataDir(Deployment.HUB).resolve("insights.db"));
  }

  @Override
  public void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long accepted() throws IOException {
    source.look();
    return source.acceptedCount();
  }

  @Override
  public long stored() {
    long held = 0;
    for (LaneReport lane : Objects.requireNonNull(store).lanes()) {
      held += lane.rows();
    }
    return held;
  }

  @Override
  public long blocks() {
    long blocks = 0;
    for (LaneReport lane : Objects.requireNonNull(store).lanes()) {
      blocks += lane.blocks();
    }
    return blocks;
  }

  @Override
  public long bytesUp() {
    return Objects.requireNonNull(link).bytesUp();
  }

  @Override
  public void cut() {
    Objects.requireNonNull(link).cut();
  }

  @Override
  public void mend() {
    Objects.requireNonNull(link).restore();
  }

  @Override
  public void close() {
    if (link != null) {
      link.close();
    }
    if (store != null) {
      store.close();
    }
  }
}
