package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.OutboxReport.LaneReport;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.journal.StoreException;
import io.ebbmesh.sync.storage.ScratchStorage;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outbox of a stopped node and changes nothing: recovers it with the code that serves it,
 * over a storage that keeps changes in memory. For {@code ebbmesh inspect}.
 */
public final class StoppedOutbox {

  /** Asks a lane for everything that it knows. */
  record Inspect(ActorRef<Inspected> replyTo) implements LaneReader.Command {}

  /** Answer to {@link Inspect}. */
  record Inspected(Lane lane, LaneSnapshot state) {}

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private StoppedOutbox() {}

  /**
   * Blocks until everything is read.
   *
   * @param store the node's store directory
   * @param clock only stamps losses that would be declared
   * @param verify whether to read every record, so that all damage is found
   * @throws IOException if it is no store, a process has it open, or a newer program wrote it; the
   *     message names the remedy
   */
  public static OutboxReport read(Path store, NodeClock clock, boolean verify) throws IOException {
    Storage storage = ScratchStorage.over(store);
    List<OutboxProblem> problems = new ArrayList<>();
    @Nullable StoreIdentity identity = identity(storage, problems);
    Config config =
        ConfigFactory.parseString("pekko.loglevel = ERROR, pekko.log-dead-letters = off")
            .withFallback(ConfigFactory.load());
    CompletableFuture<Map<Lane, LaneSnapshot>> states = new CompletableFuture<>();
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "inspect",
            ActorSystemSetup.create(
                BootstrapSetup.create(config),
                EbbmeshLogSetup.quiet(storage, new SeededChance(1))));
    try {
      EbbmeshLog log = EbbmeshLog.get(system);
      if (verify) {
        log.verify();
      }
      // Every lane: of one whose events are all gone its snapshot may be left.
      system.systemActorOf(
          collector(OutboxSettings.of(config), clock, states), "lanes", Props.empty());
      List<LaneReport> reports = new ArrayList<>();
      states
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .join()
          .forEach((lane, state) -> reports.add(LaneReport.of(lane, state)));
      reports.removeIf(lane -> lane.nextSeq() == 1);
      log.damage().issues().forEach(issue -> problems.add(OutboxProblem.of(issue)));
      return new OutboxReport(identity, reports, problems);
    } catch (StoreException | CompletionException e) {
      throw new IOException("the outbox in " + store + " cannot be read: " + e.getMessage(), e);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static @Nullable StoreIdentity identity(Storage storage, List<OutboxProblem> problems) {
    try {
      return new IdentityFile(storage).read();
    } catch (IOException e) {
      problems.add(OutboxProblem.ofIdentity(String.valueOf(e.getMessage())));
      return null;
    }
  }

  /** Recovers the lanes as at an opening, declares what is missing, and takes their states. */
  private static Behavior<Inspected> collector(
      OutboxSettings settings, NodeClock clock, CompletableFuture<Map<Lane, LaneSnapshot>> states) {
    return Behaviors.setup(
        context -> {
          for (Lane lane : Lane.values()) {
            ActorRef<LaneReader.Command> log =
                context.spawn(
                    LaneLog.create(
                        lane,
                        settings,
                        clock,
                        LaneJournal.of(context.getSystem()),
                        eventNrs -> {},
                        context.getSystem().ignoreRef()),
                    lane.id());
            log.tell(new LaneLog.Release());
            log.tell(new Inspect(context.getSelf()));
          }
          Map<Lane, LaneSnapshot> collected = new EnumMap<>(Lane.class);
          return Behaviors.receiveMessage(
              inspected -> {
                collected.put(inspected.lane(), inspected.state());
                if (collected.size() == Lane.values().length) {
                  states.complete(collected);
                }
                return Behaviors.same();
              });
        });
  }
}
