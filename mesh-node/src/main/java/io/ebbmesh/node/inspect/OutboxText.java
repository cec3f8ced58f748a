package io.ebbmesh.node.inspect;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.sync.insight.outbox.OutboxProblem;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.OutboxReport.LaneReport;
import io.ebbmesh.sync.insight.outbox.StoreIdentity;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** An outbox report as text. */
final class OutboxText {

  private OutboxText() {}

  static String of(Path store, OutboxReport report) {
    StringBuilder text = new StringBuilder("outbox ").append(store).append('\n');
    StoreIdentity identity = report.identity();
    if (identity == null) {
      text.append("  incarnation unknown: never opened, or its identity is damaged\n");
    } else {
      text.append("  incarnation ").append(identity.incarnation());
      text.append(", opened ").append(identity.lineage().epochs().size()).append(" times\n");
    }
    Set<Lane> empty = EnumSet.allOf(Lane.class);
    for (LaneReport lane : report.lanes()) {
      text.append(lane(lane));
      empty.remove(lane.lane());
    }
    for (Lane lane : empty) {
      text.append("  lane ").append(lane.id()).append(": never accepted anything\n");
    }
    for (OutboxProblem problem : report.problems()) {
      text.append("  problem: ").append(problem.text()).append('\n');
    }
    if (!report.problems().isEmpty()) {
      text.append("  ").append(report.problemSum()).append('\n');
    }
    return text.toString();
  }

  private static String lane(LaneReport lane) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "  lane %s: head %d, acknowledged %d, backlog %d in %d blocks (%d bytes), lost %d%n",
                lane.lane().id(),
                lane.nextSeq() - 1,
                lane.acknowledged().count(),
                lane.heldInsights(),
                lane.heldBlocks(),
                lane.heldBytes(),
                lane.lost().count()));
    text.append("    acknowledged ").append(lane.acknowledged()).append('\n');
    if (lane.oldestHeld() > 0) {
      text.append("    oldest held ").append(lane.oldestHeld()).append('\n');
    }
    text.append("    sources known ").append(lane.sources()).append('\n');
    for (LossRecord loss : lane.unacknowledgedLosses()) {
      text.append("    loss ").append(loss.id()).append(" not yet at the hub: ");
      text.append(loss.ranges()).append(' ').append(loss.reason()).append('\n');
    }
    return text.toString();
  }
}
