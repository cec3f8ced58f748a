package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.session.Frame;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the roads of a node say to its session and what they hear.
 *
 * <p>Each road registers once. It then hears {@link Up}, any number of {@link Heard} and {@link
 * Down} for each session, in this order. A road that registers during a session hears {@link Up} at
 * once. Nothing is dialled before the insight road told its {@link InsightStanding}.
 */
public final class Session {

  private Session() {}

  /** To the session. */
  public sealed interface Command
      permits RegisterInsights,
          RegisterModels,
          InsightStanding,
          ModelStanding,
          GetStatus,
          SessionActor.LinkIsUp,
          SessionActor.LinkIsDown,
          SessionActor.LinkHeard,
          SessionActor.LinkHeardBytes,
          SessionActor.LinkIsReachable,
          SessionActor.RoadGivesUp,
          SessionActor.Timer {}

  /** The insight road hears {@link Frame.Ack} and {@link Frame.BlockRefused}. */
  public record RegisterInsights(ActorRef<Signal> road) implements Command {}

  /** The model road hears {@link Frame.Wish} and {@link Frame.Chunk}. */
  public record RegisterModels(ActorRef<Signal> road) implements Command {}

  /**
   * What the next Hello says of the outbox. Tell it again when it changes.
   *
   * @param ancestry from which incarnations it parted
   * @param heads per lane, the highest sequence number accepted
   */
  public record InsightStanding(
      Incarnation incarnation, Lineage lineage, Ancestry ancestry, Map<Lane, Long> heads)
      implements Command {
    public InsightStanding {
      Map<Lane, Long> sorted = new EnumMap<>(Lane.class);
      sorted.putAll(heads);
      heads = Collections.unmodifiableMap(sorted);
    }
  }

  /** What the next Hello says of the model slots. Tell it again when it changes. */
  public record ModelStanding(List<ModelRelease> serving) implements Command {
    public ModelStanding {
      serving = List.copyOf(serving);
    }
  }

  /** Asks for the state of the session, for metrics and the console. */
  public record GetStatus(ActorRef<Status> replyTo) implements Command {}

  /**
   * @param live whether frames can be sent now
   * @param sessions sessions that came up since the start
   * @param failures dials and sessions that failed since the last stable session
   * @param lastProblem why the last dial or session ended; empty if none did
   */
  public record Status(boolean live, long sessions, int failures, String lastProblem) {}

  /** To a road. */
  public sealed interface Signal {}

  /** A session begins. */
  public record Up(Frame.Welcome welcome, FrameSender sender) implements Signal {}

  /** A frame of this road's types, in the order sent. */
  public record Heard(Frame frame) implements Signal {}

  /**
   * The hub does not take the store for the one that it knows under this incarnation, nor will it
   * before the insight road tells a standing with another one.
   *
   * @param forkPoints per lane, the first number that the two do not share
   */
  public record Forked(Incarnation incarnation, Map<Lane, Long> forkPoints) implements Signal {}

  /** The session ended. What was not acknowledged may or may not have arrived. */
  public record Down(String reason) implements Signal {}
}
