package io.ebbmesh.node.ingress.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.node.ingress.ReadingOutcome.Accepted;
import io.ebbmesh.node.ingress.ReadingOutcome.Busy;
import io.ebbmesh.node.ingress.ReadingOutcome.RejectReason;
import io.ebbmesh.node.ingress.ReadingOutcome.Rejected;
import io.ebbmesh.node.ingress.ReadingOutcome.Undecided;
import io.ebbmesh.node.ingress.ReadingOutcome.Unknown;
import io.ebbmesh.node.site.SiteView;
import io.ebbmesh.sync.insight.outbox.DiskReport;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/** Makes responses of outcomes and of the node's status. */
final class AnswerJson {

  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int TOO_MANY = 429;
  static final int FAILED = 500;
  static final int UNAVAILABLE = 503;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REPEAT = "; repeat it with the same Idempotency-Key";

  private AnswerJson() {}

  /**
   * One response for what became of all readings of a request. What must be repeated goes before
   * what never will be accepted: repeating leads to the latter in the end.
   */
  static HttpResponse of(List<ReadingOutcome> outcomes, Duration retryAfter) {
    return first(outcomes, Unknown.class)
        .or(() -> first(outcomes, Undecided.class))
        .or(() -> first(outcomes, Busy.class))
        .or(() -> first(outcomes, Rejected.class))
        .map(index -> failure(outcomes, index, retryAfter))
        .orElseGet(() -> json(OK, withAccepted(JSON.createObjectNode(), outcomes)));
  }

  private static Optional<Integer> first(
      List<ReadingOutcome> outcomes, Class<? extends ReadingOutcome> kind) {
    for (int i = 0; i < outcomes.size(); i++) {
      if (kind.isInstance(outcomes.get(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Says what is wrong with one reading, and which others of the request were accepted. */
  private static HttpResponse failure(
      List<ReadingOutcome> outcomes, int index, Duration retryAfter) {
    String at = outcomes.size() == 1 ? "" : "[" + index + "]: ";
    ObjectNode body = JSON.createObjectNode();
    if (first(outcomes, Accepted.class).isPresent()) {
      withAccepted(body, outcomes);
    }
    ReadingOutcome outcome = outcomes.get(index);
    if (outcome instanceof Rejected rejected) {
      int status = rejected.reason() == RejectReason.INVALID ? BAD_REQUEST : NOT_FOUND;
      return json(status, body.put("error", at + rejected.message()));
    } else if (outcome instanceof Busy busy) {
      return again(TOO_MANY, body, at + busy.message(), busy.retryAfter());
    } else if (outcome instanceof Undecided undecided) {
      return again(UNAVAILABLE, body, at + undecided.message(), retryAfter);
    }
    return again(UNAVAILABLE, body, at + ((Unknown) outcome).message(), retryAfter);
  }

  /** In the order of the request; with their places in it if others were not accepted. */
  private static ObjectNode withAccepted(ObjectNode body, List<ReadingOutcome> outcomes) {
    ArrayNode list = body.putArray("accepted");
    boolean all = outcomes.stream().allMatch(Accepted.class::isInstance);
    for (int i = 0; i < outcomes.size(); i++) {
      if (!(outcomes.get(i) instanceof Accepted accepted)) {
        continue;
      }
      ObjectNode one = list.addObject();
      if (!all) {
        one.put("index", i);
      }
      one.put("lane", accepted.lane().id()).put("seq", accepted.seq());
      ReadingOutcome.Decision decision = accepted.decision();
      if (decision != null) {
        one.put("label", decision.label())
            .put("kind", decision.kind().name().toLowerCase(Locale.ROOT))
            .put("score", decision.score());
      } else {
        one.put("repeated", true);
      }
    }
    return body;
  }

  /** Nothing was taken, or what was taken is found again under the same key. */
  static HttpResponse busy(String message, Duration retryAfter) {
    return again(TOO_MANY, JSON.createObjectNode(), message, retryAfter);
  }

  /** It is not known whether the reading is durable, or nobody could decide it. */
  static HttpResponse unavailable(String message, Duration retryAfter) {
    return again(UNAVAILABLE, JSON.createObjectNode(), message, retryAfter);
  }

  private static HttpResponse again(
      int status, ObjectNode body, String message, Duration retryAfter) {
    long seconds = Math.max(1, (retryAfter.toMillis() + 999) / 1_000);
    return json(status, body.put("error", message + REPEAT))
        .addHeader(RawHeader.create("Retry-After", Long.toString(seconds)));
  }

  static HttpResponse error(int status, String message) {
    return json(status, JSON.createObjectNode().put("error", message));
  }

  static HttpResponse of(NodeStatus status) {
    ObjectNode root = JSON.createObjectNode();
    root.put("node", status.node());
    root.put("incarnation", status.incarnation().toString());
    ObjectNode backlog = root.putObject("backlog");
    status.books().forEach((lane, books) -> backlog.put(lane.id(), books.pending()));
    ObjectNode refused = root.putObject("refusedWhenFull");
    status.refused().forEach((lane, readings) -> refused.put(lane.id(), readings));
    ObjectNode all = root.putObject("books");
    status
        .books()
        .forEach(
            (lane, books) ->
                all.putObject(lane.id())
                    .put("produced", books.produced())
                    .put("acknowledged", books.acknowledged())
                    .put("declaredLost", books.lost())
                    .put("pending", books.pending())
                    .put("heldBlocks", books.heldBlocks())
                    .put("heldBytes", books.heldBytes())
                    .put("lossesToReport", books.lossesToReport()));
    disk(root.putObject("disk"), status.disk());
    ArrayNode serving = root.putArray("serving");
    status.serving().forEach(serving::add);
    root.put("sessionUp", status.session().live());
    link(root.putObject("link"), status.session(), status.sent());
    ObjectNode site = root.putObject("site");
    site.put("state", status.site().state().name().toLowerCase(Locale.ROOT));
    site.put("rebuilds", status.site().rebuilds());
    ArrayNode members = site.putArray("members");
    for (SiteView.Member member : status.site().members()) {
      members
          .addObject()
          .put("node", member.node())
          .put("address", member.address())
          .put("status", member.status())
          .put("reachable", member.reachable());
    }
    return json(OK, root);
  }

  private static void link(ObjectNode target, Session.Status session, Uplink.Totals sent) {
    target
        .put("dials", session.dials())
        .put("sessions", session.sessions())
        .put("failures", session.failures())
        .put("lastProblem", session.lastProblem())
        .put("blocksSent", sent.blocksSent())
        .put("insightsSent", sent.insightsSent())
        .put("bytesSent", sent.bytesSent())
        .put("insightsAcknowledged", sent.insightsAcknowledged())
        .put("bytesInFlight", sent.bytesInFlight())
        .put("lossesSent", sent.lossesSent())
        .put("bytesOfDayBudgetSpent", sent.spentToday())
        .put("bulkLanesWaitFor", sent.waitsFor().name().toLowerCase(Locale.ROOT));
  }

  /** What is not known is null. */
  private static void disk(ObjectNode target, DiskReport disk) {
    target
        .put("budgetBytes", disk.budgetBytes())
        .put("heldBytes", disk.heldBytes())
        .put("reservedBytes", disk.reservedBytes())
        .put("bytesPerHour", known(disk.bytesPerHour()))
        .put("survivesHours", known(disk.survivesMillis(), 3_600_000))
        .put("linkBytesPerSecond", known(disk.linkBytesPerSecond()))
        .put("drainsMinutes", known(disk.drainsMillis(), 60_000))
        .put("reliefSteps", disk.steps())
        .put("insightsGivenUp", disk.insightsGivenUp());
  }

  private static @Nullable Long known(long value) {
    return value < 0 ? null : value;
  }

  private static @Nullable Double known(long millis, double unitMillis) {
    return millis < 0 ? null : Math.round(millis / unitMillis * 100) / 100.0;
  }

  private static HttpResponse json(int status, ObjectNode body) {
    try {
      return HttpResponse.create()
          .withStatus(status)
          .withEntity(ContentTypes.APPLICATION_JSON, JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is always writable", e);
    }
  }
}
