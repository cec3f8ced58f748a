package io.ebbmesh.node.pipeline;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code ebbmesh.node.pipeline}; {@code reference.conf} says what each is.
 *
 * @param model name of the model that decides
 */
public record PipelineSettings(String model, Timing timing, Limits limits, Extras extras) {

  /** How long things take. */
  public record Timing(
      Duration inferenceTimeout,
      Duration neighbourTimeout,
      Duration retryDelay,
      Duration decideTimeout,
      Duration outboxRetryDelay,
      Duration outboxTimeout,
      Duration tick) {}

  /** What is bounded. */
  public record Limits(
      int sourceCredit, int maxSources, int maxSingles, int maxStreams, int rememberedAnswers) {}

  /**
   * What is made of readings beside decisions.
   *
   * @param sampleEvery every so many readings of a stream one is kept raw; 0: none
   * @param aggregateReadings so many readings of a stream become one aggregate; 0: none
   */
  public record Extras(int sampleEvery, int aggregateReadings) {}

  /**
   * Reads and checks.
   *
   * @param pipeline the object at {@code ebbmesh.node.pipeline}
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static PipelineSettings of(Config pipeline) {
    return new PipelineSettings(
        pipeline.getString("model"),
        new Timing(
            time(pipeline, "inference-timeout"),
            time(pipeline, "neighbour-timeout"),
            time(pipeline, "retry-delay"),
            time(pipeline, "decide-timeout"),
            time(pipeline, "outbox-retry-delay"),
            time(pipeline, "outbox-timeout"),
            time(pipeline, "tick")),
        new Limits(
            count(pipeline, "source-credit"),
            count(pipeline, "max-sources"),
            count(pipeline, "max-singles"),
            count(pipeline, "max-streams"),
            count(pipeline, "remembered-answers")),
        new Extras(
            countOrNone(pipeline, "samples.every"), countOrNone(pipeline, "aggregates.readings")));
  }

  private static Duration time(Config pipeline, String key) {
    Duration value = pipeline.getDuration(key);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "ebbmesh.node.pipeline." + key + " must be longer than nothing, not " + value);
    }
    return value;
  }

  private static int countOrNone(Config pipeline, String key) {
    int value = pipeline.getInt(key);
    if (value < 0) {
      throw new IllegalArgumentException(
          "ebbmesh.node.pipeline." + key + " must be at least 1, or 0 for none, not " + value);
    }
    return value;
  }

  private static int count(Config pipeline, String key) {
    int value = pipeline.getInt(key);
    if (value < 1) {
      throw new IllegalArgumentException(
          "ebbmesh.node.pipeline." + key + " must be at least 1, not " + value);
    }
    return value;
  }
}
