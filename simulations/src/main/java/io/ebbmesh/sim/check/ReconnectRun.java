package io.ebbmesh.sim.check;

import io.ebbmesh.sim.process.Deployment;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.pki.IdentityException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Many nodes come to a hub at once, and again when it was killed and is back. */
final class ReconnectRun {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration SERVE_LIMIT = Duration.ofMinutes(10);
  private static final long HUB_HEAP_BYTES = 128L << 20;

  private final Children children;

  ReconnectRun(Children children) {
    this.children = children;
  }

  /**
   * @throws IOException if a node was not served in time
   */
  StormReport.Reconnect run(int sessions)
      throws IOException, InterruptedException, IdentityException {
    Deployment deployment = children.deployment();
    int port = Deployment.freePort();
    Path settings = deployment.writeHub(port, Map.of());
    ProgramProcess hub =
        children.start(Deployment.HUB, Map.of(), List.of("hub", "--config", settings.toString()));
    hub.awaitReady(START_LIMIT);
    try (StormLoad load = StormLoad.start(deployment, sessions, port)) {
      long begin = System.nanoTime();
      Wait.until("each node is served", SERVE_LIMIT, () -> load.served() == sessions);
      double first = (System.nanoTime() - begin) / 1e9;
      System.out.println("all served; the hub is killed");
      hub.kill();
      load.reset();
      hub.restart();
      hub.awaitReady(START_LIMIT);
      begin = System.nanoTime();
      Wait.until(
          "each node is served again",
          SERVE_LIMIT,
          () -> load.served() == sessions && storedTwice(deployment) == sessions);
      double again = (System.nanoTime() - begin) / 1e9;
      Footprint figures = Footprint.of(hub.pid());
      hub.kill();
      return new StormReport.Reconnect(
          sessions, first, again, load.dials(), HUB_HEAP_BYTES, figures);
    }
  }

  /** Nodes of which the hub's store has a block of each of the two times. */
  private static long storedTwice(Deployment deployment) {
    try (HubStoreReport store =
        HubStoreReport.open(deployment.dataDir(Deployment.HUB).resolve("insights.db"))) {
      return store.lanes().stream().filter(lane -> lane.rows() >= 2 && lane.balances()).count();
    }
  }
}
