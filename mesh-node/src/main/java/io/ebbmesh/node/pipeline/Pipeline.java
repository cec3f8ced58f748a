package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * What producers say to the pipeline of a node and what it answers.
 *
 * <p>A producer that can repeat (a CSV file) attaches as a source, warms the windows with what came
 * before, and then submits readings in ascending position, never more than it has credit for; each
 * answer gives one back. Its readings wait as long as it takes until a device decides. A producer
 * that cannot wait (HTTP) hands over single readings and is told when nothing decides in time.
 * Until the first model arrives a source is not answered, and single readings are undecided.
 */
public final class Pipeline {

  private Pipeline() {}

  /** To the pipeline. */
  public sealed interface Command {}

  /** A release is there: its parameters judge answers, and windows go on with them. */
  public record Serve(ModelManifest manifest) implements Command {}

  /**
   * Begins a source, or begins it again: what was submitted before is forgotten.
   *
   * @param endsAtRefusal nothing behind a reading that is refused is taken, so that it can be
   *     mended and submitted under the same position once the source begins again
   */
  public record Attach(String source, ActorRef<Reply> producer, boolean endsAtRefusal)
      implements Command {
    /** A source that goes on behind a reading that is refused. */
    public Attach(String source, ActorRef<Reply> producer) {
      this(source, producer, false);
    }
  }

  /**
   * Readings that were accepted before, for the windows only.
   *
   * @param readings of the source, in their order
   */
  public record Warm(String source, List<Reading> readings, ActorRef<Reply> producer)
      implements Command {}

  /** One reading of an attached source; takes one credit. */
  public record Submit(Reading reading, ActorRef<Reply> producer) implements Command {}

  /**
   * One reading of a producer that does not wait.
   *
   * @param outcome completed by the pipeline
   */
  public record Single(Reading reading, CompletableFuture<ReadingOutcome> outcome)
      implements Command {}

  /** A device or neighbour answered an attempt, or its time is over. */
  record Answered(long job, int attempt, InferenceAnswer answer) implements Command {}

  /** The outbox said where a source stands. */
  record Stands(String source, int number, Standing standing) implements Command {}

  /** The outbox said whether it knows a single reading. */
  record SingleStands(SourcePosition key, Standing standing) implements Command {}

  /** The outbox answered offers. */
  record FromOutbox(Outbox.Reply reply) implements Command {}

  /** Time went on. */
  enum Tick implements Command {
    TICK
  }

  /** To sources. */
  public sealed interface Reply {}

  /**
   * The source may warm the windows and submit.
   *
   * @param position highest durable position; 0 if none
   * @param credit readings that may be on their way at once
   */
  public record Attached(long position, int credit) implements Reply {}

  /** The windows have taken the readings. */
  public record Warmed() implements Reply {}

  /**
   * The insight of a reading is durable; gives one credit back.
   *
   * @param lane that its insight is in
   * @param seq its sequence number there; 0 if it was durable before and the number is not kept
   */
  public record Accepted(long position, Lane lane, long seq) implements Reply {}

  /**
   * A reading will never be accepted and was left out; gives one credit back.
   *
   * @param position 0 if it is the source itself that is refused
   */
  public record Refused(long position, String message) implements Reply {}

  /**
   * The pipeline of one node.
   *
   * @param local this node's device
   * @param neighbours asked when {@code local} cannot
   * @param doors of all lanes
   */
  public static Behavior<Command> create(
      PipelineSettings settings,
      NodeClock clock,
      Inference local,
      Inference neighbours,
      Map<Lane, LaneDoor> doors) {
    return PipelineActor.create(settings, clock, local, neighbours, doors);
  }
}
