package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.process.MachineClock;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.insight.outbox.LaneEvent.HoldsBlock;
import io.ebbmesh.sync.insight.outbox.LaneJournal;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.outbox.Outbox;
import io.ebbmesh.sync.insight.outbox.OutboxSettings;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.outbox.Outboxes.LaneActors;
import io.ebbmesh.sync.insight.outbox.Outboxes.Opened;
import io.ebbmesh.sync.insight.outbox.StoreIdentity;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.PersistenceQuery;

/** The outbox of a store on disk, opened by the code that serves it; calls block. */
final class OpenOutbox implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MAX_MINUTES = 30;
  private static final int BLOCKS_AT_ONCE = 10_000;

  private final ActorSystem<Void> system;
  private final Opened opened;
  private final ActorRef<Outboxes.Command> outboxes;
  private final LaneActors lane;
  private final AtomicLong names = new AtomicLong();

  private OpenOutbox(ActorSystem<Void> system, Opened opened, ActorRef<Outboxes.Command> outboxes) {
    this.system = system;
    this.outboxes = outboxes;
    this.opened = opened;
    this.lane = Objects.requireNonNull(opened.lanes().get(Lane.INSIGHT));
  }

  /**
   * Opens a store, which is made if it is not there.
   *
   * @param settings of the whole program
   * @throws IOException if it does not come to accept; the message says why
   */
  static OpenOutbox open(Path store, Config settings) throws IOException, InterruptedException {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "check",
            settings.withValue(
                "ebbmesh.sync.store.dir", ConfigValueFactory.fromAnyRef(store.toString())));
    try {
      EbbmeshLog log = EbbmeshLog.get(system);
      CompletableFuture<Opened> opened = new CompletableFuture<>();
      CompletableFuture<ActorRef<Outboxes.Command>> outboxes = new CompletableFuture<>();
      system.systemActorOf(opener(log, opened, outboxes), "opener", Props.empty());
      Opened now = opened.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new OpenOutbox(system, now, outboxes.join());
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      end(system);
      throw new IOException("the outbox in " + store + " does not open: " + e, e);
    }
  }

  private static Behavior<Opened> opener(
      EbbmeshLog log,
      CompletableFuture<Opened> opened,
      CompletableFuture<ActorRef<Outboxes.Command>> self) {
    return Behaviors.setup(
        context -> {
          ActorRef<Outboxes.Command> outboxes =
              context.spawn(
                  Outboxes.create(
                      OutboxSettings.of(context.getSystem().settings().config()),
                      log.storage(),
                      new MachineClock(),
                      new SystemChance(),
                      Set.of(Lane.INSIGHT),
                      LaneJournal.of(context.getSystem()),
                      context.getSelf()),
                  "outboxes");
          context.watch(outboxes);
          self.complete(outboxes);
          return Behaviors.receive(Opened.class)
              .onMessage(
                  Opened.class,
                  message -> {
                    opened.complete(message);
                    return Behaviors.same();
                  })
              .onSignal(
                  Terminated.class,
                  ended -> {
                    opened.completeExceptionally(
                        new IllegalStateException("the outbox ended while it was opened"));
                    return Behaviors.stopped();
                  })
              .build();
        });
  }

  /** The program's settings with a text of HOCON above them. */
  static Config settings(String more) {
    return ConfigFactory.parseString(more).withFallback(ConfigFactory.load()).resolve();
  }

  /** As if the hub had said what it reads: the store keeps it in a file. */
  void hubReads(BlockSupport reads) {
    outboxes.tell(new Outboxes.HubReads(reads));
  }

  StoreIdentity identity() {
    return opened.identity();
  }

  EbbmeshLog log() {
    return EbbmeshLog.get(system);
  }

  /** Offers insights and waits until all are accepted; gives the sequence number of each. */
  long[] accept(List<Insight> insights, int inFlight) throws InterruptedException, IOException {
    CompletableFuture<long[]> result = new CompletableFuture<>();
    system.systemActorOf(
        Offering.create(lane.intake(), insights, inFlight, result),
        "offering-" + names.incrementAndGet(),
        Props.empty());
    return await(result.orTimeout(MAX_MINUTES, TimeUnit.MINUTES));
  }

  void acknowledge(SeqRanges held) {
    lane.log().tell(new LaneReader.Acknowledge(held, 0));
  }

  /** The journal does not give a block: it is to be declared lost. */
  void unreadable(BlockRef block) {
    lane.log().tell(new LaneReader.Unreadable(block));
  }

  LaneHead head() throws InterruptedException, IOException {
    return (LaneHead) ask(LaneReader.GetHead::new);
  }

  /** Highest durable position of a source. */
  long position(String source) throws InterruptedException, IOException {
    CompletionStage<Outbox.Reply> reply =
        AskPattern.ask(
            lane.intake(), to -> new Outbox.Attach(source, to), PATIENCE, system.scheduler());
    if (await(reply.toCompletableFuture()) instanceof Outbox.Attached attached) {
      return attached.position();
    }
    throw new IOException("the outbox does not say where source " + source + " stands");
  }

  /** All held blocks, oldest first. */
  List<BlockRef> blocks() throws InterruptedException, IOException {
    List<BlockRef> all = new ArrayList<>();
    while (true) {
      long after = all.isEmpty() ? 0 : all.get(all.size() - 1).seqs().last();
      HeldBlocks more =
          (HeldBlocks)
              ask(to -> new LaneReader.NextBlocks(after, BLOCKS_AT_ONCE, Long.MAX_VALUE, to));
      if (more.blocks().isEmpty()) {
        return all;
      }
      all.addAll(more.blocks());
    }
  }

  /** Events of these blocks by number, as far as the journal gives them. */
  Map<Long, HoldsBlock> read(List<BlockRef> blocks) throws InterruptedException, IOException {
    Map<Long, HoldsBlock> found = new TreeMap<>();
    if (blocks.isEmpty()) {
      return found;
    }
    CompletionStage<?> done =
        PersistenceQuery.get(system)
            .getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY)
            .currentEventsByPersistenceId(
                LaneReader.persistenceId(Lane.INSIGHT),
                blocks.stream().mapToLong(BlockRef::eventNr).min().orElseThrow(),
                // A merged block is a young event with old numbers.
                blocks.stream().mapToLong(BlockRef::eventNr).max().orElseThrow())
            .runForeach(
                envelope -> {
                  if (envelope.event() instanceof HoldsBlock holds) {
                    found.put(envelope.sequenceNr(), holds);
                  }
                },
                system);
    await(done.toCompletableFuture());
    return found;
  }

  private LaneReader.Reply ask(Function<ActorRef<LaneReader.Reply>, LaneReader.Command> question)
      throws InterruptedException, IOException {
    CompletionStage<LaneReader.Reply> reply =
        AskPattern.ask(lane.log(), question::apply, PATIENCE, system.scheduler());
    return await(reply.toCompletableFuture());
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException, IOException {
    try {
      return future.get(MAX_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the outbox does not answer: " + e, e);
    }
  }

  private static void end(ActorSystem<?> system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /** A clean stop. */
  @Override
  public void close() {
    end(system);
  }
}
