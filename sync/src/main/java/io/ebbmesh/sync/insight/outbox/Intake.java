package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.outbox.KnownSources.Source;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import io.ebbmesh.sync.insight.outbox.Outbox.OfferPast;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The door of one lane: fills and encodes block n+1 while the lane's log writes block n.
 *
 * <pre>
 * state         Offer                            Opened                       Written
 * closed        kept until Opened, else BUSY     open, a new generation
 * open, idle    a block of it goes at once, or   everything open is unknown;
 *               once full or the linger is over  a new generation
 * open, writing into the filling block                                        answers; the next block goes,
 *                                                                             as in idle
 * failed        Rejected                         open, as above
 *
 * Offer of an old generation   OutcomeUnknown
 * Offer over a limit           Rejected, a new generation (see {@link Outbox})
 * Offer known to be durable    Accepted at once
 * Offer of a waiting position  answered with the block that has the first one
 * Attach of a waiting source   likewise
 * Failed                       failed, until the next Opened
 * </pre>
 */
final class Intake extends AbstractBehavior<Outbox.Command> {

  /**
   * The log takes blocks: the next one starts at {@code nextSeq}. Whatever was under way is over.
   *
   * @param session to name with each block
   * @param sources where sources stand, least recently used first
   * @param space what the lane may still take
   */
  record Opened(int session, long nextSeq, List<SourceHead> sources, LaneSpace space)
      implements Outbox.Command {}

  /** The block in flight is durable. */
  record Written(int session, LaneSpace space) implements Outbox.Command {}

  /** Acknowledgements made room. */
  record Room(int session, LaneSpace space) implements Outbox.Command {}

  /** The disk did not take the block in flight; the next {@link Opened} comes after a wait. */
  record Failed(int session, String message) implements Outbox.Command {}

  /** The first insight of the filling block has waited long enough for others. */
  enum Linger implements Outbox.Command {
    OVER
  }

  /** Blocks are read by a program that reads this. */
  record WriteFor(BlockSupport reader) implements Outbox.Command {}

  private final TimerScheduler<Outbox.Command> timers;
  private final Lane lane;
  private final OutboxSettings settings;
  private final Duration linger;
  private final NodeClock clock;
  private final ActorRef<LaneReader.Command> log;
  private final Generations generations;
  private @Nullable BlockEncoder encoder;
  private final KnownSources sources;
  private final ArrayDeque<PendingBlock> ready = new ArrayDeque<>();
  private PendingBlock filling = new PendingBlock();
  private @Nullable PendingBlock inFlight;
  private int session;
  private long nextSeq;
  private LaneSpace space = LaneSpace.NONE;
  private int sealedInsights;
  private long sealedBytes;
  private boolean lingerIsOver;
  private @Nullable String failure;

  /** While insights are taken that may be of another boot. */
  private @Nullable BootTime pastBase;

  private Intake(
      ActorContext<Outbox.Command> context,
      TimerScheduler<Outbox.Command> timers,
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      ActorRef<LaneReader.Command> log,
      Generations generations) {
    super(context);
    this.timers = timers;
    this.lane = lane;
    this.settings = settings;
    this.linger = settings.lane(lane).linger();
    this.clock = clock;
    this.log = log;
    this.generations = generations;
    sources = new KnownSources(settings.maxSources());
  }

  static Behavior<Outbox.Command> create(
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      ActorRef<LaneReader.Command> log,
      BlockSupport reader) {
    Generations generations = new Generations(reader);
    Behavior<Outbox.Command> intake =
        Behaviors.withStash(
            settings.maxWaitingInsights(),
            stash ->
                Behaviors.setup(
                    context ->
                        Behaviors.withTimers(
                            timers -> {
                              log.tell(new LaneLog.Open(context.getSelf()));
                              Intake open =
                                  new Intake(
                                      context, timers, lane, settings, clock, log, generations);
                              return new ClosedIntake(context, stash, open);
                            })));
    return Behaviors.supervise(intake).onFailure(SupervisorStrategy.restart());
  }

  @Override
  public Receive<Outbox.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Offer.class, this::onOffer)
        .onMessage(OfferPast.class, this::onOfferPast)
        .onMessage(Written.class, this::onWritten)
        .onMessage(Attach.class, this::onAttach)
        .onMessage(Room.class, this::onRoom)
        .onMessage(WriteFor.class, this::onWriteFor)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Linger.class, over -> onLingerOver())
        .onMessage(Failed.class, this::onFailed)
        .onSignal(PreRestart.class, signal -> onRestart())
        .build();
  }

  private int generation() {
    return generations.current();
  }

  /** Starts a new generation. */
  int nextGeneration() {
    return generations.next();
  }

  private Behavior<Outbox.Command> onAttach(Attach attach) {
    PendingBlock waiting = sources.waiting(attach.source());
    if (waiting == null) {
      tellAttached(attach);
    } else {
      waiting.attachLater(attach);
    }
    return this;
  }

  private void tellAttached(Attach attach) {
    attach.replyTo().tell(sources.attached(attach.source(), lane, generation()));
  }

  private Behavior<Outbox.Command> onOffer(Offer offer) {
    if (offer.generation() != generation()) {
      long[] tickets = {offer.ticket()};
      offer.replyTo().tell(new OutcomeUnknown(generation(), tickets));
      return this;
    }
    SourcePosition position = offer.insight().source();
    Source source = position == null ? null : sources.find(position.source());
    if (source != null
        && position != null
        && KnownSources.answersAgain(offer, source, position.position())) {
      return this;
    }
    if (!hasRoom(offer)) {
      return this;
    }
    long seq = nextSeq++;
    encoder().add(offer.insight());
    filling.answerLater(offer.replyTo(), offer.ticket(), seq);
    if (position != null) {
      Source known = source == null ? sources.of(position.source()) : source;
      KnownSources.advance(known, filling, position.position(), seq);
    }
    if (encoder().count() >= settings.blockInsights(lane)
        || encoder().plainBytes() >= settings.blockBytes(lane)) {
      seal();
    } else if (encoder().count() == 1 && !linger.isZero()) {
      timers.startSingleTimer(Linger.OVER, linger);
    }
    if (inFlight == null) {
      writeNext();
    }
    return this;
  }

  private Behavior<Outbox.Command> onOfferPast(OfferPast past) {
    sealOpen();
    pastBase = past.base();
    past.offers().forEach(this::onOffer);
    sealOpen();
    pastBase = null;
    if (inFlight == null) {
      writeNext();
    }
    return this;
  }

  private void sealOpen() {
    if (encoder().count() > 0) {
      seal();
    }
  }

  private Behavior<Outbox.Command> onLingerOver() {
    lingerIsOver = true;
    if (inFlight == null) {
      writeNext();
    }
    return this;
  }

  private boolean hasRoom(Offer offer) {
    Insight insight = offer.insight();
    if (failure != null) {
      reject(offer, RejectReason.BUSY, failure);
      return false;
    }
    if (space.freeBlocks() - ready.size() - (inFlight == null ? 0 : 1) <= 0) {
      reject(offer, RejectReason.FULL, Refusals.full(lane, settings, space));
      return false;
    }
    if (sealedInsights + encoder().count() >= settings.maxWaitingInsights()
        || sealedBytes + encoder().plainBytes() >= settings.maxWaitingBytes()) {
      reject(offer, RejectReason.BUSY, Refusals.busy(lane, settings));
      return false;
    }
    if (!encoder().hasRoomFor(insight)) {
      seal();
    }
    return true;
  }

  /** Made for the first offer: most lanes of most nodes are idle, and its buffers take 18 KiB. */
  private BlockEncoder encoder() {
    BlockEncoder made = encoder;
    if (made == null) {
      made = new BlockEncoder(settings.zstdLevel());
      encoder = made;
    }
    return made;
  }

  /** Whatever was offered behind this one must not be taken before it. */
  private void reject(Offer offer, RejectReason reason, String message) {
    offer.replyTo().tell(new Rejected(offer.ticket(), nextGeneration(), reason, message));
  }

  private void seal() {
    int plainBytes = encoder().plainBytes();
    BootTime base = pastBase == null ? clock.now() : pastBase;
    Block block = encoder().encode(lane, nextSeq - encoder().count(), base, generations.reader());
    filling.seal(
        new BlockAppended(block.header().seqs(), block.bytes(), filling.sourceHeads()), plainBytes);
    sealedInsights += filling.insights();
    sealedBytes += plainBytes;
    ready.add(filling);
    filling = new PendingBlock();
    endLinger();
  }

  private void endLinger() {
    lingerIsOver = false;
    if (!linger.isZero()) {
      timers.cancel(Linger.OVER);
    }
  }

  private void writeNext() {
    if (ready.isEmpty() && encoder().count() > 0 && (lingerIsOver || linger.isZero())) {
      seal();
    }
    PendingBlock next = ready.poll();
    inFlight = next;
    if (next != null) {
      log.tell(new LaneLog.Append(session, next.encoded()));
    }
  }

  private Behavior<Outbox.Command> onWritten(Written written) {
    PendingBlock durable = inFlight;
    if (written.session() != session || durable == null) {
      return this;
    }
    space = written.space();
    sealedInsights -= durable.insights();
    sealedBytes -= durable.plainBytes();
    inFlight = null;
    boolean encoded = !ready.isEmpty();
    if (encoded) {
      writeNext();
    }
    sources.settle(durable);
    durable.forEachProducer((producer, answers) -> producer.tell(answers.accepted()));
    durable.attaches().forEach(this::tellAttached);
    if (!encoded) {
      writeNext();
    }
    return this;
  }

  private Behavior<Outbox.Command> onRoom(Room room) {
    if (room.session() == session) {
      space = room.space();
    }
    return this;
  }

  Behavior<Outbox.Command> onWriteFor(WriteFor write) {
    generations.readBy(write.reader());
    return this;
  }

  private Behavior<Outbox.Command> onFailed(Failed failed) {
    if (failed.session() == session) {
      failure = Refusals.failed(lane, failed.message());
    }
    return this;
  }

  Behavior<Outbox.Command> onOpened(Opened opened) {
    nextGeneration();
    failure = null;
    tellUnknown();
    List<Attach> attaches = waitingAttaches();
    ready.clear();
    inFlight = null;
    filling = new PendingBlock();
    if (encoder != null) {
      encoder.clear();
    }
    endLinger();
    sealedInsights = 0;
    sealedBytes = 0;
    session = opened.session();
    nextSeq = opened.nextSeq();
    space = opened.space();
    sources.reset(opened.sources());
    attaches.forEach(this::tellAttached);
    return this;
  }

  private List<Attach> waitingAttaches() {
    List<Attach> attaches = new ArrayList<>(filling.attaches());
    ready.forEach(block -> attaches.addAll(block.attaches()));
    attaches.addAll(inFlight == null ? List.of() : inFlight.attaches());
    return attaches;
  }

  private void tellUnknown() {
    if (inFlight != null) {
      inFlight.tellUnknown(generation());
    }
    ready.forEach(block -> block.tellUnknown(generation()));
    filling.tellUnknown(generation());
  }

  private Behavior<Outbox.Command> onRestart() {
    nextGeneration();
    tellUnknown();
    return this;
  }
}
