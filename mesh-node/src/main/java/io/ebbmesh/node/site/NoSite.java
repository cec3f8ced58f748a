package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A site without neighbours. */
final class NoSite implements Site {

  static final NoSite INSTANCE = new NoSite();

  private static final SiteView VIEW = new SiteView(SiteView.State.OFF, List.of(), 0);

  private NoSite() {}

  @Override
  public void advertise(Set<String> models) {}

  @Override
  public CompletionStage<InferenceAnswer> offer(InferenceRequest request) {
    return CompletableFuture.completedFuture(
        new InferenceAnswer.Failed(
            InferenceAnswer.Reason.NO_DEVICE, "this node is configured without neighbours", false));
  }

  @Override
  public SiteView view() {
    return VIEW;
  }

  @Override
  public void close() {}
}
