package io.ebbmesh.node.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.node.ingress.ReadingOutcome.Accepted;
import io.ebbmesh.node.ingress.ReadingOutcome.Decision;
import io.ebbmesh.node.ingress.ReadingOutcome.RejectReason;
import io.ebbmesh.node.site.SiteView;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.DiskReport;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneBooks;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.session.Session;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpIngressTest {

  private static final String READING =
      "{\"stream\":\"mote-1\",\"values\":{\"temperature\":21.5,\"humidity\":40}}";
  private static final long NOW = 77;

  private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.defaultReference());
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final List<Reading> submitted = new CopyOnWriteArrayList<>();
  private final AtomicLong seq = new AtomicLong(100);
  private volatile Function<Reading, CompletableFuture<ReadingOutcome>> sink = this::accept;
  private HttpIngress ingress;

  @BeforeAll
  static void warmUp() {
    assertThat(KIT.system().name()).isNotEmpty();
  }

  @BeforeEach
  void listen() {
    ingress = start("");
  }

  @AfterEach
  void stop() {
    ingress.stop(Duration.ofMillis(100)).toCompletableFuture().join();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<ReadingOutcome> accept(Reading reading) {
    return done(
        new Accepted(
            Lane.ALARM,
            seq.incrementAndGet(),
            new Decision(InsightKind.ANOMALY, "anomaly", 0.75f)));
  }

  private static CompletableFuture<ReadingOutcome> done(ReadingOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private HttpIngress start(String overrides) {
    return HttpIngress.start(KIT.system(), HttpSettings.of(config(overrides)), node())
        .toCompletableFuture()
        .join();
  }

  private static Config config(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(
            ConfigFactory.parseString(
                "port = 0, max-body-bytes = 4 KiB, max-readings = 3, max-in-flight = 4"))
        .withFallback(ConfigFactory.defaultReference().getConfig("ebbmesh.node.http"));
  }

  private HttpIngress.Node node() {
    return new HttpIngress.Node(
        reading -> {
          submitted.add(reading);
          return sink.apply(reading);
        },
        stream -> stream.equals("mote-1") ? List.of("temperature", "humidity") : null,
        new StoppedClock(),
        () ->
            CompletableFuture.completedFuture(
                new NodeStatus(
                    "node-0",
                    new Incarnation(new UUID(1, 2)),
                    Map.of(
                        Lane.INSIGHT, new LaneBooks(Lane.INSIGHT, 20, 5, 3, 12, 2, 999, 1),
                        Lane.ALARM, new LaneBooks(Lane.ALARM, 0, 0, 0, 0, 0, 0, 0)),
                    Map.of(Lane.ALARM, 7L),
                    new DiskReport(1000, 600, 64, 100, 5_400_000, -1, -1, 9, 2, 30),
                    List.of("motes@3"),
                    new SiteView(
                        SiteView.State.UP,
                        List.of(new SiteView.Member("node-1", "10.0.0.2:17355", "Up", true)),
                        1),
                    new Session.Status(false, 9, 2, 3, "no \"answer\""),
                    new Uplink.Totals(6, 60, 999, 50, 900, 1, 99, 7_000, Uplink.WaitsFor.BUDGET))));
  }

  private record StoppedClock() implements NodeClock {
    @Override
    public long monotonicNanos() {
      return NOW;
    }

    @Override
    public BootTime now() {
      return new BootTime(new UUID(1, 1), NOW, 0, ClockQuality.LOWER_BOUND);
    }

    @Override
    public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + ingress.address().getPort() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpRequest.Builder post(String body) {
    return request("/v1/readings")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static String error(HttpResponse<String> response) throws IOException {
    return json(response).path("error").asText();
  }

  @Test
  void aReadingIsAnsweredWithItsInsight() throws IOException {
    HttpResponse<String> response = send(post(READING).header("Idempotency-Key", "k-1"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"accepted\":[{\"lane\":\"alarm\",\"seq\":101,\"label\":\"anomaly\",\"kind\":\"anomaly\","
                + "\"score\":0.75}]}");
    assertThat(submitted)
        .singleElement()
        .satisfies(
            reading -> {
              assertThat(reading.source()).isEqualTo(new SourcePosition("http/k-1", 1));
              assertThat(reading.observedNanos()).isEqualTo(NOW);
              assertThat(reading.values()).containsExactly(21.5, 40);
            });
  }

  @Test
  void noAnswerComesBeforeTheInsightIsDurable() {
    CompletableFuture<ReadingOutcome> durable = new CompletableFuture<>();
    sink = reading -> durable;
    CompletableFuture<HttpResponse<String>> response =
        CLIENT.sendAsync(post(READING).build(), HttpResponse.BodyHandlers.ofString());
    while (submitted.isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(response).isNotDone();

    durable.complete(new Accepted(Lane.INSIGHT, 5, null));

    assertThat(response.join().statusCode()).isEqualTo(200);
    assertThat(response.join().body())
        .isEqualTo("{\"accepted\":[{\"lane\":\"insight\",\"seq\":5,\"repeated\":true}]}");
  }

  @Test
  void eachElementOfAnArrayHasAKeyOfItsOwn() throws IOException {
    HttpResponse<String> response =
        send(post("[" + READING + "," + READING + "]").header("Idempotency-Key", "k"));

    assertThat(json(response).path("accepted")).hasSize(2);
    assertThat(submitted)
        .extracting(Reading::source)
        .containsExactly(
            new SourcePosition("http-array/k/0", 1), new SourcePosition("http-array/k/1", 1));
  }

  @Test
  void theLongestKeyIsTakenAndALongerOneIsNot() throws IOException {
    assertThat(send(post("[" + READING + "]").header("Idempotency-Key", "k".repeat(180))))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
    HttpResponse<String> refused = send(post(READING).header("Idempotency-Key", "k".repeat(181)));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(error(refused)).contains("Idempotency-Key").contains("180");
  }

  @Test
  void withoutAKeyAReadingIsTakenAsOneThatIsNotRepeated() {
    assertThat(send(post(READING)).statusCode()).isEqualTo(200);
    assertThat(submitted).singleElement().extracting(Reading::source).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'stream':'mote-1','values':{'temperature':21}}|values.humidity is missing",
        "{'stream':'mote-1','values':{'temperature':'NaN','humidity':1}}"
            + "|values.temperature must be a number, not \"NaN\"",
        "{'stream':'mote-1','values':{'temperature':1e999,'humidity':1}}"
            + "|values.temperature must be a finite number",
        "{'stream':'mote-1','values':{'temperature':1,'humidity':-3e38}}"
            + "|values.humidity must be a number between -1.0E30 and 1.0E30, not -3.0E38",
        "{'stream':'mote-1','values':{'temperature':'21.5','humidity':1}}"
            + "|values.temperature must be a number, not \"21.5\"",
        "{'stream':'','values':{}}|stream must be the name of a stream, not \"\"",
        "{'stream':'mote-1\\u0000','values':{}}"
            + "|stream must have no control characters or line ends, but has U+0000 at 7",
        "{'stream':'mote\\ud800','values':{}}|half a character at 5",
        "{'stream':'mote-1','values':{'temperature':NaN,'humidity':1}}|not JSON",
        "{'stream':'mote-1','values':{'temperature':null,'humidity':1}}|values.temperature must",
        "{'stream':'mote-1','values':{'temperature':1,'humidity':1,'light':2}}"
            + "|values.light is not known",
        "{'stream':'mote-1','values':{'humidity':1,'humidity':1}}|Duplicate",
        "{'stream':'mote-1','values':[1,2]}|values must be an object",
        "{'stream':'mote-1'}|values is missing",
        "{'values':{}}|stream is missing",
        "{'stream':7,'values':{}}|stream must be the name of a stream, not 7",
        "{'stream':'mote-1','valuez':{}}|valuez is not known",
        "{'stream':'mote-1'|not JSON",
        "{} {}|not JSON",
        "7|the body must be an object",
        "[]|the array holds no reading",
        "[{'stream':'mote-1','values':{'temperature':1,'humidity':2}},{'stream':'mote-1',"
            + "'values':{'temperature':1}}]|[1].values.humidity is missing",
        "[[[[[[[[[[]]]]]]]]]]|nesting"
      })
  void whatIsWrongIsNamedAndNothingIsSubmitted(String body, String message) throws IOException {
    HttpResponse<String> response =
        send(post(body.replace('\'', '"')).header("Idempotency-Key", "k"));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response)).containsIgnoringCase(message).doesNotContain("enable");
    assertThat(submitted).isEmpty();
  }

  @Test
  void theLongestNameOfAStreamIsLookedUpAndALongerOneIsNot() throws IOException {
    assertThat(send(post(READING.replace("mote-1", "s".repeat(1_000)))).statusCode())
        .isEqualTo(404);
    HttpResponse<String> response = send(post(READING.replace("mote-1", "s".repeat(3_000))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response)).isEqualTo("stream must have 1 to 1000 characters, not 3000");
  }

  @Test
  void anUnknownStreamIsNotFound() throws IOException {
    HttpResponse<String> response = send(post(READING.replace("mote-1", "mote-9")));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(error(response)).contains("mote-9");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyOverTheLimitIsTooLargeWhetherItsLengthIsToldOrNot(boolean told) throws IOException {
    String body = " ".repeat(8 * 1024) + READING;
    HttpRequest.BodyPublisher publisher = HttpRequest.BodyPublishers.ofString(body);
    HttpResponse<String> response =
        send(
            request("/v1/readings")
                .header("Content-Type", "application/json")
                .POST(told ? publisher : HttpRequest.BodyPublishers.fromPublisher(publisher)));

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(error(response)).contains("ebbmesh.node.http.max-body-bytes");
  }

  @Test
  void anArrayOverTheLimitIsTooLarge() throws IOException {
    HttpResponse<String> response = send(post("[" + READING + ("," + READING).repeat(3) + "]"));

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(error(response)).contains("ebbmesh.node.http.max-readings");
    assertThat(submitted).isEmpty();
  }

  @Test
  void aBusyPipelineIsAskedAgainLater() throws IOException {
    sink = reading -> done(new ReadingOutcome.Busy("the queue is full", Duration.ofMillis(2_100)));
    HttpResponse<String> response = send(post(READING).header("Idempotency-Key", "k"));

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(error(response)).contains("the queue is full").contains("same Idempotency-Key");
  }

  @Test
  void moreReadingsThanTheLimitInFlightAreBusyUntilOthersEnd() {
    CompletableFuture<ReadingOutcome> durable = new CompletableFuture<>();
    sink = reading -> durable;
    CompletableFuture<HttpResponse<String>> first =
        CLIENT.sendAsync(
            post("[" + READING + "," + READING + "," + READING + "]").build(),
            HttpResponse.BodyHandlers.ofString());
    while (submitted.size() < 3) {
      Thread.onSpinWait();
    }

    HttpResponse<String> second = send(post("[" + READING + "," + READING + "]"));
    durable.complete(new Accepted(Lane.INSIGHT, 1, null));

    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(send(post("[" + READING + "," + READING + "]")).statusCode()).isEqualTo(200);
  }

  @Test
  void whatMayOrMayNotBeDurableIsUnavailable() throws IOException {
    sink = reading -> done(new ReadingOutcome.Unknown("a write failed"));
    HttpResponse<String> response = send(post(READING).header("Idempotency-Key", "k"));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(error(response)).contains("a write failed").contains("same Idempotency-Key");
  }

  @Test
  void aPipelineThatFailsOrThrowsIsUnavailable() {
    sink = reading -> CompletableFuture.failedFuture(new IllegalStateException("planted"));
    assertThat(send(post(READING)).statusCode()).isEqualTo(503);
    sink =
        reading -> {
          throw new IllegalStateException("planted");
        };
    assertThat(send(post(READING)).statusCode()).isEqualTo(503);
  }

  @Test
  void withoutADeviceAReadingIsUnavailable() throws IOException {
    sink = reading -> done(new ReadingOutcome.Undecided("no device serves 'motes'"));
    HttpResponse<String> response = send(post(READING));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(error(response)).contains("no device serves 'motes'");
  }

  @Test
  void anAnswerThatDoesNotComeIsUnavailable() throws IOException {
    stop();
    ingress = start("answer-timeout = 100 ms");
    sink = reading -> new CompletableFuture<>();
    HttpResponse<String> response = send(post(READING).header("Idempotency-Key", "k"));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(error(response)).contains("ebbmesh.node.http.answer-timeout");
  }

  @Test
  void aRejectionIsPermanent() {
    sink =
        reading ->
            done(new ReadingOutcome.Rejected(RejectReason.UNKNOWN_MODEL, "no model 'motes'"));
    assertThat(send(post(READING)).statusCode()).isEqualTo(404);
    sink = reading -> done(new ReadingOutcome.Rejected(RejectReason.INVALID, "over a limit"));
    assertThat(send(post(READING)).statusCode()).isEqualTo(400);
  }

  @Test
  void ofAnArrayWhatMustBeRepeatedIsAnsweredFirst() throws IOException {
    sink =
        reading ->
            submitted.size() == 1
                ? done(new ReadingOutcome.Rejected(RejectReason.INVALID, "over a limit"))
                : done(new ReadingOutcome.Busy("the queue is full", Duration.ZERO));
    HttpResponse<String> response = send(post("[" + READING + "," + READING + "]"));

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(error(response)).startsWith("[1]: the queue is full");
  }

  @Test
  void anArrayThatIsTakenInPartSaysWhichElementsWere() throws IOException {
    sink =
        reading ->
            submitted.size() == 2
                ? done(new ReadingOutcome.Busy("lane alarm is full", Duration.ZERO))
                : accept(reading);
    HttpResponse<String> response = send(post("[" + READING + ("," + READING).repeat(2) + "]"));

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(error(response)).startsWith("[1]: lane alarm is full");
    JsonNode accepted = json(response).path("accepted");
    assertThat(accepted).hasSize(2);
    assertThat(accepted.get(0).path("index").asInt()).isZero();
    assertThat(accepted.get(1))
        .hasToString(
            "{\"index\":2,\"lane\":\"alarm\",\"seq\":102,\"label\":\"anomaly\","
                + "\"kind\":\"anomaly\",\"score\":0.75}");
  }

  @Test
  void aPageInABrowserCannotPostWithoutAskingFirst() {
    HttpResponse<String> response =
        send(
            request("/v1/readings")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(READING)));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(submitted).isEmpty();
  }

  @Test
  void theStatusTellsBacklogModelsSiteAndSession() {
    HttpResponse<String> response = send(request("/v1/status"));

    assertThat(response.body())
        .isEqualTo(
            "{\"node\":\"node-0\",\"incarnation\":\"00000000-0000-0001-0000-000000000002\","
                + "\"backlog\":{\"alarm\":0,\"insight\":12},"
                + "\"refusedWhenFull\":{\"alarm\":7},"
                + "\"books\":{\"alarm\":{\"produced\":0,\"acknowledged\":0,\"declaredLost\":0,"
                + "\"pending\":0,\"heldBlocks\":0,\"heldBytes\":0,\"lossesToReport\":0},\"insight\":{\"produced\":20,\"acknowledged\":5,"
                + "\"declaredLost\":3,\"pending\":12,\"heldBlocks\":2,\"heldBytes\":999,\"lossesToReport\":1}},"
                + "\"disk\":{\"budgetBytes\":1000,\"heldBytes\":600,\"reservedBytes\":64,\"bytesPerHour\":100,"
                + "\"survivesHours\":1.5,\"linkBytesPerSecond\":null,\"drainsMinutes\":null,\"reliefSteps\":2,"
                + "\"insightsGivenUp\":30},"
                + "\"serving\":[\"motes@3\"],\"sessionUp\":false,"
                + "\"link\":{\"dials\":9,\"sessions\":2,\"failures\":3,"
                + "\"lastProblem\":\"no \\\"answer\\\"\",\"blocksSent\":6,\"insightsSent\":60,"
                + "\"bytesSent\":999,\"insightsAcknowledged\":50,\"bytesInFlight\":99,\"lossesSent\":1,"
                + "\"bytesOfDayBudgetSpent\":7000,\"bulkLanesWaitFor\":\"budget\"},"
                + "\"site\":{\"state\":\"up\",\"rebuilds\":1,\"members\":[{\"node\":\"node-1\","
                + "\"address\":\"10.0.0.2:17355\",\"status\":\"Up\",\"reachable\":true}]}}");
  }

  @Test
  void otherPathsAndMethodsSayWhatThereIs() throws IOException {
    assertThat(send(request("/healthz")).body()).isEqualTo("ok\n");
    HttpResponse<String> elsewhere = send(request("/"));
    assertThat(elsewhere.statusCode()).isEqualTo(404);
    assertThat(error(elsewhere)).contains("/v1/readings");
    HttpResponse<String> got = send(request("/v1/readings"));
    assertThat(got.statusCode()).isEqualTo(405);
    assertThat(got.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void withATokenOnlyItsHolderGetsIn() {
    stop();
    ingress = start("bearer-token = \"0123456789abcdef\"");

    assertThat(send(request("/v1/status")).statusCode()).isEqualTo(401);
    assertThat(send(post(READING).header("Authorization", "Bearer 0123456789abcdeg")).statusCode())
        .isEqualTo(401);
    assertThat(submitted).isEmpty();
    assertThat(send(post(READING).header("Authorization", "Bearer 0123456789abcdef")).statusCode())
        .isEqualTo(200);
    assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);
  }

  @Test
  void anAddressThatOthersReachNeedsAToken() {
    assertThatThrownBy(() -> HttpSettings.of(config("host = 0.0.0.0")))
        .isInstanceOf(HttpIngressException.class)
        .hasMessageContaining("ebbmesh.node.http.bearer-token");
    assertThat(
            HttpSettings.of(config("host = 0.0.0.0, bearer-token = \"0123456789abcdef\""))
                .toString())
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void aPortInUseIsAnErrorThatNamesTheSetting() {
    String taken = "port = " + ingress.address().getPort();

    assertThatThrownBy(() -> start(taken))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(HttpIngressException.class)
        .hasMessageContaining("ebbmesh.node.http.port");
  }
}
