package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.journal.Trim;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Opens the outbox of a node: the identity of its store, and an {@link Intake} and a {@link
 * LaneLog} for each lane.
 *
 * <pre>
 * started              reads the identity, spawns the lanes; they recover and write nothing
 * all have recovered   a new epoch with the first number of each lane becomes durable, then the
 *                      lanes may write, and {@link Opened} is told
 * Rehome               another incarnation becomes durable, then {@link Identity} is told
 * the identity fails   the actor stops with the failure; its owner decides
 * </pre>
 */
public final class Outboxes extends AbstractBehavior<Outboxes.Command> {

  /** To this actor. */
  public sealed interface Command {}

  /** Asks for the identity, once all lanes accept. */
  public record GetIdentity(ActorRef<Identity> replyTo) implements Command {}

  /**
   * The hub knows another store under this incarnation: goes on as a new one, unless that was done.
   * What the lanes hold keeps its numbers; they only merge no blocks over the fork points.
   *
   * @param forkPoints per lane, the first number that the two do not share
   */
  public record Rehome(Incarnation from, Map<Lane, Long> forkPoints, ActorRef<Identity> replyTo)
      implements Command {}

  /** Answer to {@link GetIdentity} and {@link Rehome}: durable. */
  public record Identity(StoreIdentity identity) {}

  /** The hub was heard: it reads these blocks, until it says otherwise. */
  public record HubReads(BlockSupport reads) implements Command {}

  /** Asks how the outbox stands with its disk. */
  public record GetDisk(ActorRef<DiskReport> replyTo) implements Command {}

  private record Recovered(LaneLog.Recovered lane) implements Command {}

  private record TrimAnswered(Trim.Reply reply) implements Command {}

  /**
   * The outbox accepts.
   *
   * @param outboxes knows the identity, also when it changes
   * @param identity with the epoch of this opening as the last one
   * @param lanes the configured ones, in the order of {@link Lane}
   */
  public record Opened(
      ActorRef<Command> outboxes, StoreIdentity identity, Map<Lane, LaneActors> lanes) {}

  /**
   * The two ends of a lane.
   *
   * @param intake for producers
   * @param log for the uplink
   */
  public record LaneActors(ActorRef<Outbox.Command> intake, ActorRef<LaneReader.Command> log) {}

  private final Chance chance;
  private final IdentityFile file;
  private final HubReadsFile hubReadsFile;
  private StoreIdentity identity;
  private final ActorRef<Opened> opened;
  private final Map<Lane, LaneActors> lanes;
  private final ActorRef<DiskKeeper.Command> disk;
  private final Map<Lane, Long> firstSeqs = new EnumMap<>(Lane.class);
  private BlockSupport hubReads;
  private boolean epochIsDurable;

  private Outboxes(
      ActorContext<Command> context,
      Chance chance,
      IdentityFile file,
      StoreIdentity identity,
      HubReadsFile hubReadsFile,
      BlockSupport hubReads,
      Map<Lane, LaneActors> lanes,
      ActorRef<DiskKeeper.Command> disk,
      ActorRef<Opened> opened) {
    super(context);
    this.hubReadsFile = hubReadsFile;
    this.hubReads = hubReads;
    this.chance = chance;
    this.file = file;
    this.identity = identity;
    this.lanes = lanes;
    this.disk = disk;
    this.opened = opened;
  }

  /**
   * @param storage of the node's store; holds the identity
   * @param chance draws incarnation and epochs
   * @param lanes which lanes to open
   * @param journal gives events back, and deletes those that hold nothing any more
   * @param opened told once, when all lanes accept; offers may be made at once to the intakes it
   *     names
   */
  public static Behavior<Command> create(
      OutboxSettings settings,
      Storage storage,
      NodeClock clock,
      Chance chance,
      Set<Lane> lanes,
      LaneJournal journal,
      ActorRef<Opened> opened) {
    if (lanes.isEmpty()) {
      throw new IllegalArgumentException("an outbox has at least one lane");
    }
    return Behaviors.setup(
        context -> {
          IdentityFile file = new IdentityFile(storage);
          StoreIdentity identity = open(context, file, chance);
          HubReadsFile hubReadsFile = new HubReadsFile(storage);
          BlockSupport hubReads = read(context, hubReadsFile);
          ActorRef<LaneLog.Recovered> recovered =
              context.messageAdapter(LaneLog.Recovered.class, Recovered::new);
          ActorRef<Trim.Reply> trimmed =
              context.messageAdapter(Trim.Reply.class, TrimAnswered::new);
          DispatcherSelector dispatcher =
              DispatcherSelector.fromConfig(OutboxSettings.PATH + ".dispatcher");
          Map<Lane, LaneActors> spawned = new EnumMap<>(Lane.class);
          for (Lane lane : new TreeSet<>(lanes)) {
            String id = LaneReader.persistenceId(lane);
            ActorRef<LaneReader.Command> log =
                context.spawn(
                    LaneLog.create(
                        lane,
                        settings,
                        clock,
                        journal,
                        eventNrs -> journal.trim(new Trim(id, eventNrs, trimmed)),
                        recovered),
                    lane.id() + "-log",
                    dispatcher);
            ActorRef<Outbox.Command> intake =
                context.spawn(
                    Intake.create(lane, settings, clock, log, hubReads),
                    lane.id() + "-intake",
                    dispatcher);
            spawned.put(lane, new LaneActors(intake, log));
          }
          spawnFolds(context, settings, journal, spawned);
          return new Outboxes(
              context,
              chance,
              file,
              identity,
              hubReadsFile,
              hubReads,
              Collections.unmodifiableMap(spawned),
              spawnDisk(context, settings, storage, clock, journal, spawned),
              opened);
        });
  }

  private static ActorRef<DiskKeeper.Command> spawnDisk(
      ActorContext<Command> context,
      OutboxSettings settings,
      Storage storage,
      NodeClock clock,
      LaneJournal journal,
      Map<Lane, LaneActors> lanes) {
    Map<Lane, ActorRef<LaneReader.Command>> logs = new EnumMap<>(Lane.class);
    lanes.forEach((lane, actors) -> logs.put(lane, actors.log()));
    DiskReserve reserve = new DiskReserve(storage, settings.budget().reserveBytes());
    return context.spawn(
        DiskKeeper.create(settings, clock, journal, reserve, logs),
        "disk",
        DispatcherSelector.blocking());
  }

  private static void spawnFolds(
      ActorContext<Command> context,
      OutboxSettings settings,
      LaneJournal journal,
      Map<Lane, LaneActors> lanes) {
    LaneActors insights = lanes.get(Lane.INSIGHT);
    LaneActors aggregates = lanes.get(Lane.AGGREGATE);
    if (insights != null && aggregates != null) {
      context.spawn(
          FoldMover.create(
              journal, insights.log(), aggregates.intake(), settings.budget().interval()),
          "folds");
    }
  }

  private static StoreIdentity open(
      ActorContext<Command> context, IdentityFile file, Chance chance) {
    try {
      IdentityFile.Found found = file.open(chance);
      @Nullable String problem = found.problem();
      if (problem != null) {
        context.getLog().error("the outbox has lost its identity: {}", problem);
      }
      return found.identity();
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox cannot be opened: " + e.getMessage(), e);
    }
  }

  private static BlockSupport read(ActorContext<Command> context, HubReadsFile file) {
    try {
      return file.read();
    } catch (IOException e) {
      context.getLog().warn("{}: blocks are written for any hub until one is heard", e.toString());
      return BlockSupport.FIRST;
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Recovered.class, this::onRecovered)
        .onMessage(TrimAnswered.class, this::onTrimAnswered)
        .onMessage(GetIdentity.class, this::onGetIdentity)
        .onMessage(Rehome.class, this::onRehome)
        .onMessage(HubReads.class, this::onHubReads)
        .onMessage(GetDisk.class, this::onGetDisk)
        .build();
  }

  private Behavior<Command> onRecovered(Recovered recovered) {
    if (epochIsDurable) {
      // It failed between recovery and release, and recovered again.
      logOf(recovered.lane().lane()).tell(new LaneLog.Release());
      return this;
    }
    firstSeqs.put(recovered.lane().lane(), recovered.lane().firstSeq());
    if (firstSeqs.size() == lanes.size()) {
      become(identity.opened(new Epoch(chance.nextLong(), firstSeqs)));
      epochIsDurable = true;
      tellForkPoints();
      lanes.keySet().forEach(lane -> logOf(lane).tell(new LaneLog.Release()));
      opened.tell(new Opened(getContext().getSelf(), identity, lanes));
    }
    return this;
  }

  /** Durable when this returns. */
  private void become(StoreIdentity next) {
    try {
      file.write(next);
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox cannot say who it is: " + e.getMessage(), e);
    }
    identity = next;
  }

  private void tellForkPoints() {
    for (Lane lane : lanes.keySet()) {
      logOf(lane).tell(new LaneMerger.Parted(ForkPoints.of(identity, lane)));
    }
  }

  private Behavior<Command> onGetIdentity(GetIdentity ask) {
    ask.replyTo().tell(new Identity(identity));
    return this;
  }

  private Behavior<Command> onRehome(Rehome rehome) {
    if (identity.incarnation().equals(rehome.from())) {
      become(
          identity.rehomed(
              new Incarnation(chance.nextId()), rehome.forkPoints(), chance.nextLong()));
      getContext()
          .getLog()
          .warn(
              "the hub knows another store as {}: this one goes on as {}, from {} on",
              rehome.from(),
              identity.incarnation(),
              rehome.forkPoints());
      tellForkPoints();
    }
    rehome.replyTo().tell(new Identity(identity));
    return this;
  }

  /** Nothing depends on a trim: what it did not delete, the next one names again. */
  private Behavior<Command> onTrimAnswered(TrimAnswered answered) {
    if (!(answered.reply() instanceof Trim.Trimmed)) {
      getContext().getLog().warn("the journal kept acknowledged blocks: {}", answered.reply());
    } else {
      lanes.keySet().forEach(lane -> logOf(lane).tell(new LaneLog.Compact(false)));
    }
    return this;
  }

  private Behavior<Command> onHubReads(HubReads message) {
    if (message.reads().equals(hubReads)) {
      return this;
    }
    hubReads = message.reads();
    try {
      hubReadsFile.write(hubReads);
    } catch (IOException e) {
      // The uplink writes blocks again that turn out to be too new.
      getContext().getLog().warn("what the hub reads was not written down: {}", e.toString());
    }
    lanes.values().forEach(lane -> lane.intake().tell(new Intake.WriteFor(hubReads)));
    return this;
  }

  private Behavior<Command> onGetDisk(GetDisk get) {
    disk.tell(new DiskKeeper.Report(get.replyTo()));
    return this;
  }

  private ActorRef<LaneReader.Command> logOf(Lane lane) {
    return Objects.requireNonNull(lanes.get(lane)).log();
  }
}
