package io.ebbmesh.sync.insight.store.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ids of rows that were looked up lately, at most as many as the limit; the longest unused go. */
final class IdCache<K> {

  private final Map<K, Long> ids;

  IdCache(int limit) {
    ids =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
            return size() > limit;
          }
        };
  }

  /** The id, or 0 if it is not known here. */
  long get(K key) {
    Long id = ids.get(key);
    return id == null ? 0 : id;
  }

  void put(K key, long id) {
    ids.put(key, id);
  }
}
