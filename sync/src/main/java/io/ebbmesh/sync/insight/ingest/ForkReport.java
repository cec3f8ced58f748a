package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Fork;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Words a fork for the operators of node and hub. Warns once per opening of a refused store: its
 * node tries again for as long as nobody comes.
 */
final class ForkReport {

  /** Nodes whose last warning is remembered; the one warned of first is forgotten first. */
  private static final int MAX_REMEMBERED = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(ForkReport.class);

  private final Map<NodeId, Long> warnedOf = new LinkedHashMap<>();

  /** The message of the refusal of a fork. Stages may complete on any thread. */
  String fork(Frame.Hello hello, Fork fork, Map<Lane, SeqRanges> held) {
    String message = message(hello, fork, held);
    if (isNew(hello)) {
      LOG.warn("refused: {}", message);
    }
    return message;
  }

  /**
   * The message for a store that has to wait for the session of another opening.
   *
   * @param proven whether the other one has lived on for too long to be the same machine
   */
  String second(Frame.Hello hello, boolean proven) {
    String message =
        "node '"
            + hello.node()
            + "' has a session already, of another opening of its store"
            + (proven
                ? ": two machines carry its certificate. Stop one of them, or give it an id and a"
                    + " certificate of its own; this one keeps what it accepts until the other is"
                    + " gone"
                : "; it may be over soon");
    if (proven && isNew(hello)) {
      LOG.warn("refused: incarnation {}: {}", hello.incarnation(), message);
    }
    return message;
  }

  private synchronized boolean isNew(Frame.Hello hello) {
    long opening = Holders.opening(hello);
    Long before = warnedOf.put(hello.node(), opening);
    if (warnedOf.size() > MAX_REMEMBERED) {
      warnedOf.remove(warnedOf.keySet().iterator().next());
    }
    return before == null || before != opening;
  }

  private static String message(Frame.Hello hello, Fork fork, Map<Lane, SeqRanges> held) {
    StringBuilder points = new StringBuilder();
    fork.firstSeqs()
        .forEach(
            (lane, first) -> {
              long beyond = fork.beyond(held, lane).count();
              if (beyond > 0 || fork.firstSeqs().size() == 1) {
                points.append(points.isEmpty() ? "" : ", ").append(lane.id());
                points.append(" from ").append(first);
                points.append(" (the hub holds ").append(beyond).append(" of them)");
              }
            });
    return "the store of node '"
        + hello.node()
        + "' (incarnation "
        + hello.incarnation()
        + ") is not the one that the hub knows: "
        + cause(fork.kind())
        + ". Numbers that may name two insights: "
        + (points.isEmpty() ? "none that the hub holds" : points)
        + ". The hub keeps what it has; the node goes on as a new incarnation and sends from there on"
        + " what it holds. If a second machine runs with a copy of this store, stop it, or give it"
        + " an id and a certificate of its own";
  }

  private static String cause(Fork.Kind kind) {
    return switch (kind) {
      case NUMBERS_REUSED -> "it was set back, or its newest records are lost";
      case OLDER_OPENING -> "the hub has heard of a later opening of it";
      case OTHER_OPENINGS -> "it was set back, or there is a copy of it";
      case UNRELATED -> "no opening is known to both, as after too many starts without the hub";
      case SECOND_HOLDER -> "another opening of it has a session all the while";
    };
  }
}
