package io.ebbmesh.node.cli;

import com.typesafe.config.Config;
import io.ebbmesh.node.edge.EdgeNode;
import java.lang.management.ManagementFactory;
import picocli.CommandLine.Command;

/** Runs an edge node. */
@Command(
    name = "node",
    description = "Run an edge node: decides, keeps insights, hands them to its hub.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ebbmesh node --config node.conf"})
public final class NodeCommand extends RoleCommand {

  /** Found by the service loader. */
  public NodeCommand() {}

  @Override
  String key() {
    return "ebbmesh.node.id";
  }

  @Override
  String otherKey() {
    return "ebbmesh.hub.data-dir";
  }

  @Override
  String otherCommand() {
    return "hub";
  }

  @Override
  Running start(Config settings) {
    EdgeNode node = EdgeNode.start(settings, NodeCommand::sayAccepting);
    return new Running() {
      @Override
      public String describe() {
        return "node " + settings.getString("ebbmesh.node.id");
      }

      @Override
      public void awaitEnd() throws InterruptedException {
        node.awaitEnd();
      }

      @Override
      public void stop() {
        node.close();
      }
    };
  }

  private static void sayAccepting() {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println("accepting after " + (System.currentTimeMillis() - start) + " ms");
  }
}
