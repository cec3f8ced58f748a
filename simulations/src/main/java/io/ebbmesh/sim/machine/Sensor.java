package io.ebbmesh.sim.machine;

import io.ebbmesh.node.pipeline.Pipeline;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sim.world.Trace;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A source that takes a reading at each interval and can repeat all of them: it submits what the
 * outbox does not have yet, as a file that is replayed does. Its log outlives it.
 */
final class Sensor extends AbstractBehavior<Sensor.Command> {

  private static final Duration ATTACH_AGAIN = Duration.ofSeconds(1);
  private static final List<String> CHANNELS = List.of("temperature", "humidity");
  private static final double TEMPERATURE = 21;
  private static final double HUMIDITY = 45;
  private static final double NOISE = 0.5;
  private static final double ANOMALY = 40;

  /** To the sensor. */
  sealed interface Command {}

  private record FromPipeline(Pipeline.Reply reply) implements Command {}

  private enum Internal implements Command {
    DUE,
    ATTACH,
    PIPELINE_STOPPED
  }

  private final SimNode node;
  private final SensorLog log;
  private final double anomalies;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Pipeline.Reply> self;
  private ActorRef<Pipeline.Command> pipeline;
  private boolean attached;
  private long next;
  private int credit;

  private Sensor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SimNode node,
      SensorLog log,
      double anomalies) {
    super(context);
    this.node = node;
    this.log = log;
    this.anomalies = anomalies;
    this.timers = timers;
    this.self = context.messageAdapter(Pipeline.Reply.class, FromPipeline::new);
    this.pipeline = attach();
  }

  /**
   * @param anomalies share of readings that are far off
   */
  static Behavior<Command> create(SimNode node, SensorLog log, double anomalies) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Sensor(context, timers, node, log, anomalies)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromPipeline.class, message -> onReply(message.reply()))
        .onMessageEquals(Internal.DUE, this::submit)
        .onMessageEquals(
            Internal.ATTACH,
            () -> {
              pipeline = attach();
              return this;
            })
        .onMessageEquals(
            Internal.PIPELINE_STOPPED,
            () -> {
              attached = false;
              timers.startSingleTimer(Internal.ATTACH, Internal.ATTACH, ATTACH_AGAIN);
              return this;
            })
        .build();
  }

  private ActorRef<Pipeline.Command> attach() {
    ActorRef<Pipeline.Command> current = node.doors().pipeline().get();
    getContext().watchWith(current, Internal.PIPELINE_STOPPED);
    current.tell(new Pipeline.Attach(log.source(), self));
    return current;
  }

  private Behavior<Command> onReply(Pipeline.Reply reply) {
    if (reply instanceof Pipeline.Attached there) {
      attached = true;
      next = there.position() + 1;
      credit = there.credit();
      node.witness().attached(node, log.source(), there.position());
      heard(there.position(), Lane.INSIGHT, 0);
    } else if (reply instanceof Pipeline.Accepted taken) {
      credit++;
      heard(taken.position(), taken.lane(), taken.seq());
    } else if (reply instanceof Pipeline.Refused not && not.position() > 0) {
      credit++;
      log.refuse();
      node.witness().refused(node, log.source(), not.position());
    }
    return submit();
  }

  private void heard(long position, Lane lane, long seq) {
    if (position > 0) {
      log.accepted(position);
      node.witness().accepted(node, log.source(), position, lane, seq);
    }
  }

  private Behavior<Command> submit() {
    long now = node.world().nowNanos();
    long taken = log.takenTo(now);
    while (attached && credit > 0 && next <= taken) {
      if (log.produce(next)) {
        node.witness().produced(node, log.source(), next);
      }
      pipeline.tell(new Pipeline.Submit(reading(next), self));
      next++;
      credit--;
    }
    if (attached && next > taken) {
      long wait = log.takenNanos(taken + 1) - now;
      timers.startSingleTimer(Internal.DUE, Internal.DUE, Duration.ofNanos(Math.max(1, wait)));
    }
    return this;
  }

  private Reading reading(long position) {
    long draw = Trace.mix(Trace.mix(log.source().hashCode()) + position);
    double noise = (draw >>> 11) * 0x1p-53;
    boolean anomaly = (Trace.mix(draw) >>> 11) * 0x1p-53 < anomalies;
    double[] values = {
      TEMPERATURE + NOISE * noise, HUMIDITY + NOISE * (1 - noise) + (anomaly ? ANOMALY : 0)
    };
    return new Reading(
        log.source(),
        new SourcePosition(log.source(), position),
        node.clock().monotonicNanos(),
        CHANNELS,
        values);
  }
}
