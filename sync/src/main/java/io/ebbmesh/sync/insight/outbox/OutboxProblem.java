package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.log.StoreIssue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Damage of a stopped outbox, in an operator's words.
 *
 * @param kind in words, such as {@code damaged record}
 * @param hides whether insights may be gone whose numbers no lane knows; else the books count them
 * @param text where it is, what it is, and whose
 */
public record OutboxProblem(String kind, boolean hides, String text) {

  static OutboxProblem ofIdentity(String text) {
    return new OutboxProblem("damaged identity", true, text);
  }

  static OutboxProblem of(StoreIssue issue) {
    String kind = issue.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    StringBuilder text = new StringBuilder();
    if (!issue.file().isEmpty()) {
      text.append(issue.file());
      text.append(issue.offset() > 0 ? " at byte " + issue.offset() : "").append(": ");
    }
    text.append(kind);
    String owner = issue.persistenceId();
    if (owner != null) {
      text.append(" of ").append(owner(owner));
    }
    if (issue.sequenceNr() > 0) {
      text.append(", event ").append(issue.sequenceNr());
    }
    return new OutboxProblem(
        kind, hides(issue), text.append(": ").append(issue.detail()).toString());
  }

  private static String owner(String persistenceId) {
    @Nullable Lane lane = null;
    for (Lane each : Lane.values()) {
      lane = LaneReader.persistenceId(each).equals(persistenceId) ? each : lane;
    }
    return lane == null ? persistenceId : "lane " + lane.id();
  }

  private static boolean hides(StoreIssue issue) {
    return switch (issue.kind()) {
      case REPAIRED, TORN_TAIL, WRITE_FAILED -> false;
      // Its lane finds the gap and declares what was in it.
      case DAMAGED_RECORD -> issue.persistenceId() == null;
      case DAMAGED_REGION, MISSING_SEGMENT, SET_ASIDE, DAMAGED_SNAPSHOT, STALE_SNAPSHOT -> true;
    };
  }
}
