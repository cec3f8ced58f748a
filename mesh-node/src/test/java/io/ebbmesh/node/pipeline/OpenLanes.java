package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneSettings.OnFull;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The doors of all lanes: says where sources stand as the test told it, and hands offers on. */
public final class OpenLanes {

  /** In which all lanes are. */
  public static final int GENERATION = 3;

  private record Head(Lane lane, String source) {}

  private final Map<Head, Outbox.Attached> heads = new ConcurrentHashMap<>();
  private final Map<Lane, LaneDoor> doors = new EnumMap<>(Lane.class);

  /**
   * @param offers gets every offer of every lane
   */
  public OpenLanes(ActorTestKit kit, ActorRef<Outbox.Command> offers) {
    for (Lane lane : Lane.values()) {
      doors.put(lane, new LaneDoor(kit.spawn(lane(lane, offers)), OnFull.REJECT));
    }
  }

  public Map<Lane, LaneDoor> doors() {
    return doors;
  }

  /** From now on a lane says so of a source. */
  public void stand(Lane lane, String source, long position, long seq) {
    heads.put(new Head(lane, source), new Outbox.Attached(lane, GENERATION, position, seq));
  }

  private Behavior<Outbox.Command> lane(Lane lane, ActorRef<Outbox.Command> offers) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof Outbox.Attach attach) {
            attach
                .replyTo()
                .tell(
                    heads.getOrDefault(
                        new Head(lane, attach.source()),
                        new Outbox.Attached(lane, GENERATION, 0, 0)));
          } else {
            offers.tell(command);
          }
          return Behaviors.same();
        });
  }
}
