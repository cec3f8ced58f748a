package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Insights for tests: ordinary ones, and ones that visit every corner of the format. */
public final class InsightSamples {

  public static final BootTime BASE =
      new BootTime(
          UUID.fromString("2f1c3a52-77d0-4c7b-9d5e-0a8f6f1f2b90"),
          90_000_000_000_000L,
          1_764_000_000_000L,
          ClockQuality.CARRIED);

  private static final float[] ODD_FLOATS = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    21.53f,
    1e-30f,
    1 / 3f
  };

  private InsightSamples() {}

  public static List<Insight> detections(long seed, int count) {
    DetectionStream detections = new DetectionStream(seed, 200);
    List<Insight> insights = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      insights.add(detections.next());
    }
    return insights;
  }

  /** No two alike in anything: kinds, texts, times that jump, ragged values, sources or none. */
  public static List<Insight> odd(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    InsightKind[] kinds = InsightKind.values();
    List<Insight> insights = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] values = new float[random.nextInt(4) == 0 ? random.nextInt(40) : 3];
      for (int j = 0; j < values.length; j++) {
        values[j] = odd(random);
      }
      insights.add(
          new Insight(
              kinds[random.nextInt(kinds.length)],
              text(random),
              text(random),
              text(random),
              text(random),
              random.nextBoolean() ? random.nextLong() : i,
              odd(random),
              values,
              source(random)));
    }
    return insights;
  }

  private static float odd(SplittableRandom random) {
    return random.nextInt(3) == 0
        ? Float.intBitsToFloat(random.nextInt())
        : ODD_FLOATS[random.nextInt(ODD_FLOATS.length)];
  }

  private static String text(SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0:
        return "";
      case 1:
        return "Größe-" + random.nextInt(5);
      case 2:
        return "温度-" + random.nextLong();
      case 3:
        return "x".repeat(random.nextInt(Insight.MAX_STRING_CHARS + 1));
      default:
        return "stream-" + random.nextInt(9);
    }
  }

  private static @Nullable SourcePosition source(SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      return null;
    }
    long position = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(100);
    return new SourcePosition("http/" + random.nextInt(6), position);
  }

  /** Smooth readings, as decimal fractions and as floats that are on no grid. */
  public static List<Insight> readings(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Insight> insights = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float temperature = Math.round(2_000 + 300 * Math.sin(i / 50.0) + random.nextInt(5)) / 100f;
      float score = (float) Math.exp(-random.nextDouble() * 5);
      insights.add(
          new Insight(
              InsightKind.ANOMALY,
              "mote-" + i % 4,
              "wsn-normal@3",
              score > 0.9 ? "anomalous" : "normal",
              "",
              BASE.monotonicNanos() + 5_000_000_000L * i,
              score,
              new float[] {temperature, temperature * 1.7f},
              new SourcePosition("csv/mote-" + i % 4, 1 + i / 4)));
    }
    return insights;
  }
}
