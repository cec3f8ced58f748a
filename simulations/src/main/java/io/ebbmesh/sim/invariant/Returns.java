package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the nodes come back to a hub that was away. Hears everything after the {@link Accounts} did.
 */
public final class Returns implements Witness {

  /** Of what has not happened yet. */
  private static final double NOT_YET = -1;

  private static final double NANOS = 1e9;

  private final World world;
  private final Accounts accounts;
  private final List<Return> over = new ArrayList<>();
  private boolean booted;
  private boolean coming;

  /** By node: how many it had accepted when the hub was back; those that wait for a session. */
  private final Map<Integer, Long> unwelcomed = new TreeMap<>();

  /** The same, of those of which something waits that was accepted before. */
  private final Map<Integer, Long> unserved = new TreeMap<>();

  private long backNanos;
  private int nodes;
  private long dials;
  private double welcomedSeconds;

  /**
   * One return of the hub.
   *
   * @param atSeconds when it was back
   * @param nodes that ran then
   * @param welcomedSeconds after that, all of them had a session; -1 if that never was
   * @param servedSeconds after that, the hub had all that waited at them; -1 if it never had
   * @param dials of all nodes until then
   */
  public record Return(
      double atSeconds, int nodes, double welcomedSeconds, double servedSeconds, long dials) {}

  public Returns(World world, Accounts accounts) {
    this.world = world;
    this.accounts = accounts;
  }

  /** All that were, the one that goes on included. */
  public List<Return> all() {
    List<Return> all = new ArrayList<>(over);
    if (coming) {
      all.add(current(NOT_YET));
    }
    return all;
  }

  private Return current(double servedSeconds) {
    return new Return(backNanos / NANOS, nodes, welcomedSeconds, servedSeconds, dials);
  }

  private double since() {
    return (world.nowNanos() - backNanos) / NANOS;
  }

  @Override
  public void hubBooted() {
    if (!booted) {
      booted = true;
      return;
    }
    coming = true;
    backNanos = world.nowNanos();
    dials = 0;
    welcomedSeconds = NOT_YET;
    for (NodeAccount account : accounts.all()) {
      if (account.open) {
        unwelcomed.put(account.node.number(), account.accepted);
      }
    }
    unserved.putAll(unwelcomed);
    nodes = unserved.size();
  }

  @Override
  public void hubCrashed() {
    if (coming) {
      over.add(current(NOT_YET));
    }
    coming = false;
    unwelcomed.clear();
    unserved.clear();
  }

  @Override
  public void dialled(SimNode node) {
    dials++;
  }

  @Override
  public void session(SimNode node, boolean live) {
    if (coming && live && unwelcomed.remove(node.number()) != null && unwelcomed.isEmpty()) {
      welcomedSeconds = since();
    }
    served(node);
  }

  @Override
  public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
    served(node);
  }

  private void served(SimNode node) {
    Long upTo = unserved.get(node.number());
    if (!coming || upTo == null || unwelcomed.containsKey(node.number())) {
      return;
    }
    Pending oldest = accounts.of(node).oldestPending();
    if (oldest == null || oldest.number() > upTo) {
      unserved.remove(node.number());
      if (unserved.isEmpty()) {
        over.add(current(since()));
        coming = false;
      }
    }
  }
}
