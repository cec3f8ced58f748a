package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.session.Admission;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the hub's sessions from its store. */
public final class StoreAdmission implements Admission {

  private static final Logger LOG = LoggerFactory.getLogger(StoreAdmission.class);

  private final InsightStore store;
  private final ForkReport forks = new ForkReport();

  public StoreAdmission(InsightStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Answer> admit(Frame.Hello hello) {
    return store
        .recordHello(hello.node(), hello.incarnation(), hello.lineage(), hello.heads())
        .thenApply(outcome -> answer(hello, outcome));
  }

  private Answer answer(Frame.Hello hello, InsightStore.HelloOutcome outcome) {
    Map<Lane, SeqRanges> held = outcome.held();
    if (outcome.fork().isPresent()) {
      return new Forked(forks.report(hello, outcome.fork().get(), held));
    }
    held.replaceAll((lane, ranges) -> atMostMaxRanges(ranges));
    return new Admitted(held);
  }

  /** What a Welcome leaves out is sent again, known here, and acknowledged. */
  private static SeqRanges atMostMaxRanges(SeqRanges held) {
    return held.ranges().size() <= SessionLimits.MAX_RANGES
        ? held
        : SeqRanges.of(held.ranges().subList(0, SessionLimits.MAX_RANGES));
  }

  @Override
  public void recordTime(NodeId node, BootTime nodeTime, long hubWallMillis) {
    store
        .recordBootTime(node, nodeTime, hubWallMillis)
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                // The next heartbeat brings the next one.
                LOG.debug("time of {} is not recorded: {}", node, failure.getMessage());
              }
            });
  }
}
