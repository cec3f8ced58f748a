package io.ebbmesh.sync.log;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who wants to know of new records, per persistence id; may be used from any thread. */
final class CommitListeners {

  private final Map<String, List<Runnable>> listeners = new LinkedHashMap<>();

  synchronized Runnable add(String persistenceId, Runnable listener) {
    listeners.computeIfAbsent(persistenceId, id -> new ArrayList<>()).add(listener);
    return () -> remove(persistenceId, listener);
  }

  private synchronized void remove(String persistenceId, Runnable listener) {
    List<Runnable> of = listeners.get(persistenceId);
    if (of != null) {
      of.remove(listener);
      if (of.isEmpty()) {
        listeners.remove(persistenceId);
      }
    }
  }

  void tell(Set<PersistenceIndex> changed) {
    if (changed.isEmpty()) {
      return;
    }
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      if (listeners.isEmpty()) {
        return;
      }
      for (PersistenceIndex index : changed) {
        told.addAll(listeners.getOrDefault(index.id, List.of()));
      }
    }
    told.forEach(Runnable::run);
  }
}
