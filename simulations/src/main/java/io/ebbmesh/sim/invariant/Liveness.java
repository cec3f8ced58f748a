package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.world.Timer;
import io.ebbmesh.sim.world.World;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * While nothing stands in the way for long enough, everything that waited at the beginning arrives.
 * "Long enough" is the limit and what the link needs for it. A node that has power opens its outbox
 * within the limit, however often its program ends and is started again meanwhile.
 */
final class Liveness extends Invariant {

  private static final double BITS_PER_INSIGHT = 400 * 8;
  private static final double NANOS = 1e9;

  /** On a disk that is fuller a program may end while it starts. */
  private static final long ROOM_TO_START_BYTES = 64 * 1024;

  /** A node whose program was started and whose outbox is not open, and when that is too long. */
  private record Opening(SimNode node, Timer deadline) {}

  private final World world;
  private final long withinNanos;

  private final Map<Integer, Opening> opening = new HashMap<>();

  private final Set<SimNode> damaged = Collections.newSetFromMap(new IdentityHashMap<>());
  private int endsByItself;

  Liveness(World world, long withinNanos) {
    super(
        Invariants.LIVENESS,
        "with power for long enough a node accepts, and with the link up its backlog empties");
    this.world = world;
    this.withinNanos = withinNanos;
  }

  @Override
  void onPath(SimNode node, NodeAccount account, boolean whole) {
    if (whole) {
      watch(node, account);
    }
  }

  private void watch(SimNode node, NodeAccount account) {
    int epoch = account.pathEpoch;
    long upTo = account.accepted;
    double rate = Math.max(1, node.wire().upBitsPerSecond());
    long transfer = (long) (account.pendingCount() * BITS_PER_INSIGHT / rate * NANOS);
    world.after(
        withinNanos + transfer,
        () -> {
          if (account.pathEpoch == epoch) {
            judge(node, account, upTo);
            watch(node, account);
          }
        });
  }

  private void judge(SimNode node, NodeAccount account, long upTo) {
    Pending oldest = account.oldestPending();
    check(
        oldest == null || oldest.number() > upTo,
        node,
        () ->
            "nothing stood between it and the hub for "
                + withinNanos / NANOS
                + " s, and "
                + account.pendingCount()
                + " insights wait, the oldest of them "
                + oldest);
  }

  @Override
  public void booted(SimNode node) {
    if (!opening.containsKey(node.number())) {
      waitFor(node);
    }
  }

  @Override
  public void opened(SimNode node) {
    stopWaiting(node.number());
  }

  /** Whatever is done to a node gives it the whole time again; that it ends by itself does not. */
  @Override
  public void fault(int node, String kind, String text) {
    if (kind.equals(SimNode.EXIT)) {
      endsByItself = node;
      return;
    }
    Opening wait = stopWaiting(node);
    if (wait != null) {
      waitFor(wait.node());
    }
  }

  @Override
  public void crashed(SimNode node, boolean power) {
    if (endsByItself != node.number()) {
      stopWaiting(node.number());
    }
    endsByItself = 0;
  }

  @Override
  public void damaged(SimNode node) {
    damaged.add(node);
  }

  private void waitFor(SimNode node) {
    Timer deadline =
        world.after(
            withinNanos,
            () -> {
              judge(node);
              waitFor(node);
            });
    opening.put(node.number(), new Opening(node, deadline));
  }

  private @Nullable Opening stopWaiting(int node) {
    Opening wait = opening.remove(node);
    if (wait != null) {
      wait.deadline().cancel();
    }
    return wait;
  }

  private void judge(SimNode node) {
    check(
        damaged.contains(node) || node.disk().usableBytes() < ROOM_TO_START_BYTES,
        node,
        () ->
            "nothing kept it from starting for "
                + withinNanos / NANOS
                + " s, and its outbox is not open; it was started "
                + node.boots()
                + " times");
  }
}
