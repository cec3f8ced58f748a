package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.ebbmesh.protocol.block.BlockLimits;
import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import java.util.Locale;

/**
 * How one lane is treated; see {@code ebbmesh.sync.lanes} in {@code reference.conf}.
 *
 * @param weight share of the link beside the other lanes' weights
 * @param maxBlockInsights insights in one block
 * @param maxBlockBytes bytes of one block before compression
 * @param linger how long an idle intake waits for more before it writes a block
 * @param timeToLive how long an insight is worth sending; zero: for ever
 * @param quota of the disk budget
 * @param onFull what producers that do not wait are answered when the lane takes nothing
 */
public record LaneSettings(
    Lane lane,
    int weight,
    int maxBlockInsights,
    int maxBlockBytes,
    Duration linger,
    Duration timeToLive,
    Quota quota,
    OnFull onFull) {

  /** Where the settings of the lanes are, each below its id. */
  public static final String PATH = "ebbmesh.sync.lanes";

  /** Largest {@code max-block-size}. */
  static final int LARGEST_BLOCK_BYTES = 2 * 1024 * 1024;

  private static final String QUOTA_REMEDY =
      "choose a share of the disk budget above 0% and up to 100%, or a size such as 64 MiB";
  private static final int MAX_WEIGHT = 1_000;
  private static final Duration MAX_LINGER = Duration.ofMinutes(1);

  /** What a producer is answered that does not wait by itself. */
  public enum OnFull {
    /** At once that the lane is full. */
    REJECT,
    /** Nothing, until there is room or its time is over. */
    WAIT
  }

  /**
   * What a lane may take of the disk: a share of the budget, or bytes.
   *
   * @param bytes 0 if it is a share
   * @param percent of the budget, above 0 and at most 100; 0 if it is bytes
   */
  public record Quota(long bytes, double percent) {

    /** What that is of a budget, in bytes. */
    public long ofBudget(long budgetBytes) {
      return percent == 0 ? Math.min(bytes, budgetBytes) : (long) (budgetBytes * (percent / 100));
    }
  }

  public LaneSettings {
    within(lane, "weight", weight, MAX_WEIGHT);
    within(lane, "max-block-insights", maxBlockInsights, BlockLimits.DEFAULT.maxInsights());
    within(lane, "max-block-size", maxBlockBytes, LARGEST_BLOCK_BYTES);
    if (linger.isNegative() || linger.compareTo(MAX_LINGER) > 0) {
      throw wrong(lane, "linger", linger, "choose 0 s to " + MAX_LINGER.toSeconds() + " s");
    }
    if (timeToLive.isNegative()) {
      throw wrong(lane, "time-to-live", timeToLive, "choose a duration, or 0 s to keep all");
    }
  }

  /**
   * Reads the section of one lane of a whole configuration.
   *
   * @throws IllegalArgumentException naming the setting that is wrong, its limit and the remedy
   */
  public static LaneSettings of(Config config, Lane lane) {
    Config section = config.getConfig(PATH + "." + lane.id());
    return new LaneSettings(
        lane,
        section.getInt("weight"),
        section.getInt("max-block-insights"),
        (int) Math.min(section.getMemorySize("max-block-size").toBytes(), Integer.MAX_VALUE),
        section.getDuration("linger"),
        section.getDuration("time-to-live"),
        quota(lane, section),
        onFull(lane, section.getString("on-full")));
  }

  private static Quota quota(Lane lane, Config section) {
    String text = section.getString("quota").trim();
    try {
      if (text.endsWith("%")) {
        double percent = Double.parseDouble(text.substring(0, text.length() - 1).trim());
        if (percent > 0 && percent <= 100) {
          return new Quota(0, percent);
        }
      } else {
        long bytes = section.getMemorySize("quota").toBytes();
        if (bytes > 0) {
          return new Quota(bytes, 0);
        }
      }
    } catch (NumberFormatException | ConfigException e) {
      throw wrong(lane, "quota", "'" + text + "'", QUOTA_REMEDY);
    }
    throw wrong(lane, "quota", "'" + text + "'", QUOTA_REMEDY);
  }

  private static OnFull onFull(Lane lane, String text) {
    for (OnFull policy : OnFull.values()) {
      if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
        return policy;
      }
    }
    throw wrong(lane, "on-full", "'" + text + "'", "choose reject or wait");
  }

  private static void within(Lane lane, String key, int value, int most) {
    if (value < 1 || value > most) {
      throw wrong(lane, key, value, "choose 1 to " + most);
    }
  }

  private static IllegalArgumentException wrong(
      Lane lane, String key, Object value, String remedy) {
    return new IllegalArgumentException(
        PATH + "." + lane.id() + "." + key + " is " + value + ": " + remedy);
  }
}
