package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.sample.DetectionStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Streams of the kinds that nodes send in small blocks, with the names of two made-up worlds: a
 * dictionary is trained on one and judged by the other, which shares no site, stream, model or
 * neighbour with it, only what programs write themselves.
 */
final class SmallBlocks {

  /** The words of a world. */
  private record World(
      String[] sites, String[] places, String[] things, String[] models, String[] neighbours) {}

  private static final World TRAINED =
      new World(
          new String[] {"plant-north", "house-17", "site-3", "berlin-2", "farm", "building-a"},
          new String[] {"hall-1", "line-4", "kitchen", "roof", "pump-room", "floor-2", "cell-12"},
          new String[] {"camera-101", "sensor-12", "mote-3", "motor-2", "temperature", "meter-5"},
          new String[] {"ppe-detector", "wsn-normal", "vibration", "leak-detector", "occupancy"},
          new String[] {"gateway-03", "node-1", "edge-2", "gateway-11"});

  private static final World OTHER =
      new World(
          new String[] {"werk-sued", "quai-7", "mill", "xj9", "wohnung/42", "tower_b"},
          new String[] {"presse-3", "treppe", "dock", "west", "boiler", "umkleide", "rig 8"},
          new String[] {"cam_left", "thermo", "probe-77", "axis.z", "flow", "klingel"},
          new String[] {"helmets-tiny", "bearing-wear", "smoke", "parcels", "dough"},
          new String[] {"box-a", "rack7", "jetson-5", "nuc"});

  /** Names of the kinds of stream, in the order of {@link #stream}. */
  static final List<String> KINDS =
      List.of("detections", "judgements", "anomalies", "alarms", "aggregates", "samples");

  private SmallBlocks() {}

  /**
   * A run of one kind.
   *
   * @param kind index in {@link #KINDS}
   * @param known whether its names are those that a dictionary was trained on
   */
  static List<Insight> stream(int kind, boolean known, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = known ? TRAINED : OTHER;
    return switch (kind) {
      case 0 -> detections(world, random, count);
      case 1 -> judgements(world, random, 0.02, count);
      case 2 -> judgements(world, random, 1, count);
      case 3 -> alarms(world, random, count);
      case 4 -> aggregates(world, random, count);
      case 5 -> samples(world, random, count);
      default -> throw new IllegalArgumentException("no kind " + kind);
    };
  }

  private static String pick(String[] words, SplittableRandom random) {
    return words[random.nextInt(words.length)];
  }

  private static String path(World world, SplittableRandom random) {
    String thing = pick(world.things, random);
    return switch (random.nextInt(4)) {
      case 0 -> thing;
      case 1 -> pick(world.places, random) + "/" + thing;
      default -> pick(world.sites, random) + "/" + pick(world.places, random) + "/" + thing;
    };
  }

  private static String[] paths(World world, SplittableRandom random) {
    String[] paths = new String[1 + random.nextInt(12)];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = path(world, random);
    }
    return paths;
  }

  private static String model(World world, SplittableRandom random) {
    return pick(world.models, random) + "@" + (1 + random.nextInt(60));
  }

  private static String neighbour(World world, SplittableRandom random) {
    return random.nextInt(5) == 0 ? pick(world.neighbours, random) : "";
  }

  /** Boxes as the sample stream has them, renamed: it knows one plant only. */
  private static List<Insight> detections(World world, SplittableRandom random, int count) {
    DetectionStream sample = new DetectionStream(random.nextLong(), 150 + random.nextInt(100));
    String[] streams = paths(world, random);
    String model = model(world, random);
    String prefix = random.nextBoolean() ? "rtsp/" : "";
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Insight from = sample.next();
      String stream = streams[Math.floorMod(from.stream().hashCode(), streams.length)];
      insights.add(
          new Insight(
              from.kind(),
              stream,
              model,
              from.label(),
              "",
              from.observedNanos(),
              from.score(),
              from.values(),
              new SourcePosition(prefix + stream, 1_000 + i)));
    }
    return insights;
  }

  /** As the judge of the pipeline makes them, from files and over HTTP. */
  private static List<Insight> judgements(
      World world, SplittableRandom random, double anomalous, int count) {
    String[] streams = paths(world, random);
    String model = model(world, random);
    String neighbour = neighbour(world, random);
    String sources = random.nextBoolean() ? "csv/" : "http/";
    long time = InsightSamples.BASE.monotonicNanos() + random.nextLong(1_000_000_000L);
    long position = 1 + random.nextInt(100_000);
    int channels = 1 + random.nextInt(3);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean anomaly = random.nextDouble() < anomalous;
      float[] values = new float[channels];
      for (int j = 0; j < channels; j++) {
        values[j] = Math.round(2_000 + 500 * j + 300 * random.nextDouble()) / 100f;
      }
      double score = anomaly ? 1 + 3 * random.nextDouble() : random.nextDouble();
      String stream = streams[i % streams.length];
      time += 1_000_000_000L * (1 + random.nextInt(5)) + random.nextInt(2_000_000);
      insights.add(
          new Insight(
              anomaly ? InsightKind.ANOMALY : InsightKind.CLASSIFICATION,
              stream,
              model,
              anomaly ? "anomaly" : random.nextInt(50) == 0 ? "unsettled" : "normal",
              neighbour,
              time,
              (float) score,
              values,
              new SourcePosition(sources + streams[0] + ".csv", position++)));
    }
    return insights;
  }

  private static List<Insight> alarms(World world, SplittableRandom random, int count) {
    String[] labels = {"no-helmet", "smoke", "leak", "anomaly", "person", "overheat", "intrusion"};
    String model = model(world, random);
    long time = InsightSamples.BASE.monotonicNanos() + random.nextLong(5_000_000_000L);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      time += random.nextLong(60_000_000_000L);
      insights.add(
          new Insight(
              random.nextBoolean() ? InsightKind.DETECTION : InsightKind.ANOMALY,
              path(world, random),
              model,
              pick(labels, random),
              neighbour(world, random),
              time,
              (float) (0.5 + random.nextDouble() / 2),
              random.nextBoolean() ? new float[0] : new float[] {random.nextInt(256) / 255f},
              random.nextBoolean() ? null : new SourcePosition("alarms", 1 + i)));
    }
    return insights;
  }

  /** Count, least, greatest and mean of a window of a minute. */
  private static List<Insight> aggregates(World world, SplittableRandom random, int count) {
    String[] streams = paths(world, random);
    long time = InsightSamples.BASE.monotonicNanos() + random.nextLong(60_000_000_000L);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float mean = Math.round(2_000 + 300 * random.nextDouble()) / 100f;
      time += i % streams.length == 0 ? 60_000_000_000L : 0;
      insights.add(
          new Insight(
              InsightKind.AGGREGATE,
              streams[i % streams.length],
              "",
              "",
              "",
              time,
              0,
              new float[] {60, mean - random.nextInt(300) / 100f, mean + 2.5f, mean},
              null));
    }
    return insights;
  }

  /** A short window of raw readings. */
  private static List<Insight> samples(World world, SplittableRandom random, int count) {
    String[] streams = paths(world, random);
    long time = InsightSamples.BASE.monotonicNanos() + random.nextLong(1_000_000_000L);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[8];
      double level = 20 + random.nextDouble();
      for (int j = 0; j < values.length; j++) {
        level += (random.nextDouble() - 0.5) / 4;
        values[j] = Math.round(level * 100) / 100f;
      }
      time += 1_000_000_000L;
      insights.add(
          new Insight(
              InsightKind.SAMPLE,
              streams[i % streams.length],
              "",
              "",
              "",
              time,
              0,
              values,
              new SourcePosition("http/" + streams[0], 1 + i)));
    }
    return insights;
  }
}
