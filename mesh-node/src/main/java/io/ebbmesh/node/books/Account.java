package io.ebbmesh.node.books;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of all insights of one lane of one incarnation.
 *
 * @param produced numbers that are known to be given out, those of an incarnation that parted from
 *     another one from there on
 * @param stored at the hub; as a node knows it, everything that the hub acknowledged
 * @param quarantined at the hub; null at a node, which is not told
 * @param declaredLost given up by the node
 * @param pending still at the node
 * @param unaccounted reported by an incarnation that another one has followed, and never delivered;
 *     null at a node, which knows only itself
 * @param problems why they do not add up, and by how much
 */
@JsonPropertyOrder({
  "node",
  "incarnation",
  "lane",
  "produced",
  "stored",
  "quarantined",
  "declaredLost",
  "pending",
  "unaccounted",
  "balanced",
  "problems"
})
record Account(
    String node,
    String incarnation,
    String lane,
    long produced,
    long stored,
    @Nullable Long quarantined,
    long declaredLost,
    long pending,
    @Nullable Long unaccounted,
    List<String> problems) {

  Account {
    List<String> all = new ArrayList<>(problems);
    long rest =
        produced
            - stored
            - (quarantined == null ? 0 : quarantined)
            - declaredLost
            - pending
            - (unaccounted == null ? 0 : unaccounted);
    if (rest != 0) {
      all.add(
          rest > 0
              ? rest + " of " + produced + " are nowhere"
              : -rest + " more than the " + produced + " that were produced");
    }
    problems = List.copyOf(all);
  }

  /** As a hub has it. */
  static Account of(LaneReport lane) {
    return new Account(
        lane.node().value(),
        lane.incarnation().toString(),
        lane.lane().id(),
        lane.produced().count(),
        lane.stored().count(),
        lane.quarantined().count(),
        lane.declaredLost().count(),
        lane.pending().count(),
        lane.unaccounted().count(),
        lane.problems());
  }

  /** As the store of a node that is stopped has it. */
  static Account of(String node, @Nullable Incarnation incarnation, OutboxReport.LaneReport lane) {
    return new Account(
        node,
        incarnation == null ? "unknown" : incarnation.toString(),
        lane.lane().id(),
        lane.nextSeq() - 1,
        lane.acknowledged().count(),
        null,
        lane.lost().count(),
        lane.heldInsights(),
        null,
        List.of());
  }

  /** As a node that runs tells it under {@code books} of its status. */
  static List<Account> of(JsonNode status) {
    List<Account> accounts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> lane : status.path("books").properties()) {
      JsonNode books = lane.getValue();
      if (books.path("produced").asLong() > 0) {
        accounts.add(
            new Account(
                status.path("node").asText(),
                status.path("incarnation").asText(),
                lane.getKey(),
                books.path("produced").asLong(),
                books.path("acknowledged").asLong(),
                null,
                books.path("declaredLost").asLong(),
                books.path("pending").asLong(),
                null,
                List.of()));
      }
    }
    return accounts;
  }

  @JsonProperty
  boolean balanced() {
    return problems.isEmpty();
  }
}
