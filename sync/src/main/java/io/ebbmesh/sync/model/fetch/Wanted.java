package io.ebbmesh.sync.model.fetch;

import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.model.activate.Recovered;
import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.ManifestCheck;
import io.ebbmesh.sync.model.verify.Rejected;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the hub wants, what serves, and what stands in between; the node's half of desired and
 * reported state.
 */
final class Wanted {

  private final ManifestCheck check;
  private final Map<String, ModelRelease> serving = new TreeMap<>();
  private final Map<String, Long> floors = new TreeMap<>();
  private final Map<String, String> problems = new TreeMap<>();
  private final Deque<Candidate> queue = new ArrayDeque<>();
  private long revision;

  Wanted(ManifestCheck check) {
    this.check = check;
  }

  void recovered(Recovered found) {
    serving.clear();
    floors.clear();
    problems.clear();
    found.serving().forEach(c -> serving.put(c.release().model(), c.release()));
    floors.putAll(found.floors());
    problems.putAll(found.problems());
  }

  /** Judges each manifest of a wish; those that pass and do not serve yet are queued. */
  void wish(Frame.Wish wish) {
    revision = wish.revision();
    queue.clear();
    problems.clear();
    int number = 0;
    for (SignedManifest signed : wish.manifests()) {
      number++;
      try {
        Candidate candidate = check.check(signed, model -> floors.getOrDefault(model, 0L));
        if (!candidate.release().equals(serving.get(candidate.release().model()))) {
          queue.add(candidate);
        }
      } catch (Rejected e) {
        // The manifest of a forged wish may name any model: it is reported under its place.
        problems.put("wish " + number, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Whether a candidate is still in the queue. */
  boolean wants(Candidate candidate) {
    return queue.stream().anyMatch(c -> c.release().equals(candidate.release()));
  }

  void remove(Candidate candidate) {
    queue.removeIf(c -> c.release().equals(candidate.release()));
  }

  @Nullable Candidate next() {
    return queue.poll();
  }

  /** Nothing more can come in this session; the hub wishes again in the next. */
  void linkDown() {
    queue.clear();
  }

  void activated(Candidate candidate) {
    ModelRelease release = candidate.release();
    serving.put(release.model(), release);
    floors.merge(release.model(), release.release(), Math::max);
    problems.remove(release.model());
  }

  void failed(Candidate candidate, String problem) {
    problems.put(candidate.release().model(), problem);
  }

  List<ModelRelease> serving() {
    return new ArrayList<>(serving.values());
  }

  Frame.Report report() {
    return new Frame.Report(revision, serving(), String.join("; ", problems.values()));
  }
}
