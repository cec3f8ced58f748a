package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The neighbours on this node's LAN, as something that may answer an inference.
 *
 * <p>No method blocks, throws for a missing neighbour, or waits for one; all are safe from any
 * thread. Whatever happens to the neighbours or to what connects them, the caller only ever sees an
 * {@link InferenceAnswer}.
 */
public interface Site extends AutoCloseable {

  /**
   * Says which models this node runs for its neighbours from now on, replacing what was said
   * before.
   *
   * @param models names of models that {@link LocalInference} serves; empty if it has no device
   */
  void advertise(Set<String> models);

  /**
   * Asks a neighbour; never this node itself.
   *
   * @return completes once, never exceptionally, and no later than {@link
   *     InferenceRequest#budgetNanos()} from now: {@code Decided}, or {@code Failed} with {@code
   *     NO_DEVICE} (no neighbour serves the model, or the site is down), {@code BUSY} (the limit in
   *     flight is reached here or at every neighbour), {@code DEADLINE}, or what the last neighbour
   *     said. Completed on a thread of the site: actors take it with {@code pipeToSelf}
   */
  CompletionStage<InferenceAnswer> offer(InferenceRequest request);

  /** What is known of the site at this moment. */
  SiteView view();

  /** Leaves the site. Open offers are answered with {@code NO_DEVICE}. Returns at once. */
  @Override
  void close();

  /** For a node that is configured without neighbours. */
  static Site none() {
    return NoSite.INSTANCE;
  }
}
