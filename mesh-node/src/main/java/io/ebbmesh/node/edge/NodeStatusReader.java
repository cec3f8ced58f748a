package io.ebbmesh.node.edge;

import io.ebbmesh.node.ingress.http.NodeStatus;
import io.ebbmesh.node.site.Site;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.DiskReport;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.session.Session;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the actors how the node stands; for people, at the edge of the system. */
final class NodeStatusReader implements Supplier<CompletionStage<NodeStatus>> {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** What is asked beside the lanes. */
  private record Rest(
      Session.Status link, Uplink.Totals sent, DiskReport disk, Outboxes.Identity outbox) {}

  private final String node;
  private final ActorSystem<?> system;
  private final EdgeGuardian.Doors doors;
  private final Site site;

  NodeStatusReader(String node, ActorSystem<?> system, EdgeGuardian.Doors doors, Site site) {
    this.node = node;
    this.system = system;
    this.doors = doors;
    this.site = site;
  }

  @Override
  public CompletionStage<NodeStatus> get() {
    CompletionStage<Map<Lane, LaneReader.LaneBooks>> books =
        CompletableFuture.completedFuture(new EnumMap<>(Lane.class));
    for (var lane : doors.lanes().entrySet()) {
      CompletionStage<LaneReader.LaneBooks> asked =
          AskPattern.ask(
              lane.getValue().log(), LaneReader.GetBooks::new, TIMEOUT, system.scheduler());
      books =
          books.thenCombine(
              asked,
              (all, one) -> {
                all.put(lane.getKey(), one);
                return all;
              });
    }
    CompletionStage<Session.Status> session =
        AskPattern.ask(doors.session(), Session.GetStatus::new, TIMEOUT, system.scheduler());
    CompletionStage<Uplink.Totals> sent =
        AskPattern.ask(doors.uplink(), Uplink.GetTotals::new, TIMEOUT, system.scheduler());
    CompletionStage<DiskReport> disk =
        AskPattern.ask(doors.outbox(), Outboxes.GetDisk::new, TIMEOUT, system.scheduler());
    CompletionStage<Outboxes.Identity> identity =
        AskPattern.ask(doors.outbox(), Outboxes.GetIdentity::new, TIMEOUT, system.scheduler());
    CompletionStage<Rest> rest =
        session
            .thenCombine(sent, Map::entry)
            .thenCombine(
                disk.thenCombine(identity, Map::entry),
                (link, box) ->
                    new Rest(link.getKey(), link.getValue(), box.getKey(), box.getValue()));
    return books.thenCombine(
        rest,
        (lanes, all) ->
            new NodeStatus(
                node,
                all.outbox().identity().incarnation(),
                lanes,
                refused(),
                all.disk(),
                doors.serving().get(),
                site.view(),
                all.link(),
                all.sent()));
  }

  private Map<Lane, Long> refused() {
    Map<Lane, Long> refused = new EnumMap<>(Lane.class);
    doors.intakes().forEach((lane, door) -> refused.put(lane, door.refused().sum()));
    return refused;
  }
}
