package io.ebbmesh.sim.machine;

import com.typesafe.config.Config;
import io.ebbmesh.sim.link.WireSettings;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated node is made of.
 *
 * @param name of the machine
 * @param id as in its certificate; another machine has the same one only if it is a copy
 * @param config made by {@code SimConfig}; shared by all nodes of a kind
 * @param lan the site it belongs to; null if it has no neighbours
 * @param sensors its sources
 * @param disk how fast and how large its disk is
 * @param inferenceNanos what one inference takes
 * @param accelerator whether it has one
 * @param behaviors what else runs on it
 */
public record NodePlan(
    String name,
    String id,
    Config config,
    LinkSchedule link,
    WireSettings wire,
    @Nullable Lan lan,
    List<SensorPlan> sensors,
    DiskPlan disk,
    long inferenceNanos,
    boolean accelerator,
    List<NodeBehavior> behaviors) {

  /** A second machine, at another place, that is set up from an image of this one. */
  public NodePlan copy(String copyName) {
    return new NodePlan(
        copyName,
        id,
        config,
        link,
        wire,
        null,
        sensors,
        disk,
        inferenceNanos,
        accelerator,
        behaviors);
  }

  /** Whether it was made as a copy of another machine. */
  public boolean isCopy() {
    return !name.equals(id);
  }

  /**
   * A source.
   *
   * @param name unique on its node
   * @param firstNanos when the first reading is taken, in nanoseconds of the world
   * @param intervalNanos between readings
   * @param anomalies share of readings that are far off, 0 to 1
   */
  public record SensorPlan(String name, long firstNanos, long intervalNanos, double anomalies) {}

  /**
   * A disk.
   *
   * @param syncNanos what a sync takes at least
   * @param syncJitterNanos what chance adds at most
   * @param capacityBytes its size
   */
  public record DiskPlan(long syncNanos, long syncJitterNanos, long capacityBytes) {}
}
