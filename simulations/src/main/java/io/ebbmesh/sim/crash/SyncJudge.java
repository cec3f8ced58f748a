package io.ebbmesh.sim.crash;

import io.ebbmesh.sim.crash.HttpLoad.Acceptance;
import io.ebbmesh.sim.crash.SyncTrace.Sync;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds what producers heard against the syncs of the log that failed.
 *
 * <p>From a failed sync of the log until a segment in use was synced, nothing that was asked for
 * the first time can be durable. A segment whose sync failed is not synced again: the kernel may
 * have forgotten what it could not write, and would call the rest a success.
 */
final class SyncJudge {

  private static final Pattern IN_USE = Pattern.compile(".*/\\d{16}\\.seg");

  private final String directory;

  /**
   * @param directory that holds the segments
   */
  SyncJudge(String directory) {
    this.directory = directory;
  }

  private record Span(long fromMicros, long toMicros) {}

  private boolean isInUse(Sync sync) {
    return sync.file().startsWith(directory + "/") && IN_USE.matcher(sync.file()).matches();
  }

  /** Acceptances that no sync stood behind. */
  long unfounded(List<Sync> syncs, Iterable<Acceptance> acceptances) {
    List<Span> spans = spans(syncs);
    long unfounded = 0;
    for (Acceptance acceptance : acceptances) {
      for (Span span : spans) {
        if (acceptance.askedMicros() > span.fromMicros()
            && acceptance.heardMicros() < span.toMicros()) {
          unfounded++;
          break;
        }
      }
    }
    return unfounded;
  }

  private List<Span> spans(List<Sync> syncs) {
    List<Span> spans = new ArrayList<>();
    long from = Long.MAX_VALUE;
    long last = 0;
    for (Sync sync : syncs) {
      last = sync.toMicros();
      if (sync.failed() && (isInUse(sync) || sync.file().equals(directory))) {
        from = Math.min(from, sync.toMicros());
      } else if (isInUse(sync) && sync.fromMicros() >= from) {
        spans.add(new Span(from, sync.fromMicros()));
        from = Long.MAX_VALUE;
      }
    }
    if (from < last) {
      spans.add(new Span(from, last));
    }
    return spans;
  }

  /** Segments that were synced again after a sync of them failed. */
  long retried(List<Sync> syncs) {
    Set<String> failed = new LinkedHashSet<>();
    long retried = 0;
    for (Sync sync : syncs) {
      if (!isInUse(sync)) {
        continue;
      }
      if (failed.contains(sync.file())) {
        retried++;
      } else if (sync.failed()) {
        failed.add(sync.file());
      }
    }
    return retried;
  }
}
