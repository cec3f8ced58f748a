package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.node.ingress.ReadingSink;
import io.ebbmesh.node.ingress.Streams;
import io.ebbmesh.protocol.reading.Reading;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/** The pipeline as ingress adapters see it; safe from any thread. */
public final class PipelineSink implements ReadingSink, Streams {

  private final Supplier<ActorRef<Pipeline.Command>> pipeline;

  /**
   * @param pipeline the one that runs now
   */
  public PipelineSink(Supplier<ActorRef<Pipeline.Command>> pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public CompletionStage<ReadingOutcome> submit(Reading reading) {
    CompletableFuture<ReadingOutcome> outcome = new CompletableFuture<>();
    pipeline.get().tell(new Pipeline.Single(reading, outcome));
    return outcome;
  }

  /** Every stream is known: its windows begin with its first reading. */
  @Override
  public List<String> channels(String stream) {
    return StreamWindows.CHANNELS;
  }
}
