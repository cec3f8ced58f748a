package io.ebbmesh.protocol.sample;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;

/**
 * An endless seeded run of detections of twelve cameras, as an int8 detector gives them.
 *
 * <p>Each camera follows one object at a time: its box drifts, is quantised to the grid of the
 * detector's output and is lost after a while. Times ascend and jitter by the nanosecond, so no two
 * insights are equal. The same seed and size give the same run. Not thread-safe.
 */
public final class DetectionStream {

  /** Fewest bytes that an insight can be asked to have. */
  public static final int MIN_BYTES = 100;

  /** Most bytes that an insight can be asked to have. */
  public static final int MAX_BYTES = 2_000;

  private static final int CAMERAS = 12;
  private static final int BOX_VALUES = 4;
  private static final long FRAME_NANOS = 66_666_667;
  private static final double JITTER_NANOS = 150_000;

  // From here on there is room for a source, which a producer that can repeat gives.
  private static final int MIN_BYTES_WITH_SOURCE = 150;

  private final SplitMix chance;
  private final Camera[] cameras = new Camera[CAMERAS];

  /**
   * @param seed chooses the run
   * @param protobufBytes mean length of an insight as a protobuf message, {@value #MIN_BYTES} to
   *     {@value #MAX_BYTES}; single ones differ by the length of their label
   */
  public DetectionStream(long seed, int protobufBytes) {
    if (protobufBytes < MIN_BYTES || protobufBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "an insight can have " + MIN_BYTES + " to " + MAX_BYTES + " bytes, not " + protobufBytes);
    }
    chance = new SplitMix(seed);
    for (int i = 0; i < CAMERAS; i++) {
      cameras[i] = new Camera(i, protobufBytes, chance);
    }
  }

  /** The next detection in the order of time. */
  public Insight next() {
    Camera camera = cameras[0];
    for (Camera other : cameras) {
      if (other.observedNanos < camera.observedNanos) {
        camera = other;
      }
    }
    return camera.detect();
  }

  /** One camera with the object that it follows. */
  private static final class Camera {

    private static final String[] LABELS = {
      "person",
      "person",
      "person",
      "person",
      "person",
      "forklift",
      "forklift",
      "pallet",
      "helmet",
      "no-helmet",
      "truck",
      "reel"
    };
    private static final String MODEL_PREFIX = "ppe-detector-";
    private static final String[] MODELS = {
      "ppe-detector-yolox-s-int8-416x416.cpu-avx2-vnni@41",
      "ppe-detector-yolox-s-int8-416x416.cpu-avx2-vnni@42"
    };
    private static final float BOX_STEP = 0.00784314f;
    private static final float SCORE_STEP = 1 / 256f;
    private static final float FEATURE_STEP = 0.0236220472f;

    private final SplitMix chance;
    private final String stream;
    private final String model;
    private final String source;
    private final String decidedBy;
    private final double[] state;
    private final double[] drift = new double[BOX_VALUES];
    private String label = LABELS[0];
    private double certainty;
    private int framesLeft;
    private long position;
    private long tickNanos;
    private long observedNanos;

    Camera(int number, int protobufBytes, SplitMix chance) {
      this.chance = chance;
      boolean wide = protobufBytes >= MIN_BYTES_WITH_SOURCE;
      String name = "hall-" + number / 4 + "/line-" + number / 2 + "/camera-" + (101 + number);
      stream = wide ? "plant-north/" + name : "camera-" + (101 + number);
      String release = MODELS[number % 5 == 4 ? 1 : 0];
      model = wide ? release : release.substring(MODEL_PREFIX.length());
      source = wide ? "rtsp-replay/plant-north/" + name : "";
      // One camera hangs on a node without an accelerator and is decided by a neighbour.
      decidedBy = number == 7 ? "gateway-03" : "";
      state = new double[valueCount(protobufBytes)];
      position = chance.below(50_000);
      tickNanos = 90_000_000_000_000L + chance.below(FRAME_NANOS);
      observedNanos = tickNanos;
    }

    /** As many values as bring an insight with a label of mean length to the wanted size. */
    private int valueCount(int protobufBytes) {
      int text = 2 + stream.length() + 2 + model.length() + 2 + 7;
      int tail = source.isEmpty() ? 0 : 2 + 2 + source.length() + 4;
      int fixed = 2 + text + 9 + 5 + tail + (protobufBytes > 300 ? 3 : 2);
      return Math.max(BOX_VALUES, Math.round((protobufBytes - fixed) / (float) Float.BYTES));
    }

    Insight detect() {
      if (framesLeft-- == 0) {
        follow();
      }
      float[] values = new float[state.length];
      for (int i = 0; i < values.length; i++) {
        boolean box = i < BOX_VALUES;
        state[i] += box ? drift[i] + chance.gaussian() * 0.4 : chance.gaussian() * 2;
        state[i] = Math.max(box ? 0 : -128, Math.min(127, state[i]));
        values[i] = Math.round(state[i]) * (box ? BOX_STEP : FEATURE_STEP);
      }
      long raw = Math.round(certainty + chance.gaussian() * 6);
      float score = Math.max(96, Math.min(255, raw)) * SCORE_STEP;
      position++;
      Insight insight =
          new Insight(
              InsightKind.DETECTION,
              stream,
              model,
              label,
              decidedBy,
              observedNanos,
              score,
              values,
              source.isEmpty() ? null : new SourcePosition(source, position));
      tickNanos += FRAME_NANOS;
      long jittered = tickNanos + (long) (chance.gaussian() * JITTER_NANOS);
      observedNanos = Math.max(observedNanos + 1, jittered);
      return insight;
    }

    private void follow() {
      framesLeft = 15 + (int) chance.below(90);
      label = LABELS[(int) chance.below(LABELS.length)];
      certainty = 150 + chance.below(90);
      for (int i = 0; i < state.length; i++) {
        state[i] = i < BOX_VALUES ? 10 + chance.below(100) : chance.gaussian() * 32;
      }
      for (int i = 0; i < BOX_VALUES; i++) {
        drift[i] = chance.gaussian() * (i < 2 ? 0.7 : 0.15);
      }
    }
  }

  /** Seeded chance (Steele, Lea and Flood, "Fast splittable pseudorandom number generators"). */
  private static final class SplitMix {
    private long state;

    SplitMix(long seed) {
      state = seed;
    }

    long next() {
      state += 0x9E3779B97F4A7C15L;
      long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      return mixed ^ (mixed >>> 31);
    }

    long below(long bound) {
      return Math.floorMod(next() >>> 1, bound);
    }

    /** Nearly normal with deviation 1: the sum of four even distributions. */
    double gaussian() {
      long bits = next();
      long sum = 0;
      for (int shift = 0; shift < 64; shift += 16) {
        sum += (bits >>> shift) & 0xFFFF;
      }
      return (sum / 65_536.0 - 2) * Math.sqrt(3);
    }
  }
}
