package io.ebbmesh.sim.backlog;

import com.typesafe.config.Config;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.SettingsFile;
import io.ebbmesh.node.edge.EdgeNode;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.Outboxes.LaneActors;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The child process of these runs: an edge node as {@code ebbmesh node} starts it, and producers in
 * it that offer to its outbox directly.
 *
 * <pre>
 * accepting after N ms   the outbox accepts
 * ready node NAME        the node serves
 * filled N in M ms       the backlog is accepted
 * fed N                  everything that was made is accepted, and the log says so
 * </pre>
 */
@Command(
    name = "feed",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "An edge node with producers of its own, for the other benchmarks.")
public final class FeedCommand implements Callable<Integer> {

  static final long SEED = 20261128;
  private static final double SECONDS_A_MINUTE = 60;
  private static final long LOOK_MILLIS = 50;

  @Option(names = "--config", required = true, description = "Settings of the node.")
  private Path config = Path.of("");

  @Option(names = "--log", required = true, description = "Where the producers keep their log.")
  private Path log = Path.of("");

  @Option(names = "--lane", defaultValue = "insight", description = "Lane of the backlog.")
  private Lane lane = Lane.INSIGHT;

  @Option(names = "--backlog", defaultValue = "0", description = "Insights offered first.")
  private long backlog;

  @Option(names = "--in-flight", defaultValue = "1", description = "Offers without an answer.")
  private int inFlight;

  @Option(names = "--size", defaultValue = "200", description = "Bytes of an insight as protobuf.")
  private int size;

  @Option(names = "--per-second", defaultValue = "0", description = "Insights a second after it.")
  private double perSecond;

  @Option(names = "--alarms-per-minute", defaultValue = "0", description = "Alarms beside them.")
  private double alarmsPerMinute;

  @Option(names = "--until", description = "Produce until this file is there.")
  private @Nullable Path until;

  @Override
  public Integer call() throws Exception {
    Config settings = SettingsFile.load(config);
    EdgeNode node = EdgeNode.start(settings, FeedCommand::sayAccepting);
    Runtime.getRuntime().addShutdownHook(new Thread(node::close, "feed-stop"));
    System.out.println("ready node " + settings.getString("ebbmesh.node.id"));
    try (FeedLog accepted = FeedLog.create(log)) {
      feed(node, accepted);
    }
    node.awaitEnd();
    return ExitCode.FAILED;
  }

  private static void sayAccepting() {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println("accepting after " + (System.currentTimeMillis() - start) + " ms");
  }

  private void feed(EdgeNode node, FeedLog accepted) throws Exception {
    List<ActorRef<Feeder.Command>> feeders = new ArrayList<>();
    List<Feeder.Outcome> outcomes = new ArrayList<>();
    for (FeedPlan plan : plans()) {
      Feeder.Outcome outcome = new Feeder.Outcome();
      LaneActors actors = node.doors().lanes().get(plan.lane());
      if (actors == null) {
        throw new UserErrorException("this node has no lane " + plan.lane().id());
      }
      feeders.add(
          node.system()
              .systemActorOf(
                  Feeder.create(actors.intake(), plan, accepted, outcome),
                  "feeder-" + plan.lane().id(),
                  Props.empty()));
      outcomes.add(outcome);
    }
    long nanos = outcomes.get(0).filled().get();
    System.out.println("filled " + backlog + " in " + nanos / 1_000_000 + " ms");
    while (until != null && !Files.exists(until)) {
      Thread.sleep(LOOK_MILLIS);
    }
    feeders.forEach(feeder -> feeder.tell(Feeder.Stop.STOP));
    long made = 0;
    for (Feeder.Outcome outcome : outcomes) {
      made += outcome.ended().get();
    }
    accepted.end();
    System.out.println("fed " + made);
  }

  private List<FeedPlan> plans() {
    List<FeedPlan> plans = new ArrayList<>();
    plans.add(new FeedPlan(lane, "bench/", SEED, size, backlog, inFlight, perSecond));
    if (alarmsPerMinute > 0) {
      double alarms = alarmsPerMinute / SECONDS_A_MINUTE;
      plans.add(new FeedPlan(Lane.ALARM, "bench-alarm/", SEED + 1, size, 0, 1, alarms));
    }
    return plans;
  }
}
