package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.session.Peers.SessionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which opening of which store each node's session speaks for, and who else came meanwhile. A
 * session counts until its ingest has ended, so that nothing of it can reach the store after
 * another opening was admitted. Used from several threads.
 */
public final class Holders {

  /** Nodes of which a second opening is remembered; the one seen first is forgotten first. */
  private static final int MAX_REMEMBERED = 10_000;

  /**
   * What is known of a node that has a session.
   *
   * @param session that lives
   * @param incarnation of the store
   * @param opening drawn when its process opened the store
   */
  record Holder(SessionId session, Incarnation incarnation, long opening) {}

  /** When another opening first came during a session. */
  private record Second(SessionId during, long opening, long sinceNanos) {}

  private final Map<NodeId, Map<SessionId, Holder>> holders = new TreeMap<>();
  private final Map<NodeId, Second> seconds = new LinkedHashMap<>();

  /** The opening that a hello comes from; 0 if it names none. */
  static long opening(Frame.Hello hello) {
    List<Epoch> epochs = hello.lineage().epochs();
    return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).id();
  }

  synchronized void add(SessionId session, Frame.Hello hello) {
    holders
        .computeIfAbsent(session.node(), node -> new LinkedHashMap<>())
        .put(session, new Holder(session, hello.incarnation(), opening(hello)));
  }

  synchronized void remove(SessionId session) {
    Map<SessionId, Holder> ofNode = holders.get(session.node());
    if (ofNode != null) {
      ofNode.remove(session);
      if (ofNode.isEmpty()) {
        holders.remove(session.node());
      }
    }
  }

  /** A live session of the node that another opening has; null if there is none. */
  synchronized @Nullable Holder other(Frame.Hello hello) {
    for (Holder holder : holders.getOrDefault(hello.node(), Collections.emptyMap()).values()) {
      if (holder.opening() != opening(hello)) {
        return holder;
      }
    }
    return null;
  }

  /** For how long an opening has come in vain while the same session of another one lived. */
  synchronized long waitedNanos(Frame.Hello hello, Holder holder, long nowNanos) {
    Second before = seconds.get(hello.node());
    if (before != null
        && before.during().equals(holder.session())
        && before.opening() == opening(hello)) {
      return nowNanos - before.sinceNanos();
    }
    seconds.remove(hello.node());
    seconds.put(hello.node(), new Second(holder.session(), opening(hello), nowNanos));
    if (seconds.size() > MAX_REMEMBERED) {
      seconds.remove(seconds.keySet().iterator().next());
    }
    return 0;
  }
}
