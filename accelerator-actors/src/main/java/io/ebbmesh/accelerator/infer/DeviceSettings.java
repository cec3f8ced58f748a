package io.ebbmesh.accelerator.infer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;

/**
 * Limits of one {@link DeviceActor}; the comments are in {@code reference.conf}.
 *
 * @param instances sessions of the model, each with a thread of its own
 * @param queueLimit requests that wait
 * @param maxBatch requests that run together
 * @param maxInputBytes all inputs of one request together
 * @param maxWatchers who hears of changes
 * @param reopenMinNanos first pause before a failed session is opened again
 * @param reopenMaxNanos longest such pause
 * @param sweepNanos how often waiting requests are looked through for passed deadlines
 * @param stuckNanos a run that takes longer is taken for a hanging device
 * @param loadNanos a release that takes longer to open and check does not serve
 */
public record DeviceSettings(
    int instances,
    int queueLimit,
    int maxBatch,
    long maxInputBytes,
    int maxWatchers,
    long reopenMinNanos,
    long reopenMaxNanos,
    long sweepNanos,
    long stuckNanos,
    long loadNanos) {

  public DeviceSettings {
    atLeastOne("instances", instances);
    atLeastOne("queue-limit", queueLimit);
    atLeastOne("max-batch", maxBatch);
    atLeastOne("max-input-bytes", maxInputBytes);
    atLeastOne("max-watchers", maxWatchers);
    atLeastOne("reopen-min", reopenMinNanos);
    atLeastOne("sweep-every", sweepNanos);
    atLeastOne("stuck-after", stuckNanos);
    atLeastOne("load-within", loadNanos);
    if (reopenMaxNanos < reopenMinNanos) {
      throw new IllegalArgumentException("reopen-max must not be shorter than reopen-min");
    }
  }

  /**
   * Settings for one model: the block {@code slots.MODEL} over the block {@code device}.
   *
   * @param config the block {@code ebbmesh.accelerator}
   * @throws IllegalArgumentException if a value is out of range; the message names the key
   * @throws com.typesafe.config.ConfigException if a value has the wrong type or unit
   */
  public static DeviceSettings of(Config config, String model) {
    String slot = ConfigUtil.joinPath("slots", model);
    Config device = config.getConfig("device");
    Config merged = config.hasPath(slot) ? config.getConfig(slot).withFallback(device) : device;
    return new DeviceSettings(
        merged.getInt("instances"),
        merged.getInt("queue-limit"),
        merged.getInt("max-batch"),
        merged.getBytes("max-input-bytes"),
        merged.getInt("max-watchers"),
        merged.getDuration("reopen-min").toNanos(),
        merged.getDuration("reopen-max").toNanos(),
        merged.getDuration("sweep-every").toNanos(),
        merged.getDuration("stuck-after").toNanos(),
        merged.getDuration("load-within").toNanos());
  }

  private static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "ebbmesh.accelerator.device." + key + " must be at least 1, not " + value);
    }
  }
}
