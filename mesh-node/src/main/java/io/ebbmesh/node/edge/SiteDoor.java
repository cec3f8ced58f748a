package io.ebbmesh.node.edge;

import io.ebbmesh.node.pipeline.Inference;
import io.ebbmesh.node.site.Site;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The neighbours as the pipeline sees them, also before the site is there. */
final class SiteDoor implements Inference {

  private volatile Site site = Site.none();

  void open(Site opened) {
    site = opened;
  }

  void advertise(Set<String> models) {
    site.advertise(models);
  }

  @Override
  public CompletionStage<InferenceAnswer> infer(InferenceRequest request) {
    return site.offer(request);
  }
}
