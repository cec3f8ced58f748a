package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Fork;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.session.Admission;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the hub's sessions from its store. */
public final class StoreAdmission implements Admission {

  private static final Logger LOG = LoggerFactory.getLogger(StoreAdmission.class);

  private final InsightStore store;
  private final NodeClock clock;
  private final IngestSettings settings;
  private final Ingest.Shared shared;
  private final ForkReport forks = new ForkReport();

  /**
   * @param shared with the {@link Ingest} of the same hub
   */
  public StoreAdmission(
      InsightStore store, NodeClock clock, IngestSettings settings, Ingest.Shared shared) {
    this.store = store;
    this.clock = clock;
    this.settings = settings;
    this.shared = shared;
  }

  @Override
  public CompletionStage<Answer> admit(Frame.Hello hello) {
    Holders.Holder holder = shared.holders().other(hello);
    return holder == null
        ? store
            .recordHello(Greetings.of(hello))
            .thenApply(outcome -> answer(hello, outcome, outcome.fork()))
        : store
            .compareHello(Greetings.of(hello))
            .thenApply(outcome -> secondAnswer(hello, holder, outcome));
  }

  private Answer answer(Frame.Hello hello, InsightStore.HelloOutcome outcome, Optional<Fork> fork) {
    if (fork.isPresent()) {
      String message = forks.fork(hello, fork.get(), outcome.held());
      return new Forked(message, fork.get().firstSeqs());
    }
    Map<Lane, SeqRanges> cursors = new EnumMap<>(Lane.class);
    outcome.held().forEach((lane, held) -> cursors.put(lane, atMostMaxRanges(held)));
    return new Admitted(cursors);
  }

  /**
   * While a session lives, another opening has to wait, because it may be the same machine after a
   * start that its old connection does not know of. If it waits for longer than a dead machine's
   * session can last, there are two, and they must not share an incarnation.
   */
  private Answer secondAnswer(
      Frame.Hello hello, Holders.Holder holder, InsightStore.HelloOutcome outcome) {
    long waited = shared.holders().waitedNanos(hello, holder, clock.monotonicNanos());
    Optional<Fork> fork = outcome.fork();
    if (fork.isEmpty()
        && waited >= settings.secondHolderAfterNanos()
        && hello.incarnation().equals(holder.incarnation())) {
      fork = Optional.of(Fork.ofSecondHolder(hello.lineage()));
    }
    if (fork.isPresent()) {
      return answer(hello, outcome, fork);
    }
    boolean proven = waited >= settings.secondHolderAfterNanos();
    return new Busy(
        forks.second(hello, proven),
        proven ? settings.secondMachineRetryMillis() : settings.secondHolderRetryMillis());
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
