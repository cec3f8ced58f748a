package io.ebbmesh.sync.model.registry;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.session.Peers.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose chunk is read next: one of each session in turn, so that no node waits for another's file.
 */
final class ChunkDesk {

  /** One request, to be answered. */
  record Ticket(SessionId session, Frame.ChunkRequest request) {}

  private static final class Queue {
    final Deque<Frame.ChunkRequest> waiting = new ArrayDeque<>();
    int reading;
  }

  private final int maxReads;
  private final int maxPerSession;
  private final Map<SessionId, Queue> queues = new LinkedHashMap<>();

  /** Sessions with waiting requests, whose turn is next first: most sessions have none. */
  private final Set<SessionId> turns = new LinkedHashSet<>();

  private int reading;

  ChunkDesk(int maxReads, int maxPerSession) {
    this.maxReads = maxReads;
    this.maxPerSession = maxPerSession;
  }

  void open(SessionId session) {
    queues.put(session, new Queue());
  }

  void close(SessionId session) {
    queues.remove(session);
    turns.remove(session);
  }

  /** False if the session has too many open requests. */
  boolean ask(SessionId session, Frame.ChunkRequest request) {
    Queue queue = queues.get(session);
    if (queue == null) {
      return true;
    }
    if (queue.waiting.size() + queue.reading >= maxPerSession) {
      return false;
    }
    queue.waiting.add(request);
    turns.add(session);
    return true;
  }

  /** The next request to read; null if there is none, or enough are being read. */
  @Nullable Ticket next() {
    if (reading >= maxReads) {
      return null;
    }
    Iterator<SessionId> first = turns.iterator();
    if (!first.hasNext()) {
      return null;
    }
    SessionId session = first.next();
    first.remove();
    Queue queue = Objects.requireNonNull(queues.get(session));
    Frame.ChunkRequest request = queue.waiting.remove();
    if (!queue.waiting.isEmpty()) {
      turns.add(session);
    }
    queue.reading++;
    reading++;
    return new Ticket(session, request);
  }

  /** The request was read and answered. */
  void done(Ticket ticket) {
    reading--;
    Queue queue = queues.get(ticket.session());
    if (queue != null) {
      queue.reading--;
    }
  }
}
