package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.LaneEvent;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.outbox.StoreIdentity;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.session.FrameSender;
import io.ebbmesh.sync.session.Session;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The uplink of a node: a thin shell around {@link UplinkMachine}. */
public final class UplinkActor extends AbstractBehavior<Uplink.Command> {

  record FromSession(Session.Signal signal) implements Uplink.Command {}

  record FromLane(LaneReader.Reply reply) implements Uplink.Command {}

  record FromJournal(UplinkMachine.Input input) implements Uplink.Command {}

  record FromOutbox(StoreIdentity identity) implements Uplink.Command {}

  record Wake() implements Uplink.Command {}

  /**
   * What the uplink connects.
   *
   * @param outboxes knows the identity of the store; is told which blocks the hub reads
   * @param lanes the log of each lane
   * @param journal where the blocks of the lanes are
   * @param storage of the outbox, where is written what a metered link has spent
   */
  public record Wiring(
      ActorRef<Outboxes.Command> outboxes,
      Map<Lane, ActorRef<LaneReader.Command>> lanes,
      EbbmeshReadJournal journal,
      Storage storage,
      ActorRef<Session.Command> session) {
    public Wiring {
      Map<Lane, ActorRef<LaneReader.Command>> sorted = new EnumMap<>(Lane.class);
      sorted.putAll(lanes);
      lanes = Collections.unmodifiableMap(sorted);
    }
  }

  private static final long NO_TIMER = UplinkMachine.NEVER;

  private final Wiring wiring;
  private final NodeClock clock;
  private final UplinkMachine machine;
  private final MeterFile meterFile;
  private final MeterWriter meterWriter;
  private final OutgoingBlocks outgoing = new OutgoingBlocks();
  private final TimerScheduler<Uplink.Command> timers;
  private final ActorRef<LaneReader.Reply> fromLanes;
  private final ActorRef<Outboxes.Identity> fromOutbox;
  private @Nullable StoreIdentity identity;
  private @Nullable Map<Lane, Long> heads;
  private long timerAtNanos = NO_TIMER;
  private @Nullable FrameSender sender;

  private UplinkActor(
      ActorContext<Uplink.Command> context,
      TimerScheduler<Uplink.Command> timers,
      Wiring wiring,
      NodeClock clock,
      UplinkSettings settings) {
    super(context);
    this.timers = timers;
    this.wiring = wiring;
    this.clock = clock;
    this.meterFile = new MeterFile(wiring.storage());
    Logger log = context.getSystem().log();
    this.meterWriter =
        new MeterWriter(
            meterFile,
            context.getSystem().dispatchers().lookup(DispatcherSelector.blocking()),
            e -> log.warn("what the link has spent was not written: {}", e.toString()));
    this.machine =
        new UplinkMachine(List.copyOf(wiring.lanes().keySet()), settings, spent(settings));
    this.fromLanes = context.messageAdapter(LaneReader.Reply.class, FromLane::new);
    this.fromOutbox =
        context.messageAdapter(Outboxes.Identity.class, m -> new FromOutbox(m.identity()));
    wiring.outboxes().tell(new Outboxes.GetIdentity(fromOutbox));
    wiring
        .session()
        .tell(
            new Session.RegisterInsights(
                context.messageAdapter(Session.Signal.class, FromSession::new)));
    perform(machine.start());
  }

  /** Registers with the session and watches the lanes at once. */
  public static Behavior<Uplink.Command> create(
      Wiring wiring, NodeClock clock, UplinkSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new UplinkActor(context, timers, wiring, clock, settings)));
  }

  @Override
  public Receive<Uplink.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromJournal.class, m -> feed(fit(m.input())))
        .onMessage(FromSession.class, m -> onSignal(m.signal()))
        .onMessage(FromLane.class, m -> onReply(m.reply()))
        .onMessage(FromOutbox.class, m -> onIdentity(m.identity()))
        .onMessage(Wake.class, m -> onWake())
        .onMessage(Uplink.GetTotals.class, this::onGetTotals)
        .onSignal(PostStop.class, signal -> onEnd())
        .onSignal(PreRestart.class, signal -> onEnd())
        .build();
  }

  private Behavior<Uplink.Command> onSignal(Session.Signal signal) {
    if (signal instanceof Session.Heard heard) {
      return feed(new UplinkMachine.FrameIn(heard.frame()));
    }
    if (signal instanceof Session.Up up) {
      sender = up.sender();
      tellTime();
      return feed(new UplinkMachine.Up(heard(up.welcome())));
    }
    if (signal instanceof Session.Forked forked) {
      StoreIdentity known = identity;
      return known != null && known.incarnation().equals(forked.incarnation())
          ? feed(new UplinkMachine.Forked(forked.forkPoints()))
          : this;
    }
    sender = null;
    return feed(new UplinkMachine.Down());
  }

  private Behavior<Uplink.Command> onIdentity(StoreIdentity now) {
    identity = now;
    tellStanding();
    return this;
  }

  /** As soon as both are known: who the store is, and how far its lanes are. */
  private void tellStanding() {
    StoreIdentity who = identity;
    Map<Lane, Long> howFar = heads;
    if (who != null && howFar != null) {
      wiring
          .session()
          .tell(
              new Session.InsightStanding(
                  who.incarnation(), who.lineage(), who.ancestry(), howFar));
    }
  }

  /** Tells the outbox what the hub reads; gives the welcome with the credit that may be used. */
  private Frame.Welcome heard(Frame.Welcome welcome) {
    BlockSupport reads = new BlockSupport(welcome.maxBlockVersion(), welcome.dictionaries());
    outgoing.hubReads(reads);
    wiring.outboxes().tell(new Outboxes.HubReads(reads));
    return new Frame.Welcome(
        welcome.protocol(),
        welcome.cursors(),
        welcome.hubWallMillis(),
        welcome.maxBlockVersion(),
        welcome.dictionaries(),
        outgoing.credit(welcome.creditBytes()),
        welcome.heartbeatMillis());
  }

  private UplinkMachine.Input fit(UplinkMachine.Input input) {
    if (input instanceof UplinkMachine.BlockRead read) {
      byte[] block = outgoing.fit(read.block());
      return new UplinkMachine.BlockRead(read.lane(), read.readId(), read.eventNr(), block);
    }
    return input;
  }

  private Behavior<Uplink.Command> onReply(LaneReader.Reply reply) {
    if (reply instanceof LaneReader.LaneHead head) {
      return feed(new UplinkMachine.HeadIn(head));
    }
    return feed(new UplinkMachine.BlocksIn((LaneReader.HeldBlocks) reply));
  }

  private Behavior<Uplink.Command> onWake() {
    timerAtNanos = NO_TIMER;
    tellTime();
    return feed(new UplinkMachine.Wake());
  }

  private Behavior<Uplink.Command> onGetTotals(Uplink.GetTotals ask) {
    tellTime();
    ask.replyTo().tell(machine.totals(clock.monotonicNanos()));
    return this;
  }

  private void tellTime() {
    perform(machine.on(clock.monotonicNanos(), new UplinkMachine.TimeIs(clock.now())));
  }

  private Metering.Spent spent(UplinkSettings settings) {
    if (settings.metered().dayBudgetBytes() == 0) {
      return Metering.Spent.NOTHING;
    }
    try {
      return meterFile.read();
    } catch (IOException e) {
      getContext().getLog().warn("{}: the day's budget of the link begins anew", e.toString());
      return Metering.Spent.NOTHING;
    }
  }

  private Behavior<Uplink.Command> onEnd() {
    Metering.Spent spent = machine.toRememberAtTheEnd();
    if (spent != null) {
      meterWriter.writeLast(spent);
    }
    return this;
  }

  private Behavior<Uplink.Command> feed(UplinkMachine.Input input) {
    perform(machine.on(clock.monotonicNanos(), input));
    setTimer();
    return this;
  }

  private void perform(List<UplinkMachine.Output> outputs) {
    for (UplinkMachine.Output output : outputs) {
      if (output instanceof UplinkMachine.Send send) {
        if (sender != null) {
          if (send.frame() instanceof Frame.BlockPush) {
            Failpoint.SEND.reached();
          }
          sender.send(send.frame());
        }
      } else if (output instanceof UplinkMachine.Read read) {
        read(read);
      } else if (output instanceof UplinkMachine.Standing standing) {
        heads = standing.heads();
        tellStanding();
      } else if (output instanceof UplinkMachine.Rehome rehome && identity != null) {
        wiring
            .outboxes()
            .tell(new Outboxes.Rehome(identity.incarnation(), rehome.forkPoints(), fromOutbox));
      } else if (output instanceof UplinkMachine.GiveUp giveUp) {
        if (sender != null) {
          sender.giveUp(giveUp.reason());
        }
      } else if (output instanceof UplinkMachine.Remember remember) {
        meterWriter.write(remember.spent());
      } else if (output instanceof UplinkMachine.Waiting waiting) {
        getContext().getLog().info("metered link: bulk lanes wait for {}", waiting.what());
      } else {
        tellLane(output);
      }
    }
  }

  private void tellLane(UplinkMachine.Output output) {
    if (output instanceof UplinkMachine.Watch watch) {
      lane(watch.lane()).tell(new LaneReader.Watch(watch.knownRevision(), fromLanes));
    } else if (output instanceof UplinkMachine.StartOver over) {
      lane(over.lane()).tell(new LaneReader.StartOver());
    } else if (output instanceof UplinkMachine.AskForBlocks ask) {
      lane(ask.lane())
          .tell(
              new LaneReader.NextBlocks(
                  ask.afterSeq(), ask.maxBlocks(), ask.maxBytes(), fromLanes));
    } else if (output instanceof UplinkMachine.Acknowledge ack) {
      lane(ack.lane()).tell(new LaneReader.Acknowledge(ack.held(), ack.lossId()));
    } else if (output instanceof UplinkMachine.ReportUnreadable report) {
      getContext()
          .getLog()
          .warn("the journal does not give block {} of {}", report.block(), report.lane().id());
      lane(report.lane()).tell(new LaneReader.Unreadable(report.block()));
    }
  }

  private ActorRef<LaneReader.Command> lane(Lane lane) {
    ActorRef<LaneReader.Command> log = wiring.lanes().get(lane);
    if (log == null) {
      throw new IllegalArgumentException("this node has no lane " + lane.id());
    }
    return log;
  }

  /** Reads a run of blocks; it is bounded by the credit, so it may come at once. */
  private void read(UplinkMachine.Read read) {
    List<LaneReader.BlockRef> blocks = read.blocks();
    wiring
        .journal()
        .readRun(
            LaneReader.persistenceId(read.lane()),
            blocks.get(0).eventNr(),
            blocks.get(blocks.size() - 1).eventNr(),
            new Reading(read, getContext().getSelf(), getContext().getSystem().log()));
  }

  /** Turns what the journal says on its threads into messages. */
  private record Reading(UplinkMachine.Read read, ActorRef<Uplink.Command> uplink, Logger log)
      implements EbbmeshReadJournal.RunReader {

    @Override
    public void onEvent(long sequenceNr, Object event) {
      if (event instanceof LaneEvent.HoldsBlock holds) {
        uplink.tell(
            new FromJournal(
                new UplinkMachine.BlockRead(
                    read.lane(), read.readId(), sequenceNr, holds.block())));
      }
    }

    @Override
    public void onEnd(@Nullable Exception failure) {
      if (failure != null) {
        log.warn("reading lane {} failed, again later", read.lane().id(), failure);
      }
      uplink.tell(
          new FromJournal(new UplinkMachine.ReadOver(read.lane(), read.readId(), failure == null)));
    }
  }

  /**
   * Sets the timer only if it has to ring earlier: each acknowledgement moves the deadline away.
   */
  private void setTimer() {
    long at = machine.wakeAtNanos();
    if (at < timerAtNanos) {
      timerAtNanos = at;
      long delayNanos = Math.max(0, at - clock.monotonicNanos());
      timers.startSingleTimer("wake", new Wake(), Duration.ofNanos(delayNanos));
    }
  }
}
