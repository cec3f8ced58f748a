package io.ebbmesh.node.cli;

import io.ebbmesh.node.credentials.CredentialsFolder;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes authorities, certificates and the key that signs models. */
@Command(
    name = "pki",
    description = "Make certificates and keys for a hub and its nodes.",
    mixinStandardHelpOptions = true,
    subcommands = {PkiCommand.Init.class, PkiCommand.Issue.class},
    footer = {
      "",
      "Examples:",
      "  ebbmesh pki init --dir pki",
      "  ebbmesh pki issue --dir pki --hub hub --host hub.example --host 127.0.0.1",
      "  ebbmesh pki issue --dir pki --node gw-1 --host 10.0.0.7"
    })
public final class PkiCommand implements Subcommand {

  /** Found by the service loader. */
  public PkiCommand() {}

  @Override
  public Object command() {
    return this;
  }

  private static Validity validity(int days) {
    return Validity.from(Instant.now(), Duration.ofDays(days));
  }

  @Command(
      name = "init",
      description = "Make a hub authority, a site authority and a signing key in a new folder.",
      mixinStandardHelpOptions = true)
  static final class Init implements Runnable {

    @Option(names = "--dir", required = true, description = "Folder that is made.")
    private Path dir = Path.of("pki");

    @Option(
        names = "--days",
        description = "How long the authorities are valid (default ${DEFAULT-VALUE}).")
    private int days = 3650;

    @Override
    public void run() {
      try {
        CredentialsFolder.create(dir, validity(days));
      } catch (IOException e) {
        throw new UserErrorException("cannot make credentials in " + dir + ": " + e.getMessage());
      }
      System.out.println("made " + dir + ": keep hub-ca.p12, site-ca.p12 and model-signing.key");
      System.out.println("off the nodes; the password of all stores is in " + dir + "/password");
    }
  }

  @Command(
      name = "issue",
      description = "Issue certificates for a hub or a node.",
      mixinStandardHelpOptions = true)
  static final class Issue implements Runnable {

    @Option(names = "--dir", required = true, description = "Folder that 'pki init' made.")
    private Path dir = Path.of("pki");

    @Option(names = "--hub", description = "Name of a hub.")
    private String hub = "";

    @Option(names = "--node", description = "Name of a node.")
    private String node = "";

    @Option(names = "--host", description = "Address under which it is dialled; repeatable.")
    private List<String> hosts = List.of("127.0.0.1", "localhost");

    @Option(names = "--days", description = "How long it is valid (default ${DEFAULT-VALUE}).")
    private int days = 825;

    @Override
    public void run() {
      if (hub.isEmpty() == node.isEmpty()) {
        throw new UserErrorException("name either --hub or --node");
      }
      if (!Files.isReadable(dir.resolve("password"))) {
        throw new UserErrorException(
            dir + " has no credentials; make them with 'ebbmesh pki init'");
      }
      try {
        issue(CredentialsFolder.open(dir), System.out);
      } catch (IOException | IdentityException | IllegalArgumentException e) {
        throw new UserErrorException("cannot issue in " + dir + ": " + e.getMessage(), e);
      }
    }

    private void issue(CredentialsFolder credentials, PrintStream out)
        throws IOException, IdentityException {
      if (!hub.isEmpty()) {
        out.println("made " + credentials.issueHub(hub, hosts, validity(days)));
        return;
      }
      NodeId id = new NodeId(node);
      out.println("made " + credentials.issueNode(id, validity(days)));
      out.println("made " + credentials.issueSite(id, hosts, validity(days)));
    }
  }
}
