package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Carries this node's offers to neighbours that serve the model and brings the answers back.
 *
 * <p>An inference changes nothing, so asking twice is harmless: when a neighbour refuses, vanishes
 * or is slow, the next is asked while the budget lasts, and one that was only busy again after a
 * pause; whoever decides first is believed. The promise of an offer is completed by its owner when
 * the budget is over.
 */
final class SiteBroker extends AbstractBehavior<SiteBroker.Command> {

  sealed interface Command permits Offer, Settled, Listed, Slow, Again, SiteWire.Answered {}

  /** Asks for an answer until {@code deadlineNanos} of the clock. */
  record Offer(
      long id,
      InferenceRequest request,
      long deadlineNanos,
      CompletableFuture<InferenceAnswer> promise)
      implements Command {}

  /** The promise of an offer is complete, whoever did it. */
  record Settled(long id) implements Command {}

  private record Listed(Receptionist.Listing listing) implements Command {}

  private record Slow(long attempt) implements Command {}

  private record Again(long id) implements Command {}

  private static final class Open {
    private final Offer offer;
    private final Map<Long, ActorRef<SiteWire.Ask>> attempts = new LinkedHashMap<>();
    private final Set<ActorRef<SiteWire.Ask>> tried = new LinkedHashSet<>();
    private final Set<ActorRef<SiteWire.Ask>> busy = new LinkedHashSet<>();
    private long pauseNanos;
    private boolean pausing;
    private @Nullable Failed last;

    private Open(Offer offer) {
      this.offer = offer;
    }
  }

  private static final class Model {
    private final ServiceKey<SiteWire.Ask> key;
    private final Neighbours<ActorRef<SiteWire.Ask>> neighbours = new Neighbours<>();
    private final List<Open> waiting = new ArrayList<>();
    private boolean listed;

    private Model(ServiceKey<SiteWire.Ask> key) {
      this.key = key;
    }
  }

  private final TimerScheduler<Command> timers;
  private final SiteSettings settings;
  private final LongSupplier nanos;
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<Long, Open> byOffer = new LinkedHashMap<>();
  private final Map<Long, Open> byAttempt = new LinkedHashMap<>();
  private long lastAttempt;

  private SiteBroker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SiteSettings settings,
      LongSupplier nanos) {
    super(context);
    this.timers = timers;
    this.settings = settings;
    this.nanos = nanos;
  }

  static Behavior<Command> create(SiteSettings settings, LongSupplier nanos) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new SiteBroker(context, timers, settings, nanos)));
  }

  /** Under which key the workers of a model are listed. */
  static ServiceKey<SiteWire.Ask> key(String model) {
    return ServiceKey.create(SiteWire.Ask.class, "model-" + model);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Offer.class, this::onOffer)
        .onMessage(Settled.class, this::onSettled)
        .onMessage(Listed.class, this::onListed)
        .onMessage(Slow.class, this::onSlow)
        .onMessage(Again.class, this::onAgain)
        .onMessage(SiteWire.Answered.class, this::onAnswered)
        .build();
  }

  private Behavior<Command> onOffer(Offer offer) {
    Model model = model(offer.request().model());
    if (model == null) {
      offer
          .promise()
          .complete(
              new Failed(
                  Reason.NO_DEVICE,
                  "neighbours are asked for at most ebbmesh.node.site.max-models = "
                      + settings.limits().maxModels()
                      + " models, and '"
                      + offer.request().model()
                      + "' is one more",
                  false));
      return this;
    }
    Open open = new Open(offer);
    byOffer.put(offer.id(), open);
    // A deadline that passed on the way here was settled before this offer was known.
    if (offer.promise().isDone()) {
      release(offer.id());
    } else if (model.listed) {
      askNext(open, model);
    } else {
      model.waiting.add(open);
    }
    return this;
  }

  private @Nullable Model model(String name) {
    Model known = models.get(name);
    if (known != null || models.size() >= settings.limits().maxModels()) {
      return known;
    }
    Model model = new Model(key(name));
    models.put(name, model);
    ActorRef<Receptionist.Listing> listings =
        getContext().messageAdapter(Receptionist.Listing.class, Listed::new);
    getContext().getSystem().receptionist().tell(Receptionist.subscribe(model.key, listings));
    return model;
  }

  private Behavior<Command> onListed(Listed listed) {
    for (Model model : models.values()) {
      if (listed.listing().isForKey(model.key)) {
        take(model, listed.listing().getServiceInstances(model.key));
      }
    }
    return this;
  }

  private void take(Model model, Set<ActorRef<SiteWire.Ask>> serving) {
    Set<ActorRef<SiteWire.Ask>> others = new TreeSet<>(serving);
    // This node's own devices were asked before the site was; a reference of ours has no host.
    others.removeIf(worker -> worker.path().address().getHost().isEmpty());
    Set<ActorRef<SiteWire.Ask>> gone = model.neighbours.replace(others);
    model.listed = true;
    List<Open> waiting = List.copyOf(model.waiting);
    model.waiting.clear();
    waiting.stream().filter(open -> !open.offer.promise().isDone()).forEach(o -> askNext(o, model));
    if (gone.isEmpty()) {
      return;
    }
    for (Map.Entry<Long, Open> attempt : List.copyOf(byAttempt.entrySet())) {
      Open open = attempt.getValue();
      ActorRef<SiteWire.Ask> asked = open.attempts.get(attempt.getKey());
      if (models.get(open.offer.request().model()) == model && gone.contains(asked)) {
        giveUp(attempt.getKey(), open);
        failed(open, new Failed(Reason.NO_DEVICE, "the neighbour left the site", true));
      }
    }
  }

  private Behavior<Command> onAnswered(SiteWire.Answered answered) {
    Open open = byAttempt.get(answered.attempt());
    if (open == null) {
      return this;
    }
    ActorRef<SiteWire.Ask> neighbour = open.attempts.get(answered.attempt());
    giveUp(answered.attempt(), open);
    Model model = models.get(open.offer.request().model());
    if (neighbour != null && model != null) {
      model.neighbours.heard(neighbour);
    }
    if (answered.answer() instanceof Failed failed && failed.retryable()) {
      if (failed.reason() == Reason.BUSY && neighbour != null) {
        open.busy.add(neighbour);
      }
      failed(open, failed);
    } else {
      open.offer.promise().complete(answered.answer());
    }
    return this;
  }

  /** The neighbour keeps its attempt: it may still be the first to decide. */
  private Behavior<Command> onSlow(Slow slow) {
    Open open = byAttempt.get(slow.attempt());
    if (open != null) {
      ActorRef<SiteWire.Ask> asked = open.attempts.get(slow.attempt());
      Model model = models.get(open.offer.request().model());
      if (model != null && asked != null) {
        model.neighbours.silent(
            asked, nanos.getAsLong() + settings.timing().heartbeatPause().toNanos());
        if (model.neighbours.anyBut(open.tried)) {
          askNext(open, model);
        }
      }
    }
    return this;
  }

  private void failed(Open open, Failed failure) {
    open.last = failure;
    Model model = models.get(open.offer.request().model());
    if (model != null) {
      askNext(open, model);
    }
  }

  private void askNext(Open open, Model model) {
    long left = open.offer.deadlineNanos() - nanos.getAsLong();
    if (left <= 0 || open.offer.promise().isDone()) {
      return;
    }
    model
        .neighbours
        .ask(open.tried, nanos.getAsLong())
        .ifPresent(neighbour -> ask(neighbour, open, model, left));
    // Also if one was just asked: it may be dead, and one that was busy be free long before that.
    if (!model.neighbours.anyBut(open.tried)) {
      pauseOrEnd(open, left);
    }
  }

  /** All were tried: those that were only busy are tried again while the budget holds a pause. */
  private void pauseOrEnd(Open open, long left) {
    if (open.pausing) {
      return;
    }
    long pause = Math.max(settings.timing().minAttempt().toNanos(), open.pauseNanos);
    if (!open.busy.isEmpty() && pause < left) {
      open.pausing = true;
      open.pauseNanos = 2 * pause;
      Again again = new Again(open.offer.id());
      timers.startSingleTimer(again, again, Duration.ofNanos(pause));
    } else if (open.attempts.isEmpty()) {
      open.offer.promise().complete(noneLeft(open));
    }
  }

  private Behavior<Command> onAgain(Again again) {
    Open open = byOffer.get(again.id());
    if (open != null) {
      open.pausing = false;
      open.tried.removeAll(open.busy);
      open.busy.clear();
      Model model = models.get(open.offer.request().model());
      if (model != null) {
        askNext(open, model);
      }
    }
    return this;
  }

  private void ask(ActorRef<SiteWire.Ask> neighbour, Open open, Model model, long left) {
    long attempt = ++lastAttempt;
    open.tried.add(neighbour);
    open.attempts.put(attempt, neighbour);
    byAttempt.put(attempt, open);
    if (model.neighbours.anyBut(open.tried)) {
      long patience = Math.max(left / 2, settings.timing().minAttempt().toNanos());
      timers.startSingleTimer(attempt, new Slow(attempt), Duration.ofNanos(patience));
    }
    InferenceRequest request = open.offer.request();
    neighbour.tell(
        new SiteWire.Ask(
            attempt,
            new InferenceRequest(request.model(), request.inputs(), left),
            getContext().getSelf().narrow()));
  }

  private static Failed noneLeft(Open open) {
    return open.last != null
        ? open.last
        : new Failed(
            Reason.NO_DEVICE,
            "no neighbour serves model '" + open.offer.request().model() + "'",
            true);
  }

  private Behavior<Command> onSettled(Settled settled) {
    release(settled.id());
    return this;
  }

  private void release(long id) {
    Open open = byOffer.remove(id);
    if (open != null) {
      timers.cancel(new Again(id));
      List.copyOf(open.attempts.keySet()).forEach(attempt -> giveUp(attempt, open));
    }
  }

  private void giveUp(long attempt, Open open) {
    byAttempt.remove(attempt);
    timers.cancel(attempt);
    ActorRef<SiteWire.Ask> neighbour = open.attempts.remove(attempt);
    Model model = models.get(open.offer.request().model());
    if (neighbour != null && model != null) {
      model.neighbours.over(neighbour);
    }
  }
}
