package io.ebbmesh.node.site;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.pki.PeerName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The site as a Pekko cluster, in an actor system that may end at any time and is then built again.
 *
 * <pre>
 * state       event                        next        does
 * REBUILDING  delay over                   JOINING     builds the actor system
 * REBUILDING  building fails               REBUILDING  doubles the delay
 * JOINING     let in                       UP
 * UP          unreachable to the others    JOINING     waits for the resolver
 * any         the system ends or should    REBUILDING  answers open offers NO_DEVICE
 * UP          a larger site beside it      REBUILDING  leaves, then joins that site first
 * any         close                        OFF         leaves; answers open offers NO_DEVICE
 * </pre>
 *
 * <p>One thread of its own keeps deadlines and builds; it is the only one that changes the state.
 */
public final class PekkoSite implements Site {

  private static final Logger LOG = LoggerFactory.getLogger(PekkoSite.class);

  /** For the sockets of an actor system that is left behind. */
  private static final int SOCKETS_CLOSE_SECONDS = 2;

  private final SiteSettings settings;
  private final NodeClock clock;
  private final LocalInference local;
  private final SiteTls tls;
  private final Config config;
  private final ScheduledThreadPoolExecutor thread;
  private final RebuildDelay delay;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong lastOffer = new AtomicLong();
  private final Map<Long, CompletableFuture<InferenceAnswer>> open = new ConcurrentHashMap<>();

  private volatile Set<String> models = Set.of();
  private volatile @Nullable ActorSystem<SiteRoot.Command> system;
  private volatile SiteView view = new SiteView(SiteView.State.REBUILDING, List.of(), 0);
  private volatile boolean closing;

  /** Only touched by the thread. */
  private long builds;

  private List<String> first = List.of();

  /** The last build that has ended. */
  private long over;

  private PekkoSite(
      SiteSettings settings,
      NodeClock clock,
      LocalInference local,
      SiteTls tls,
      Config config,
      ScheduledThreadPoolExecutor thread) {
    this.settings = settings;
    this.clock = clock;
    this.local = local;
    this.tls = tls;
    this.config = config;
    this.thread = thread;
    this.delay =
        new RebuildDelay(settings.timing().minRebuildDelay(), settings.timing().maxRebuildDelay());
  }

  /**
   * Starts to look for the site; returns without waiting for it.
   *
   * @param node this node's name, shown to neighbours
   * @param local runs what neighbours ask
   * @throws SiteException if certificates cannot be used or the address cannot be listened on
   */
  public static PekkoSite start(
      SiteSettings settings, NodeId node, NodeClock clock, LocalInference local) {
    return start(settings, node, clock, local, SiteSystemConfig.of(settings, node));
  }

  static PekkoSite start(
      SiteSettings settings, NodeId node, NodeClock clock, LocalInference local, Config config) {
    SiteTls tls = SiteTls.load(settings.keys(), PeerName.node(node), clock);
    checkAddress(settings);
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread created = new Thread(task, "ebbmesh-site");
              created.setDaemon(true);
              return created;
            });
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    PekkoSite site = new PekkoSite(settings, clock, local, tls, config, thread);
    thread.execute(site::build);
    return site;
  }

  /** A port that is taken at the start is a mistake to tell, not one to wait out. */
  private static void checkAddress(SiteSettings settings) {
    InetSocketAddress address = new InetSocketAddress(settings.bindHost(), settings.self().port());
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      channel.bind(address);
    } catch (IOException | RuntimeException e) {
      throw new SiteException(
          "the site cannot listen on "
              + settings.bindHost()
              + ":"
              + settings.self().port()
              + " ("
              + e.getMessage()
              + "): stop what uses it, or change ebbmesh.node.site.port or bind-host",
          e);
    }
  }

  @Override
  public void advertise(Set<String> served) {
    if (served.size() > settings.limits().maxModels()) {
      throw new IllegalArgumentException(
          served.size()
              + " models are more than ebbmesh.node.site.max-models = "
              + settings.limits().maxModels());
    }
    models = Set.copyOf(served);
    ActorSystem<SiteRoot.Command> current = system;
    if (current != null) {
      current.tell(new SiteRoot.Advertise(new TreeSet<>(models)));
    }
  }

  @Override
  public CompletionStage<InferenceAnswer> offer(InferenceRequest request) {
    ActorSystem<SiteRoot.Command> current = system;
    if (current == null) {
      return CompletableFuture.completedFuture(siteDown());
    }
    Failed refusal = refusal(request);
    if (refusal != null) {
      return CompletableFuture.completedFuture(refusal);
    }
    if (inFlight.incrementAndGet() > settings.limits().maxInFlight()) {
      inFlight.decrementAndGet();
      return CompletableFuture.completedFuture(
          new Failed(
              Reason.BUSY,
              settings.limits().maxInFlight()
                  + " offers wait for neighbours, as many as ebbmesh.node.site.max-in-flight"
                  + " allows",
              true));
    }
    return send(request, current);
  }

  private CompletionStage<InferenceAnswer> send(
      InferenceRequest request, ActorSystem<SiteRoot.Command> current) {
    long id = lastOffer.incrementAndGet();
    CompletableFuture<InferenceAnswer> promise = new CompletableFuture<>();
    open.put(id, promise);
    Future<?> deadline = expireAfter(request.budgetNanos(), promise);
    CompletableFuture<?> unused =
        promise.whenComplete(
            (answer, never) -> {
              open.remove(id);
              inFlight.decrementAndGet();
              deadline.cancel(false);
              current.tell(new SiteRoot.ToBroker(new SiteBroker.Settled(id)));
            });
    current.tell(
        new SiteRoot.ToBroker(
            new SiteBroker.Offer(
                id, request, clock.monotonicNanos() + request.budgetNanos(), promise)));
    // The system may have ended before this offer was among those that its end answers.
    if (!current.equals(system)) {
      promise.complete(siteDown());
    }
    return promise.minimalCompletionStage();
  }

  private Future<?> expireAfter(long nanos, CompletableFuture<InferenceAnswer> promise) {
    try {
      return thread.schedule(
          () ->
              promise.complete(new Failed(Reason.DEADLINE, "no neighbour answered in time", true)),
          nanos,
          TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      promise.complete(siteDown());
      return CompletableFuture.completedFuture(null);
    }
  }

  private @Nullable Failed refusal(InferenceRequest request) {
    if (request.budgetNanos() <= 0) {
      return new Failed(Reason.DEADLINE, "nothing is left of the budget", true);
    }
    String over = Carried.overLimit(request.inputs(), settings.limits().maxMessageBytes());
    return over == null ? null : new Failed(Reason.BAD_INPUT, over, false);
  }

  private static Failed siteDown() {
    return new Failed(Reason.NO_DEVICE, "this node is not connected to its site", true);
  }

  @Override
  public SiteView view() {
    return view;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.execute(this::leave);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed before: {}", e.getMessage());
    }
  }

  /** Completes when the site has been left and its port is free. */
  public CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }

  private void leave() {
    ActorSystem<SiteRoot.Command> current = system;
    if (current != null) {
      current.terminate();
    } else if (over == builds) {
      end();
    }
  }

  private void end() {
    view = new SiteView(SiteView.State.OFF, List.of(), Math.max(0, builds - 1));
    thread.shutdown();
    closed.complete(null);
  }

  private void build() {
    if (closing) {
      end();
      return;
    }
    List<String> joinFirst = first;
    first = List.of();
    long build = ++builds;
    view = new SiteView(SiteView.State.JOINING, List.of(), build - 1);
    try {
      SiteRoot.Wiring wiring =
          new SiteRoot.Wiring(
              settings,
              local,
              clock::monotonicNanos,
              joinFirst,
              changed -> onThread(() -> show(build, changed)),
              members -> onThread(() -> giveWay(build, members)),
              ending -> onThread(() -> ending(build, ending)));
      ActorSystem<SiteRoot.Command> built =
          ActorSystem.create(
              SiteRoot.create(wiring),
              settings.name(),
              ActorSystemSetup.create(
                  BootstrapSetup.create(config), SSLEngineProviderSetup.create(s -> tls)));
      system = built;
      built.tell(new SiteRoot.Advertise(new TreeSet<>(models)));
      built.getWhenTerminated().thenRunAsync(() -> ended(build), thread);
    } catch (Throwable e) {
      // Scala throws checked exceptions undeclared, such as a timeout of binding; and whatever it
      // is, this thread must go on.
      LOG.warn("the site's actor system could not be built: {}", e.toString());
      rebuildLater();
    }
  }

  private void show(long build, SiteView changed) {
    if (build == builds && system != null) {
      view = new SiteView(changed.state(), changed.members(), build - 1);
      if (changed.state() == SiteView.State.UP) {
        delay.up(clock.monotonicNanos());
      }
    }
  }

  private void giveWay(long build, List<String> members) {
    ActorSystem<SiteRoot.Command> current = system;
    if (build == builds && current != null && first.isEmpty()) {
      first = members;
      current.terminate();
    }
  }

  /**
   * Nobody is asked any more. Pekko 1.7's remoting was seen to wait forever for its own streams
   * when it shuts down, with the port still bound: hence the limit.
   */
  private void ending(long build, ActorSystem<?> ending) {
    if (build == builds && over < build) {
      system = null;
      open.values().forEach(promise -> promise.complete(siteDown()));
      Future<?> unused =
          thread.schedule(
              () -> abandon(build, ending),
              settings.timing().abandonAfter().toNanos(),
              TimeUnit.NANOSECONDS);
    }
  }

  private void abandon(long build, ActorSystem<?> ending) {
    if (over < build) {
      LOG.warn(
          "the site's actor system did not end within {}: its sockets are closed and it is left"
              + " behind",
          settings.timing().abandonAfter());
      closeSockets(ending);
      Future<?> unused =
          thread.schedule(() -> ended(build), SOCKETS_CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Not by stopping the manager as a child: a guardian that is ending no longer hears of it. */
  static void closeSockets(ActorSystem<?> ending) {
    Tcp.get(ending.classicSystem()).manager().tell(PoisonPill.getInstance(), ActorRef.noSender());
  }

  private void ended(long build) {
    if (over >= build) {
      return;
    }
    over = build;
    system = null;
    open.values().forEach(promise -> promise.complete(siteDown()));
    if (closing) {
      end();
    } else {
      rebuildLater();
    }
  }

  private void rebuildLater() {
    Duration wait = delay.next(clock.monotonicNanos());
    LOG.info("the site is built again in {} ms", wait.toMillis());
    view = new SiteView(SiteView.State.REBUILDING, List.of(), builds - 1);
    Future<?> unused = thread.schedule(this::build, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("after the end: {}", e.getMessage());
    }
  }
}
