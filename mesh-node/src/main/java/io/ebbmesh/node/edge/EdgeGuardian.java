package io.ebbmesh.node.edge;

import io.ebbmesh.accelerator.infer.LoadResult;
import io.ebbmesh.accelerator.infer.ServingChanged;
import io.ebbmesh.accelerator.slot.Slots;
import io.ebbmesh.node.config.EdgeSettings;
import io.ebbmesh.node.config.EdgeSettings.Accelerator;
import io.ebbmesh.node.config.EdgeSettings.HubAddress;
import io.ebbmesh.node.ingress.csv.CsvReplay;
import io.ebbmesh.node.ingress.csv.CsvSettings;
import io.ebbmesh.node.pipeline.LaneDoor;
import io.ebbmesh.node.pipeline.Pipeline;
import io.ebbmesh.node.pipeline.PipelineSettings;
import io.ebbmesh.node.site.LocalInference;
import io.ebbmesh.node.site.Site;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.sync.insight.outbox.LaneJournal;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.OutboxSettings;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.insight.uplink.UplinkActor;
import io.ebbmesh.sync.insight.uplink.UplinkSettings;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.journal.StoreException;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.model.activate.Serve;
import io.ebbmesh.sync.model.fetch.FetchSettings;
import io.ebbmesh.sync.model.fetch.ModelFetch;
import io.ebbmesh.sync.session.Session;
import io.ebbmesh.sync.session.SessionActor;
import io.ebbmesh.sync.session.SessionSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.persistence.query.PersistenceQuery;

/**
 * The actors of an edge node.
 *
 * <pre>
 * insights  csv, http → pipeline → device or site → outbox → uplink → session ═ hub
 * models    hub ═ session → fetch (verify, activate) → slots → device
 * </pre>
 *
 * The outbox opens first and waits for nothing else: no hub, site, HTTP or model.
 */
public final class EdgeGuardian extends AbstractBehavior<EdgeGuardian.Command> {

  private static final Duration MIN_BACKOFF = Duration.ofMillis(200);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LOAD_AGAIN = Duration.ofSeconds(5);
  private static final Duration START_AGAIN = Duration.ofSeconds(1);

  /** To the guardian. */
  public sealed interface Command {}

  /** The site is there, or was given up: the pipeline may ask it. */
  public record UseSite(Site site) implements Command {}

  private record OutboxOpened(Outboxes.Opened opened) implements Command {}

  private record ServeModel(Serve serve) implements Command {}

  private record Loaded(LoadResult result) implements Command {}

  private record ServingTold(ServingChanged change) implements Command {}

  private record OutboxEnded() implements Command {}

  private record PipelineEnded() implements Command {}

  private record StartPipeline() implements Command {}

  private record ReplayEnded(CsvReplay.Ended ended) implements Command {}

  /** What the rest of the process uses of the actors. */
  public record Doors(
      Supplier<ActorRef<Pipeline.Command>> pipeline,
      LocalInference device,
      ActorRef<Session.Command> session,
      ActorRef<Uplink.Command> uplink,
      Map<Lane, Outboxes.LaneActors> lanes,
      Map<Lane, LaneDoor> intakes,
      ActorRef<Outboxes.Command> outbox,
      Supplier<List<String>> serving) {}

  private final NodeParts parts;
  private final CompletableFuture<Doors> doors;
  private final ActorRef<Outboxes.Command> outbox;
  private final ActorRef<Slots.Command> slots;
  private final ActorRef<LocalDevice.Command> device;
  private final ActorRef<Session.Command> session;
  private final SiteDoor site = new SiteDoor();
  private final Map<String, Serve> served = new TreeMap<>();
  private final Map<String, Long> deciding = new TreeMap<>();
  private final Current<List<String>> serving = new Current<>(List.of());
  private final Current<ActorRef<Pipeline.Command>> pipeline;
  private final Map<String, ModelManifest> judging = new TreeMap<>();
  private final Map<Lane, LaneDoor> outboxDoors = new EnumMap<>(Lane.class);

  private EdgeGuardian(
      ActorContext<Command> context, NodeParts parts, CompletableFuture<Doors> doors) {
    super(context);
    this.parts = parts;
    this.doors = doors;
    this.outbox = openOutbox();
    this.session = supervised(session(), "session");
    this.slots =
        supervised(
            Slots.create(
                parts.config().getConfig("ebbmesh.accelerator"),
                parts.settings().id().value(),
                parts.settings().accelerator() == Accelerator.CPU ? parts.devices() : null,
                parts.clock()),
            "slots");
    slots.tell(new Slots.Watch(context.messageAdapter(ServingChanged.class, ServingTold::new)));
    this.device = supervised(LocalDevice.create(slots, parts.clock()), "device");
    this.pipeline = new Current<>(context.getSystem().<Pipeline.Command>deadLetters());
  }

  /**
   * @param doors completed when the outbox accepts
   */
  public static Behavior<Command> create(NodeParts parts, CompletableFuture<Doors> doors) {
    return Behaviors.setup(
        context -> {
          try {
            EbbmeshLog.get(context.getSystem());
          } catch (StoreException e) {
            doors.completeExceptionally(e);
            return Behaviors.stopped();
          }
          return new EdgeGuardian(context, parts, doors);
        });
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(OutboxOpened.class, this::onOutboxOpened)
        .onMessage(ServeModel.class, this::onServe)
        .onMessage(Loaded.class, this::onLoaded)
        .onMessage(ServingTold.class, this::onServing)
        .onMessage(UseSite.class, this::onSite)
        .onMessage(OutboxEnded.class, ended -> onOutboxEnded())
        .onMessage(PipelineEnded.class, ended -> onPipelineEnded())
        .onMessage(StartPipeline.class, start -> onStartPipeline())
        .onMessage(ReplayEnded.class, this::onReplayEnded)
        .build();
  }

  private ActorRef<Outboxes.Command> openOutbox() {
    ActorContext<Command> context = getContext();
    EbbmeshLog log = EbbmeshLog.get(context.getSystem());
    ActorRef<Outboxes.Command> opening =
        context.spawn(
            Outboxes.create(
                OutboxSettings.of(parts.config()),
                log.storage(),
                parts.clock(),
                parts.chance(),
                EnumSet.allOf(Lane.class),
                LaneJournal.of(context.getSystem()),
                context.messageAdapter(Outboxes.Opened.class, OutboxOpened::new)),
            "outbox");
    context.watchWith(opening, new OutboxEnded());
    return opening;
  }

  /** Without an outbox nothing may be accepted: the process ends, so that it is started anew. */
  private Behavior<Command> onOutboxEnded() {
    doors.completeExceptionally(
        new IllegalStateException("the outbox cannot be opened; the log says why"));
    getContext().getLog().error("the outbox ended; the node stops");
    return Behaviors.stopped();
  }

  private Behavior<Session.Command> session() {
    HubAddress hub = parts.settings().hub();
    Link link = parts.link();
    return SessionActor.create(
        link == null ? new NoLink() : link,
        hub == null ? NoLink.NOWHERE : hub.endpoint(),
        parts.settings().id(),
        BlockEncoder.CURRENT_VERSION,
        parts.clock(),
        parts.chance(),
        SessionSettings.of(parts.config().getConfig("ebbmesh.sync.session")));
  }

  private Behavior<Command> onOutboxOpened(OutboxOpened message) {
    Outboxes.Opened opened = message.opened();
    Map<Lane, ActorRef<LaneReader.Command>> logs = new EnumMap<>(Lane.class);
    opened.lanes().forEach((lane, actors) -> logs.put(lane, actors.log()));
    Behavior<Uplink.Command> uplink =
        UplinkActor.create(
            new UplinkActor.Wiring(
                opened.outboxes(),
                logs,
                PersistenceQuery.get(getContext().getSystem())
                    .getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY),
                EbbmeshLog.get(getContext().getSystem()).storage(),
                session),
            parts.clock(),
            UplinkSettings.of(parts.config()));
    ActorRef<Uplink.Command> goesUp = supervised(uplink, "uplink");
    OutboxSettings settings = OutboxSettings.of(parts.config());
    opened
        .lanes()
        .forEach(
            (lane, actors) ->
                outboxDoors.put(lane, new LaneDoor(actors.intake(), settings.lane(lane).onFull())));
    startPipeline();
    fetchModels();
    doors.complete(
        new Doors(
            pipeline,
            LocalDevice.forNeighbours(device),
            session,
            goesUp,
            opened.lanes(),
            outboxDoors,
            outbox,
            serving));
    return this;
  }

  /** The pipeline keeps windows in memory: a new one starts with new sources, which warm them. */
  private void startPipeline() {
    ActorRef<Pipeline.Command> started =
        getContext()
            .spawnAnonymous(
                Pipeline.create(
                    PipelineSettings.of(parts.config().getConfig("ebbmesh.node.pipeline")),
                    parts.clock(),
                    LocalDevice.inference(device),
                    site,
                    outboxDoors));
    getContext().watchWith(started, new PipelineEnded());
    pipeline.set(started);
    judging.values().forEach(manifest -> started.tell(new Pipeline.Serve(manifest)));
    replay();
  }

  private Behavior<Command> onPipelineEnded() {
    getContext().getLog().error("the pipeline failed; it starts again in {}", START_AGAIN);
    getContext().scheduleOnce(START_AGAIN, getContext().getSelf(), new StartPipeline());
    return this;
  }

  private Behavior<Command> onStartPipeline() {
    startPipeline();
    return this;
  }

  private void judgeBy(ModelManifest manifest) {
    judging.put(manifest.release().model(), manifest);
    pipeline.get().tell(new Pipeline.Serve(manifest));
  }

  private void fetchModels() {
    ModelFetch.Surroundings around =
        new ModelFetch.Surroundings(
            session,
            parts.clock(),
            parts.trusted(),
            List.of("cpu"),
            parts.models(),
            new DeviceGolden(
                parts.devices(),
                getContext().getSystem().dispatchers().lookup(DispatcherSelector.blocking())),
            getContext().messageAdapter(Serve.class, ServeModel::new),
            FetchSettings.of(parts.config().getConfig("ebbmesh.sync.model")));
    supervised(ModelFetch.create(around), "models");
  }

  private void replay() {
    CsvSettings csv = CsvSettings.of(parts.config().getConfig("ebbmesh.node.csv"));
    if (csv != null) {
      getContext()
          .spawnAnonymous(
              CsvReplay.create(
                  csv,
                  parts.clock(),
                  pipeline.get(),
                  getContext().messageAdapter(CsvReplay.Ended.class, ReplayEnded::new)),
              DispatcherSelector.blocking());
    }
  }

  /** A release decides on the device first, so that the pipeline never judges by its successor. */
  private Behavior<Command> onServe(ServeModel message) {
    Serve serve = message.serve();
    served.put(serve.manifest().release().model(), serve);
    if (parts.settings().accelerator() == EdgeSettings.Accelerator.NONE) {
      judgeBy(serve.manifest());
    } else {
      load(serve);
    }
    return this;
  }

  private void load(Serve serve) {
    slots.tell(
        new Slots.Serve(
            serve.manifest(),
            serve.file(),
            getContext().messageAdapter(LoadResult.class, Loaded::new)));
  }

  private Behavior<Command> onLoaded(Loaded message) {
    Serve serve = served.get(message.result().release().model());
    if (serve == null || !serve.manifest().release().equals(message.result().release())) {
      return this;
    }
    if (message.result() instanceof LoadResult.LoadFailed failed) {
      getContext().getLog().error("{} does not serve: {}", failed.release(), failed.message());
      if (failed.retryable()) {
        getContext().scheduleOnce(LOAD_AGAIN, getContext().getSelf(), new ServeModel(serve));
      }
    } else {
      judgeBy(serve.manifest());
    }
    return this;
  }

  private Behavior<Command> onServing(ServingTold message) {
    ServingChanged change = message.change();
    Long release = change.release();
    if (change.deviceOk() && release != null) {
      deciding.put(change.model(), release);
    } else {
      deciding.remove(change.model());
    }
    serving.set(deciding.entrySet().stream().map(e -> e.getKey() + "@" + e.getValue()).toList());
    site.advertise(deciding.keySet());
    return this;
  }

  private Behavior<Command> onSite(UseSite message) {
    site.open(message.site());
    site.advertise(deciding.keySet());
    return this;
  }

  private Behavior<Command> onReplayEnded(ReplayEnded message) {
    CsvReplay.Ended ended = message.ended();
    if (ended.problem() == null) {
      getContext().getLog().info("{}: all {} readings accepted", ended.file(), ended.accepted());
    } else {
      getContext().getLog().error("{} stopped: {}", ended.file(), ended.problem());
    }
    return this;
  }

  private <T> ActorRef<T> supervised(Behavior<T> behavior, String name) {
    return getContext()
        .spawn(
            Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restartWithBackoff(MIN_BACKOFF, MAX_BACKOFF, 0)),
            name);
  }
}
