package io.ebbmesh.sim.link;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.link.LinkListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way between one node and the hub, as TCP and TLS make it look to a session: frames arrive
 * whole and in order, late when packets are lost, not at all when the connection is.
 *
 * <p>Its schedule says what it is like; cuts lie over it, for both directions or one.
 */
public final class Wire implements Link {

  /** After an outage the sender tries again within what it waited for last, at most this. */
  private static final double MAX_RETRANSMISSION_NANOS = 60e9;

  private static final int LINES_BEFORE_SWEEP = 8;

  final World world;
  final int node;
  final String id;
  final WireSettings settings;
  final WireWatch watch;
  final Tampering tampering;
  final Chance chance;
  final Channel toHub;
  final Channel toNode;

  private final SimNetwork network;
  private final LinkSchedule schedule;
  private final List<Line> lines = new ArrayList<>();

  /** Nothing passes on these, but their ends are there until somebody gives them up. */
  private final List<Line> forgotten = new ArrayList<>();

  private @Nullable Runnable reachable;
  private boolean scheduledUp;
  private int cuts;
  private int cutsToHub;
  private int cutsToNode;
  private long downSinceNanos;
  private long dials;

  Wire(
      SimNetwork network,
      int node,
      String name,
      String id,
      LinkSchedule schedule,
      WireSettings settings,
      WireWatch watch) {
    this.world = network.world();
    this.network = network;
    this.node = node;
    this.id = id;
    this.schedule = schedule.over(settings.base());
    this.settings = settings;
    this.watch = watch;
    this.tampering = network.tampering();
    this.chance = world.chance("link/" + name);
    this.toHub = new Channel(this.schedule, true, settings.queueBytes());
    this.toNode = new Channel(this.schedule, false, settings.queueBytes());
    this.scheduledUp = condition().up();
    planChange();
    watch.link(node, scheduledUp);
  }

  LinkCondition condition() {
    return schedule.at(world.nowNanos());
  }

  private void planChange() {
    long next = schedule.nextChange(world.nowNanos());
    if (next != Long.MAX_VALUE) {
      world.at(
          next,
          () -> {
            boolean before = isUp();
            scheduledUp = condition().up();
            changed(before);
            planChange();
          });
    }
  }

  /** Whether bytes pass, in at least one direction. */
  public boolean isUp() {
    return scheduledUp && cuts == 0;
  }

  /** Whether bytes pass in both directions. */
  public boolean isWhole() {
    return passes(true) && passes(false);
  }

  /** From the node to the hub, at this moment. */
  public double upBitsPerSecond() {
    return condition().upBitsPerSecond();
  }

  boolean passes(boolean toHub) {
    return isUp() && (toHub ? cutsToHub : cutsToNode) == 0;
  }

  /** Cuts the link until it is mended as often as it was cut. */
  public void cut() {
    boolean before = isUp();
    cuts++;
    changed(before);
  }

  /** Takes one cut back. */
  public void mend() {
    boolean before = isUp();
    cuts--;
    changed(before);
  }

  /** Cuts one direction; who sends into it hears nothing of that. */
  public void cutOneWay(boolean toHub) {
    if (toHub) {
      cutsToHub++;
    } else {
      cutsToNode++;
    }
    downSinceNanos = world.nowNanos();
    watch.path(node, isWhole());
  }

  /** Takes one such cut back. */
  public void mendOneWay(boolean toHub) {
    if (toHub) {
      cutsToHub--;
    } else {
      cutsToNode--;
    }
    watch.path(node, isWhole());
    release();
  }

  /** Forgets the present connections without a word to either end, as a NAT that restarts does. */
  public void forgetConnections() {
    lines.forEach(Line::forget);
    forgotten.removeIf(Line::isOver);
    forgotten.addAll(lines);
    lines.clear();
  }

  /** The node's machine lost its power: its ends are gone, and nobody tells the hub. */
  public void nodeLostPower() {
    lines.forEach(Line::nodeGone);
    forgotten.forEach(Line::nodeGone);
  }

  /** The node's process ended and its kernel closes its connections. */
  public void nodeEnded() {
    lines.forEach(Line::nodeEnded);
    forgotten.forEach(Line::nodeEnded);
  }

  void hubEnded() {
    lines.forEach(Line::hubEnded);
    forgotten.forEach(Line::hubEnded);
  }

  private void changed(boolean before) {
    boolean up = isUp();
    if (up == before) {
      return;
    }
    world.trace().event(world.nowNanos(), EventKind.LINK, node, up ? 1 : 0, 0);
    watch.link(node, up);
    watch.path(node, isWhole());
    if (!up) {
      downSinceNanos = world.nowNanos();
      if (settings.cut() == WireSettings.Cut.RESET) {
        lines.forEach(line -> line.broken("the link is down"));
        lines.clear();
      }
      return;
    }
    release();
    if (settings.signal() && reachable != null) {
      reachable.run();
    }
  }

  /** What was on its way is sent again when the sender's timer next rings. */
  private void release() {
    long outage = world.nowNanos() - downSinceNanos;
    double wait = Math.min(outage, MAX_RETRANSMISSION_NANOS);
    long delay = (long) (Channel.MIN_RETRANSMISSION_NANOS + chance.nextDouble() * wait);
    lines.removeIf(Line::isOver);
    for (Line line : lines) {
      if (line.holdsAnything()) {
        world.after(delay, line::release);
      }
    }
  }

  @Override
  public void whenReachable(Runnable signal) {
    reachable = signal;
  }

  @Override
  public void dial(Endpoint hub, LinkListener listener) {
    long number = ++dials;
    world.trace().event(world.nowNanos(), EventKind.DIAL, node, number, 0);
    watch.dialled(node);
    if (!passes(true) || !passes(false)) {
      boolean known = settings.cut() == WireSettings.Cut.RESET;
      world.after(
          known ? 0 : settings.connectTimeoutNanos(),
          () -> listener.onDown("no answer from the hub"));
      return;
    }
    long roundTrip = toHub.delay(chance) + toNode.delay(chance);
    world.after(roundTrip, () -> network.handshake(this, number, listener));
  }

  /**
   * How long TLS takes to send its part each way, one after the other.
   *
   * @return {@link Long#MAX_VALUE} if one never arrives
   */
  long exchange(int bytesToHub, int bytesToNode) {
    watch.sent(node, true, bytesToHub);
    watch.sent(node, false, bytesToNode);
    long there = toHub.delay(world.nowNanos(), bytesToHub, chance);
    long back = toNode.delay(world.nowNanos(), bytesToNode, chance);
    return there == Long.MAX_VALUE || back == Long.MAX_VALUE ? Long.MAX_VALUE : there + back;
  }

  /** Both ends are there. */
  Line connect(long number, LinkListener nodeListener, LinkListener hubListener) {
    if (lines.size() >= LINES_BEFORE_SWEEP) {
      lines.removeIf(Line::isOver);
    }
    Line line = new Line(this, number, nodeListener, hubListener);
    lines.add(line);
    world.trace().event(world.nowNanos(), EventKind.CONNECTED, node, number, 0);
    return line;
  }
}
