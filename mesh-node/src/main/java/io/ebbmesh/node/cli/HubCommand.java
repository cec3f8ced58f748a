package io.ebbmesh.node.cli;

import com.typesafe.config.Config;
import io.ebbmesh.node.hub.Hub;
import picocli.CommandLine.Command;

/** Runs a hub. */
@Command(
    name = "hub",
    description = "Run a hub: takes insights from nodes, hands out models.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ebbmesh hub --config hub.conf"})
public final class HubCommand extends RoleCommand {

  /** Found by the service loader. */
  public HubCommand() {}

  @Override
  String key() {
    return "ebbmesh.hub.data-dir";
  }

  @Override
  String otherKey() {
    return "ebbmesh.node.id";
  }

  @Override
  String otherCommand() {
    return "node";
  }

  @Override
  Running start(Config settings) {
    Hub hub = Hub.start(settings);
    return new Running() {
      @Override
      public String describe() {
        return "hub " + hub.endpoint();
      }

      @Override
      public void awaitEnd() throws InterruptedException {
        hub.awaitEnd();
      }

      @Override
      public void stop() {
        hub.close();
      }
    };
  }
}
