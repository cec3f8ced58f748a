package io.ebbmesh.sim.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.ebbmesh.node.credentials.CredentialsFolder;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.pki.IdentityException;
import io.ebbmesh.sync.pki.TlsIdentity;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** One hub and its nodes on loopback: folders, certificates and settings files. */
public final class Deployment {

  /** Name in the hub's certificate. */
  public static final String HUB = "hub";

  private static final int PORT_DRAWS = 100;

  private static final List<String> HOSTS =
      List.of("127.0.0.1", "localhost", EmulatedLink.Side.HUB.address());

  private final Path root;
  private final CredentialsFolder credentials;
  private final Validity validity;
  private final Validity ofHub;

  private Deployment(Path root, CredentialsFolder credentials, Validity validity, Validity ofHub) {
    this.root = root;
    this.credentials = credentials;
    this.validity = validity;
    this.ofHub = ofHub;
  }

  /** Makes the folder, both authorities and the signing key. */
  public static Deployment create(Path root) throws IOException {
    Validity validity = Validity.from(Instant.now(), Duration.ofDays(30));
    return create(root, validity, validity);
  }

  /**
   * As {@link #create(Path)}.
   *
   * @param validity of all certificates but the hub's
   * @param ofHub of the hub's
   */
  public static Deployment create(Path root, Validity validity, Validity ofHub) throws IOException {
    Path folder = Files.createDirectories(root).toAbsolutePath();
    return new Deployment(
        folder, CredentialsFolder.create(folder.resolve("pki"), validity), validity, ofHub);
  }

  public Path root() {
    return root;
  }

  /** Folder of everything that a role keeps. */
  public Path dataDir(String name) {
    return root.resolve(name);
  }

  /** Where a role's output goes. */
  public Path log(String name) {
    return root.resolve(name + ".log");
  }

  /**
   * A port of loopback that was free a moment ago; below those from which systems dial, so that
   * nobody takes it while its owner is down.
   *
   * @throws IOException if none was found
   */
  public static int freePort() throws IOException {
    for (int i = 0; i < PORT_DRAWS; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken: the next draw may be free.
      }
    }
    throw new IOException("no free port between 20000 and 32000 in " + PORT_DRAWS + " draws");
  }

  /**
   * Writes the settings of the hub.
   *
   * @param port on which it listens
   * @param more settings by path, which win over what is written here
   * @return the settings file
   */
  public Path writeHub(int port, Map<String, ?> more) throws IOException, IdentityException {
    Path keyStore = credentials.issueHub(HUB, HOSTS, ofHub);
    Map<String, Object> own =
        Map.ofEntries(
            Map.entry("ebbmesh.hub.name", HUB),
            Map.entry("ebbmesh.hub.data-dir", dataDir(HUB).toString()),
            Map.entry("ebbmesh.hub.listen", "127.0.0.1:" + port),
            Map.entry("ebbmesh.hub.key-store", keyStore.toString()),
            Map.entry("ebbmesh.hub.key-store-password", credentials.password()),
            Map.entry("ebbmesh.hub.trust-store", credentials.hubTrust().toString()),
            Map.entry("ebbmesh.hub.trust-store-password", credentials.password()),
            Map.entry("ebbmesh.hub.models.signing-key", credentials.signingKey().toString()));
    return write(HUB, own, more);
  }

  /**
   * Writes the settings of a node.
   *
   * @param hubPort where it dials its hub
   * @param more settings by path, which win over what is written here
   * @return the settings file
   */
  public Path writeNode(String name, int hubPort, Map<String, ?> more)
      throws IOException, IdentityException {
    NodeId id = new NodeId(name);
    Path hubIdentity = credentials.issueNode(id, validity);
    Path siteIdentity = credentials.issueSite(id, HOSTS, validity);
    Map<String, Object> own =
        Map.ofEntries(
            Map.entry("ebbmesh.node.id", name),
            Map.entry("ebbmesh.node.data-dir", dataDir(name).toString()),
            Map.entry("ebbmesh.node.hub.endpoint", "127.0.0.1:" + hubPort),
            Map.entry("ebbmesh.node.hub.name", HUB),
            Map.entry("ebbmesh.node.hub.key-store", hubIdentity.toString()),
            Map.entry("ebbmesh.node.hub.key-store-password", credentials.password()),
            Map.entry("ebbmesh.node.hub.trust-store", credentials.hubTrust().toString()),
            Map.entry("ebbmesh.node.hub.trust-store-password", credentials.password()),
            Map.entry(
                "ebbmesh.node.models.trusted-keys",
                List.of(credentials.signingPublicKey().toString())),
            Map.entry("ebbmesh.node.site.key-store", siteIdentity.toString()),
            Map.entry("ebbmesh.node.site.key-store-password", credentials.password()),
            Map.entry("ebbmesh.node.site.trust-store", credentials.siteTrust().toString()),
            Map.entry("ebbmesh.node.site.trust-store-password", credentials.password()));
    return write(name, own, more);
  }

  /** Certificates of many nodes, in memory only. */
  public List<TlsIdentity> identities(List<NodeId> nodes) throws IdentityException {
    return credentials.identities(nodes, validity);
  }

  /** Another certificate of the hub, in memory only: for one that stands between it and a node. */
  public TlsIdentity hubIdentity() throws IdentityException {
    return credentials.hubIdentity(HUB, HOSTS, validity);
  }

  private Path write(String name, Map<String, ?> own, Map<String, ?> more) throws IOException {
    Config settings = ConfigFactory.parseMap(more).withFallback(ConfigFactory.parseMap(own));
    Path file = root.resolve(name + ".conf");
    Files.writeString(
        file,
        settings
            .root()
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)));
    return file;
  }
}
