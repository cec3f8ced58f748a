package io.ebbmesh.sync.model.registry;

import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.session.FrameSender;
import io.ebbmesh.sync.session.Peers;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The hub's model road: sends the wish at the start of each session and after each publication,
 * reads chunks off its own thread, and keeps the last report of each node.
 */
public final class ModelHub extends AbstractBehavior<ModelHub.Command> {

  /** To the hub's model road. */
  public sealed interface Command {}

  /** Makes a new release; everyone is wished it. */
  public record Publish(Publication publication, ActorRef<PublishAnswer> replyTo)
      implements Command {}

  /** Asks for the last report of each node. */
  public record GetReports(ActorRef<Reports> replyTo) implements Command {}

  /** What became of a publication. */
  public sealed interface PublishAnswer {}

  public record Published(ModelRelease release) implements PublishAnswer {}

  public record NotPublished(String problem) implements PublishAnswer {}

  /**
   * @param byNode what each node serves and what became of the last wish, ascending by node
   */
  public record Reports(Map<NodeId, Frame.Report> byNode) {}

  private record FromSession(Peers.Signal signal) implements Command {}

  private record ChunkRead(ChunkDesk.Ticket ticket, byte[] bytes) implements Command {}

  private record PublicationDone(PublishAnswer answer, ActorRef<PublishAnswer> replyTo)
      implements Command {}

  private final ModelRegistry registry;
  private final ModelHubSettings settings;
  private final Executor blocking;
  private final ChunkDesk desk;
  private final Map<Peers.SessionId, FrameSender> senders = new LinkedHashMap<>();
  private final Map<NodeId, Frame.Report> reports = new LinkedHashMap<>();

  private ModelHub(
      ActorContext<Command> context, ModelRegistry registry, ModelHubSettings settings) {
    super(context);
    this.registry = registry;
    this.settings = settings;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.desk = new ChunkDesk(settings.maxReads(), settings.maxRequestsPerNode());
  }

  public static Behavior<Command> create(ModelRegistry registry, ModelHubSettings settings) {
    return Behaviors.setup(context -> new ModelHub(context, registry, settings));
  }

  /** What the hub's sessions say, as a command of this actor. */
  public static Command heard(Peers.Signal signal) {
    return new FromSession(signal);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromSession.class, this::onSession)
        .onMessage(ChunkRead.class, this::onChunkRead)
        .onMessage(Publish.class, this::onPublish)
        .onMessage(PublicationDone.class, this::onPublicationDone)
        .onMessage(GetReports.class, this::onGetReports)
        .build();
  }

  private Behavior<Command> onSession(FromSession message) {
    Peers.Signal signal = message.signal();
    if (signal instanceof Peers.PeerUp up) {
      senders.put(up.session(), up.sender());
      desk.open(up.session());
      up.sender().send(registry.wish());
    } else if (signal instanceof Peers.PeerDown down) {
      senders.remove(down.session());
      desk.close(down.session());
    } else if (signal instanceof Peers.PeerHeard heard) {
      onFrame(heard.session(), heard.frame());
    }
    return this;
  }

  private void onFrame(Peers.SessionId session, Frame frame) {
    if (frame instanceof Frame.Report report) {
      onReport(session.node(), report);
    } else if (frame instanceof Frame.ChunkRequest request) {
      FrameSender sender = senders.get(session);
      if (!desk.ask(session, request) && sender != null) {
        sender.giveUp(
            "node asked for more than max-requests-per-node ("
                + settings.maxRequestsPerNode()
                + ") chunks at once");
      }
      read();
    }
  }

  private void onReport(NodeId node, Frame.Report report) {
    Frame.Report before = reports.remove(node);
    reports.put(node, report);
    if (reports.size() > settings.maxReports()) {
      reports.remove(reports.keySet().iterator().next());
    }
    if (!report.problem().isEmpty()
        && (before == null || !before.problem().equals(report.problem()))) {
      getContext().getLog().warn("node {} reports: {}", node, report.problem());
    }
  }

  private void read() {
    for (ChunkDesk.Ticket ticket = desk.next(); ticket != null; ticket = desk.next()) {
      ChunkDesk.Ticket taken = ticket;
      getContext()
          .pipeToSelf(
              CompletableFuture.supplyAsync(
                  () -> registry.chunk(taken.request().file(), taken.request().chunk()), blocking),
              (bytes, failure) -> new ChunkRead(taken, failure == null ? bytes : new byte[0]));
    }
  }

  private Behavior<Command> onChunkRead(ChunkRead read) {
    desk.done(read.ticket());
    FrameSender sender = senders.get(read.ticket().session());
    if (sender != null) {
      Frame.ChunkRequest request = read.ticket().request();
      sender.send(new Frame.Chunk(request.file(), request.chunk(), read.bytes()));
    }
    read();
    return this;
  }

  private Behavior<Command> onPublish(Publish publish) {
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> publish(publish.publication()), blocking),
            (answer, failure) ->
                new PublicationDone(
                    failure == null ? answer : new NotPublished(String.valueOf(failure)),
                    publish.replyTo()));
    return this;
  }

  private PublishAnswer publish(Publication publication) {
    try {
      return new Published(registry.publish(publication));
    } catch (IOException | IllegalArgumentException e) {
      return new NotPublished(String.valueOf(e.getMessage()));
    }
  }

  private Behavior<Command> onPublicationDone(PublicationDone done) {
    if (done.answer() instanceof Published published) {
      getContext().getLog().info("published {}", published.release());
      Frame.Wish wish = registry.wish();
      senders.values().forEach(sender -> sender.send(wish));
    }
    done.replyTo().tell(done.answer());
    return this;
  }

  private Behavior<Command> onGetReports(GetReports ask) {
    ask.replyTo().tell(new Reports(new TreeMap<>(reports)));
    return this;
  }
}
