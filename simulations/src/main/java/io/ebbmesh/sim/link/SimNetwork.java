package io.ebbmesh.sim.link;

import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.link.LinkListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All wires, and the door of the hub at which they end. */
public final class SimNetwork {

  /**
   * What both sides send in a mutual TLS 1.3 handshake with certificates like ours, tickets too.
   */
  private static final int NODE_HANDSHAKE_BYTES = 1_500;

  private static final int HUB_HANDSHAKE_BYTES = 3_700;

  private final World world;
  private final HubDoor door;
  private final Tampering tampering;
  private final List<Wire> wires = new ArrayList<>();
  private @Nullable Supplier<LinkListener> listeners;
  private int halfOpen;
  private long busyUntilNanos;

  /**
   * How many connections the hub can take.
   *
   * @param handshakeNanos what one TLS handshake takes of the hub's processor
   * @param handshakeTimeoutNanos when an unfinished one is given up
   * @param maxHalfOpen unfinished ones; the next connection is closed at once
   */
  public record HubDoor(long handshakeNanos, long handshakeTimeoutNanos, int maxHalfOpen) {}

  /**
   * @param tampering none in an honest world
   */
  public SimNetwork(World world, HubDoor door, Tampering tampering) {
    this.world = world;
    this.door = door;
    this.tampering = tampering;
  }

  Tampering tampering() {
    return tampering;
  }

  World world() {
    return world;
  }

  /**
   * Lays the wire of one node.
   *
   * @param name of its machine
   * @param id as in its certificate
   */
  public Wire wire(
      int node,
      String name,
      String id,
      LinkSchedule schedule,
      WireSettings settings,
      WireWatch watch) {
    Wire wire = new Wire(this, node, name, id, schedule, settings, watch);
    wires.add(wire);
    return wire;
  }

  /** The hub listens from now on. */
  public void listen(Supplier<LinkListener> hubListeners) {
    listeners = hubListeners;
  }

  /** The hub's process ended. */
  public void hubEnded() {
    listeners = null;
    wires.forEach(Wire::hubEnded);
  }

  /** A dial reached the hub, which shakes one hand after the other. */
  void handshake(Wire wire, long number, LinkListener node) {
    if (listeners == null) {
      node.onDown("connection refused");
      return;
    }
    if (halfOpen >= door.maxHalfOpen()) {
      node.onDown("closed by the hub: too many handshakes");
      return;
    }
    long start = Math.max(world.nowNanos(), busyUntilNanos);
    long exchange = wire.exchange(NODE_HANDSHAKE_BYTES, HUB_HANDSHAKE_BYTES);
    if (Math.max(exchange, start - world.nowNanos()) > door.handshakeTimeoutNanos()) {
      world.after(door.handshakeTimeoutNanos(), () -> node.onDown("the handshake timed out"));
      return;
    }
    busyUntilNanos = start + door.handshakeNanos();
    halfOpen++;
    world.at(
        busyUntilNanos + exchange,
        () -> {
          halfOpen--;
          if (!wire.isUp()) {
            world.after(door.handshakeTimeoutNanos(), () -> node.onDown("the handshake timed out"));
          } else if (listeners == null) {
            node.onDown("connection reset");
          } else {
            LinkListener hub = listeners.get();
            Line line = wire.connect(number, node, hub);
            hub.onUp(line.hubEnd);
            node.onUp(line.nodeEnd);
          }
        });
  }
}
