package io.ebbmesh.sim.simulate;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sim.machine.SensorLog;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sim.scenario.report.RunRecorder;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells the report's recorder what happens to a fleet. */
final class Recording implements Witness {

  private static final int HUB = -1;

  private final World world;
  private @Nullable RunRecorder recorder;
  private long[] liveSince = new long[0];

  Recording(World world) {
    this.world = world;
  }

  /** Begins, when all nodes are there. */
  void begin(long horizonNanos, List<SimNode> nodes) {
    recorder = new RunRecorder(horizonNanos, nodes.stream().map(SimNode::name).toList());
    liveSince = new long[nodes.size()];
    nodes.forEach(node -> link(node, node.wire().isUp()));
  }

  RunRecorder end() {
    RunRecorder ended = Objects.requireNonNull(recorder);
    ended.end(world.nowNanos());
    return ended;
  }

  private static int index(SimNode node) {
    return node.number() - 1;
  }

  @Override
  public void link(SimNode node, boolean up) {
    if (recorder != null) {
      recorder.link(index(node), world.nowNanos(), up);
    }
  }

  @Override
  public void session(SimNode node, boolean live) {
    if (recorder != null) {
      recorder.session(index(node), world.nowNanos(), live);
      liveSince[index(node)] = world.nowNanos();
    }
  }

  @Override
  public void crashed(SimNode node, boolean power) {
    session(node, false);
    fault(node.number(), power ? "power" : "crash", power ? "power is gone" : "process ended");
  }

  @Override
  public void hubCrashed() {
    fault(0, "hub", "the hub's process ended");
  }

  @Override
  public void fault(int node, String kind, String text) {
    if (recorder != null) {
      recorder.fault(world.nowNanos(), node == 0 ? HUB : node - 1, kind, text);
    }
  }

  @Override
  public void accepted(SimNode node, String source, long position, Lane lane, long seq) {
    if (recorder != null && seq > 0) {
      recorder.accepted(index(node), world.nowNanos());
    }
  }

  @Override
  public void dialled(SimNode node) {
    if (recorder != null) {
      recorder.dialled(index(node), world.nowNanos());
    }
  }

  @Override
  public void sent(SimNode node, boolean toHub, int bytes) {
    if (recorder != null) {
      recorder.sent(index(node), world.nowNanos(), toHub, bytes);
    }
  }

  @Override
  public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
    if (recorder == null) {
      return;
    }
    if (!(change instanceof StoreBlock block)) {
      long lost = now.cursor().held().count() - before.held().count();
      recorder.declaredLost(index(node), world.nowNanos(), lost);
      return;
    }
    for (int i = 0; i < block.insights().size(); i++) {
      long seq = block.seqs().first() + i;
      if (!before.held().contains(seq) && !now.repeated().contains(seq)) {
        stored(recorder, node, block.insights().get(i));
      }
    }
  }

  private void stored(RunRecorder into, SimNode node, Insight insight) {
    SourcePosition from = insight.source();
    long now = world.nowNanos();
    long taken = now;
    if (from != null) {
      for (SensorLog sensor : node.sensors()) {
        if (sensor.source().equals(from.source())) {
          taken = Math.min(now, sensor.takenNanos(from.position()));
        }
      }
    }
    into.stored(index(node), now, now - taken, taken < liveSince[index(node)]);
  }
}
