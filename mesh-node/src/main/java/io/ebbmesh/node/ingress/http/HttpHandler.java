package io.ebbmesh.node.ingress.http;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.node.ingress.ReadingSink;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.time.NodeClock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request after the other; called on threads of the actor system, never blocks. */
final class HttpHandler {

  private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

  private static final String READINGS = "/v1/readings";
  private static final String STATUS = "/v1/status";
  private static final String HEALTH = "/healthz";

  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final ReadingSink sink;
  private final ReadingJson json;
  private final NodeClock clock;
  private final Supplier<CompletionStage<NodeStatus>> status;
  private final AtomicInteger inFlight = new AtomicInteger();

  HttpHandler(
      ActorSystem<?> system,
      HttpSettings settings,
      ReadingSink sink,
      ReadingJson json,
      NodeClock clock,
      Supplier<CompletionStage<NodeStatus>> status) {
    this.system = system;
    this.settings = settings;
    this.sink = sink;
    this.json = json;
    this.clock = clock;
    this.status = status;
  }

  CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.getUri().path();
    return switch (path) {
      case READINGS -> allowed(request, "POST", this::readings);
      case STATUS -> allowed(request, "GET", ignored -> status.get().thenApply(AnswerJson::of));
      case HEALTH -> answer(request, health());
      default ->
          answer(
              request,
              AnswerJson.error(
                  AnswerJson.NOT_FOUND,
                  "nothing is here; there are " + READINGS + ", " + STATUS + " and " + HEALTH));
    };
  }

  private interface Step {
    CompletionStage<HttpResponse> apply(HttpRequest request);
  }

  private CompletionStage<HttpResponse> allowed(HttpRequest request, String method, Step step) {
    if (!mayEnter(request)) {
      return answer(
          request,
          AnswerJson.error(
                  AnswerJson.UNAUTHORIZED,
                  "header Authorization must be 'Bearer' and the token of this node")
              .addHeader(RawHeader.create("WWW-Authenticate", "Bearer")));
    }
    if (!request.method().value().equals(method)) {
      return answer(
          request,
          AnswerJson.error(AnswerJson.METHOD_NOT_ALLOWED, "only " + method + " is answered here")
              .addHeader(RawHeader.create("Allow", method)));
    }
    return step.apply(request).exceptionally(HttpHandler::failed);
  }

  private boolean mayEnter(HttpRequest request) {
    if (settings.bearerToken().isEmpty()) {
      return true;
    }
    String expected = "Bearer " + settings.bearerToken();
    return request
        .getHeader("Authorization")
        .map(header -> equalInConstantTime(header.value(), expected))
        .orElse(false);
  }

  private static boolean equalInConstantTime(String given, String expected) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  private CompletionStage<HttpResponse> readings(HttpRequest request) {
    // A page in a browser may post other types to loopback without being asked first.
    if (!request.entity().getContentType().mediaType().equals(MediaTypes.APPLICATION_JSON)) {
      return answer(
          request,
          AnswerJson.error(
              AnswerJson.UNSUPPORTED_TYPE, "header Content-Type must be application/json"));
    }
    OptionalLong length = request.entity().getContentLengthOption();
    if (length.isPresent() && length.getAsLong() > settings.maxBodyBytes()) {
      return answer(request, tooLarge());
    }
    long observedNanos = clock.monotonicNanos();
    return request
        .entity()
        .withSizeLimit(settings.maxBodyBytes())
        .toStrict(settings.answerTimeout().toMillis(), settings.maxBodyBytes(), system)
        // On a thread of the system: left alone, Scala's futures go on in the common pool.
        .thenComposeAsync(
            entity -> {
              try {
                return submit(json.read(entity.getData().toArray(), key(request), observedNanos));
              } catch (RefusedException e) {
                return CompletableFuture.completedFuture(
                    AnswerJson.error(e.status(), String.valueOf(e.getMessage())));
              }
            },
            system.executionContext())
        .exceptionally(this::failedReading);
  }

  private static @Nullable String key(HttpRequest request) throws RefusedException {
    @Nullable String key = null;
    for (HttpHeader header : request.getHeaders()) {
      if (header.is("idempotency-key")) {
        if (key != null) {
          throw new RefusedException(
              AnswerJson.BAD_REQUEST, "header Idempotency-Key is there more than once");
        }
        key = header.value();
      }
    }
    return key;
  }

  private CompletionStage<HttpResponse> submit(List<Reading> readings) {
    if (inFlight.addAndGet(readings.size()) > settings.maxInFlight()) {
      inFlight.addAndGet(-readings.size());
      return CompletableFuture.completedFuture(
          AnswerJson.busy(
              "as many readings are being decided as ebbmesh.node.http.max-in-flight = "
                  + settings.maxInFlight()
                  + " allows",
              settings.retryAfter()));
    }
    List<CompletableFuture<ReadingOutcome>> outcomes = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      CompletableFuture<ReadingOutcome> outcome = submit(reading).toCompletableFuture();
      outcomes.add(outcome.whenComplete((done, failure) -> inFlight.decrementAndGet()));
    }
    CompletableFuture<HttpResponse> response =
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
            .thenApply(
                all ->
                    AnswerJson.of(
                        outcomes.stream().map(CompletableFuture::join).toList(),
                        settings.retryAfter()));
    return withinAnswerTimeout(response);
  }

  private CompletionStage<ReadingOutcome> submit(Reading reading) {
    try {
      return sink.submit(reading);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<HttpResponse> withinAnswerTimeout(
      CompletableFuture<HttpResponse> response) {
    var timer =
        system
            .scheduler()
            .scheduleOnce(
                settings.answerTimeout(),
                () ->
                    response.complete(
                        AnswerJson.unavailable(
                            "the reading was not durable within ebbmesh.node.http.answer-timeout"
                                + " and may become so",
                            settings.retryAfter())),
                system.executionContext());
    return response.whenComplete((done, failure) -> timer.cancel());
  }

  private HttpResponse failedReading(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof EntityStreamSizeException) {
      return tooLarge();
    }
    LOG.warn("a reading failed", failure);
    return AnswerJson.unavailable(
        "it is not known what became of the reading", settings.retryAfter());
  }

  private HttpResponse tooLarge() {
    return AnswerJson.error(
        AnswerJson.TOO_LARGE,
        "the body has more than ebbmesh.node.http.max-body-bytes = "
            + settings.maxBodyBytes()
            + " bytes: send several requests");
  }

  private static HttpResponse failed(Throwable failure) {
    LOG.warn("a request failed", failure);
    return AnswerJson.error(AnswerJson.FAILED, "this node failed to answer; its log says why");
  }

  private static HttpResponse health() {
    return HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, "ok\n");
  }

  /** Lets the body of a request go that nobody reads, so that the connection can go on. */
  private CompletionStage<HttpResponse> answer(HttpRequest request, HttpResponse response) {
    request.discardEntityBytes(system);
    return CompletableFuture.completedFuture(response);
  }
}
