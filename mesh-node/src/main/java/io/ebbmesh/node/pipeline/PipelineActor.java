package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.node.ingress.ReadingLimits;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The pipeline's actor: windows at once, decisions as they come, offers in the order of each
 * source. If it fails it stops; whoever started it decides what then.
 */
final class PipelineActor extends AbstractBehavior<Pipeline.Command> {

  /** Asks the outbox for its generation; no reading carries it. */
  private static final String NO_SOURCE = "ebbmesh/pipeline";

  private final PipelineSettings settings;
  private final NodeClock clock;
  private final TimerScheduler<Pipeline.Command> timers;
  private final Map<Lane, LaneDoor> doors;
  private final Judge judge;
  private final StreamWindows windows;
  private final Offers offers;
  private final Decisions decisions;
  private final Singles singles;
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<Long, Job> jobs = new LinkedHashMap<>();
  private long lastJob;
  private int lastAttachment;
  private boolean ticking;

  private PipelineActor(
      ActorContext<Pipeline.Command> context,
      TimerScheduler<Pipeline.Command> timers,
      PipelineSettings settings,
      NodeClock clock,
      Inference local,
      Inference neighbours,
      Map<Lane, LaneDoor> doors) {
    super(context);
    this.settings = settings;
    this.clock = clock;
    this.timers = timers;
    this.doors = new EnumMap<>(doors);
    this.judge = new Judge(settings.model());
    this.windows = new StreamWindows(settings);
    ActorRef<Outbox.Reply> fromOutbox =
        context.messageAdapter(Outbox.Reply.class, Pipeline.FromOutbox::new);
    this.offers =
        new Offers(
            doors,
            new OfferBook.Times(
                settings.timing().outboxRetryDelay().toNanos(),
                settings.timing().outboxTimeout().toNanos(),
                settings.timing().decideTimeout().toNanos()),
            fromOutbox);
    this.decisions =
        new Decisions(
            settings.timing(), judge, local, neighbours, this::whenAnswered, context.getLog());
    this.singles = new Singles(settings);
    askWhereItStands(NO_SOURCE, standing -> new Pipeline.Stands(NO_SOURCE, 0, standing));
  }

  static Behavior<Pipeline.Command> create(
      PipelineSettings settings,
      NodeClock clock,
      Inference local,
      Inference neighbours,
      Map<Lane, LaneDoor> doors) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new PipelineActor(context, timers, settings, clock, local, neighbours, doors)));
  }

  @Override
  public Receive<Pipeline.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Pipeline.Submit.class, this::onSubmit)
        .onMessage(Pipeline.Answered.class, this::onAnswered)
        .onMessage(Pipeline.FromOutbox.class, this::onOutbox)
        .onMessage(Pipeline.Single.class, this::onSingle)
        .onMessage(Pipeline.Warm.class, this::onWarm)
        .onMessage(Pipeline.Attach.class, this::onAttach)
        .onMessage(Pipeline.Stands.class, this::onStands)
        .onMessage(Pipeline.SingleStands.class, this::onSingleStands)
        .onMessage(Pipeline.Serve.class, serve -> onServe(serve.manifest()))
        .onMessage(Pipeline.Tick.class, tick -> onTick())
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Pipeline.Command> onServe(ModelManifest manifest) {
    if (!manifest.release().model().equals(settings.model())) {
      return this;
    }
    try {
      windows.use(judge.serve(manifest));
      decisions.served();
    } catch (IllegalArgumentException e) {
      getContext().getLog().error("{} is not taken: {}", manifest.release(), e.getMessage());
      return this;
    }
    sources.values().forEach(this::attachIfReady);
    return this;
  }

  private Behavior<Pipeline.Command> onAttach(Pipeline.Attach attach) {
    String name = attach.source();
    if (!sources.containsKey(name) && sources.size() == settings.limits().maxSources()) {
      attach
          .producer()
          .tell(
              new Pipeline.Refused(
                  0,
                  "source '"
                      + name
                      + "' is one more than ebbmesh.node.pipeline.max-sources = "
                      + settings.limits().maxSources()
                      + "; raise it, or attach fewer"));
      return this;
    }
    jobs.values().removeIf(job -> !job.isSingle() && isOf(job, name));
    offers.forget(name);
    windows.forget(name);
    Source source = new Source(name, ++lastAttachment, attach.producer(), attach.endsAtRefusal());
    sources.put(name, source);
    askWhereItStands(name, standing -> new Pipeline.Stands(name, source.number, standing));
    return this;
  }

  private Behavior<Pipeline.Command> onStands(Pipeline.Stands stands) {
    stands.standing().lanes().forEach(lane -> offers.generation(lane, now()));
    Source source = sources.get(stands.source());
    if (source != null && source.number == stands.number()) {
      source.position = stands.standing().highest().position();
      source.lastPosition = source.position;
      attachIfReady(source);
    }
    return this;
  }

  private Behavior<Pipeline.Command> onWarm(Pipeline.Warm warm) {
    DetectorParameters parameters = judge.current();
    if (parameters != null) {
      for (Reading reading : warm.readings()) {
        try {
          windows.next(warm.source(), reading, parameters);
        } catch (IllegalArgumentException e) {
          // It was left out when it was submitted, too.
          getContext().getLog().debug("not warmed with: {}", e.getMessage());
        }
      }
    }
    warm.producer().tell(new Pipeline.Warmed());
    return this;
  }

  private Behavior<Pipeline.Command> onSubmit(Pipeline.Submit submit) {
    Reading reading = submit.reading();
    SourcePosition at = reading.source();
    Source source = at == null ? null : sources.get(at.source());
    DetectorParameters parameters = judge.current();
    if (at == null || source == null || !source.isAttached || parameters == null) {
      return refuse(submit, "its source is not attached; attach it first");
    }
    String wrong = source.whyNot(at.position(), settings.limits().sourceCredit());
    if (wrong != null) {
      return refuse(submit, wrong);
    }
    try {
      ReadingLimits.check(reading);
      Features features = windows.next(source.name, reading, parameters);
      source.lastPosition = at.position();
      source.inFlight++;
      Job job = Job.ofSource(++lastJob, reading, features, source.producer);
      job.extras = windows.extras(reading);
      source.queue.add(job);
      start(job);
    } catch (IllegalArgumentException e) {
      source.refused(at.position(), String.valueOf(e.getMessage()));
    }
    return this;
  }

  private Behavior<Pipeline.Command> onSingle(Pipeline.Single single) {
    if (!singles.refuses(single, judge.current() != null)) {
      SourcePosition key = single.reading().source();
      singles.arrive(single, now());
      if (key != null) {
        askWhereItStands(key.source(), standing -> new Pipeline.SingleStands(key, standing));
      }
      beginArrived();
    }
    return this;
  }

  private Behavior<Pipeline.Command> onSingleStands(Pipeline.SingleStands stands) {
    singles.stands(stands.key(), stands.standing());
    beginArrived();
    return this;
  }

  private void beginArrived() {
    for (Pipeline.Single next = singles.next(); next != null; next = singles.next()) {
      begin(next);
    }
    tickIfBusy();
  }

  private void begin(Pipeline.Single single) {
    DetectorParameters parameters = Objects.requireNonNull(judge.current());
    Features features;
    try {
      ReadingLimits.check(single.reading());
      features = windows.next("", single.reading(), parameters);
    } catch (IllegalArgumentException e) {
      singles.reject(single, String.valueOf(e.getMessage()));
      return;
    }
    long giveUp = now() + settings.timing().decideTimeout().toNanos();
    Job job = Job.single(++lastJob, single.reading(), features, single.outcome(), giveUp);
    job.extras = windows.extras(single.reading());
    singles.begin(job);
    start(job);
  }

  private Behavior<Pipeline.Command> onAnswered(Pipeline.Answered answered) {
    Job job = jobs.get(answered.job());
    if (job != null && job.attempt == answered.attempt()) {
      decisions.answered(job, answered.answer(), now());
      afterStep(job);
    }
    return this;
  }

  private Behavior<Pipeline.Command> onOutbox(Pipeline.FromOutbox from) {
    offers.answer(from.reply(), now()).forEach(this::ended);
    tickIfBusy();
    return this;
  }

  private Behavior<Pipeline.Command> onTick() {
    ticking = false;
    long now = now();
    for (Job job : new ArrayList<>(jobs.values())) {
      if (decisions.tick(job, now)) {
        afterStep(job);
      }
    }
    offers.tick(now).forEach(this::ended);
    singles.tick(now);
    beginArrived();
    tickIfBusy();
    return this;
  }

  private Behavior<Pipeline.Command> onStop() {
    singles.giveUpAll();
    return this;
  }

  private void start(Job job) {
    jobs.put(job.id, job);
    decisions.begin(job, now());
    tickIfBusy();
  }

  private void afterStep(Job job) {
    if (job.isSettled()) {
      SourcePosition at = job.reading.source();
      Source source = job.isSingle() || at == null ? null : sources.get(at.source());
      if (source != null) {
        goOn(source);
      } else if (job.state == Job.State.DECIDED) {
        offer(job);
      } else {
        jobs.remove(job.id);
        singles.refused(job);
      }
    } else if (decisions.isOver(job, now())) {
      jobs.remove(job.id);
      singles.undecided(job);
    }
  }

  private void goOn(Source source) {
    while (!source.queue.isEmpty() && source.queue.element().isSettled()) {
      Job next = source.queue.remove();
      if (next.state == Job.State.DECIDED) {
        offer(next);
      } else {
        leaveOut(source, next, next.refusal);
        while (source.ended && !source.queue.isEmpty()) {
          leaveOut(source, source.queue.remove(), Source.BEHIND_REFUSED);
        }
      }
    }
  }

  private void leaveOut(Source source, Job job, String message) {
    jobs.remove(job.id);
    source.inFlight--;
    source.refused(job.position(), message);
  }

  private void offer(Job job) {
    jobs.remove(job.id);
    offers.add(job, now());
  }

  private void ended(OfferBook.Ended end) {
    Job job = end.job();
    if (job.isSingle()) {
      singles.ended(end);
      return;
    }
    SourcePosition at = job.reading.source();
    Source source = at == null ? null : sources.get(at.source());
    if (source != null) {
      source.inFlight--;
    }
    if (job.producer != null) {
      job.producer.tell(
          end.outcome() == OfferBook.Outcome.ACCEPTED
              ? new Pipeline.Accepted(job.position(), end.lane(), end.seq())
              : new Pipeline.Refused(job.position(), end.message()));
    }
  }

  private Behavior<Pipeline.Command> refuse(Pipeline.Submit submit, String message) {
    SourcePosition at = submit.reading().source();
    submit.producer().tell(new Pipeline.Refused(at == null ? 0 : at.position(), message));
    return this;
  }

  private void attachIfReady(Source source) {
    if (!source.isAttached && source.position >= 0 && judge.current() != null) {
      source.isAttached = true;
      source.producer.tell(
          new Pipeline.Attached(source.position, settings.limits().sourceCredit()));
    }
  }

  private void askWhereItStands(String source, Function<Standing, Pipeline.Command> message) {
    getContext()
        .spawnAnonymous(
            AttachOnce.create(
                source, doors, settings.timing().outboxTimeout(), getContext().getSelf(), message));
  }

  private void whenAnswered(Job job, CompletionStage<InferenceAnswer> answer) {
    long id = job.id;
    int attempt = job.attempt;
    getContext()
        .pipeToSelf(
            answer,
            (decided, failure) ->
                new Pipeline.Answered(
                    id, attempt, decided != null ? decided : Decisions.failed(failure)));
  }

  private static boolean isOf(Job job, String source) {
    SourcePosition at = job.reading.source();
    return at != null && at.source().equals(source);
  }

  private void tickIfBusy() {
    if (!ticking && !(jobs.isEmpty() && offers.isEmpty() && singles.noneArrived())) {
      ticking = true;
      timers.startSingleTimer(Pipeline.Tick.TICK, settings.timing().tick());
    }
  }

  private long now() {
    return clock.monotonicNanos();
  }
}
