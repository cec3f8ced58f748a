package io.ebbmesh.node.ingress.http;

import io.ebbmesh.node.ingress.ReadingSink;
import io.ebbmesh.node.ingress.Streams;
import io.ebbmesh.protocol.time.NodeClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/**
 * The HTTP listener of a node.
 *
 * <pre>
 * POST /v1/readings  one reading {"stream":"..","values":{"channel":number}} or an array of them;
 *                    header Idempotency-Key makes a repetition safe. 200 when durable
 * GET  /v1/status    backlog, models, site, session
 * GET  /healthz      "ok"; needs no token
 * </pre>
 *
 * <p>400 names the field, 404 the stream or model; 413 and 429 name the limit; after 429 and 503
 * the same request under the same key is right.
 */
public final class HttpIngress {

  /** Room for the answer of this listener before the library gives its own. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final ServerBinding binding;

  private HttpIngress(ServerBinding binding) {
    this.binding = binding;
  }

  /**
   * What the listener needs of the node.
   *
   * @param sink takes readings
   * @param streams knows their channels
   * @param clock says when a reading came
   * @param status what to tell of the node
   */
  public record Node(
      ReadingSink sink,
      Streams streams,
      NodeClock clock,
      Supplier<CompletionStage<NodeStatus>> status) {}

  /**
   * Listens.
   *
   * @return fails with {@link HttpIngressException} if the address cannot be listened on
   */
  public static CompletionStage<HttpIngress> start(
      ActorSystem<?> system, HttpSettings settings, Node node) {
    ServerSettings defaults = ServerSettings.create(system.classicSystem());
    ServerSettings server =
        defaults
            .withServerHeader(Optional.empty())
            .withMaxConnections(settings.maxConnections())
            .withTimeouts(
                defaults
                    .getTimeouts()
                    .withRequestTimeout(
                        scala.concurrent.duration.Duration.fromNanos(
                            settings.answerTimeout().plus(SLACK).toNanos())));
    HttpHandler handler =
        new HttpHandler(
            system,
            settings,
            node.sink(),
            new ReadingJson(node.streams(), settings.maxReadings()),
            node.clock(),
            node.status());
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(server)
        .bind(handler::handle)
        .handleAsync(
            (binding, failure) -> {
              if (failure != null) {
                throw cannotListen(settings, failure);
              }
              return new HttpIngress(binding);
            },
            system.executionContext());
  }

  private static HttpIngressException cannotListen(HttpSettings settings, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return new HttpIngressException(
        "HTTP cannot listen on "
            + settings.host()
            + ":"
            + settings.port()
            + " ("
            + (cause == null ? failure : cause).getMessage()
            + "): stop what uses it, or change ebbmesh.node.http.port or host",
        failure);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** Takes no new connection, and ends when open requests are answered or the time is over. */
  public CompletionStage<Void> stop(Duration atMost) {
    return binding.terminate(atMost).thenAcceptAsync(terminated -> {}, Runnable::run);
  }
}
