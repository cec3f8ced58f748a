package io.ebbmesh.node.detector;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The detector beside two simple rules, all judged in the same way on what training did not see.
 *
 * @param detector the detector, as ONNX Runtime runs it
 * @param baselines {@code humidity |z| > 3 over 240 readings} and {@code temperature above
 *     training}
 */
public record Evaluation(Figures detector, List<Figures> baselines) {

  /** Time between two readings of the sensor data. */
  public static final double SECONDS_PER_READING = 5;

  /**
   * One rule's judgements.
   *
   * @param name what the rule is called
   * @param streams one per stream
   * @param all their sum
   */
  public record Figures(String name, List<Judgement> streams, Judgement all) {

    /** As JSON has it. */
    public Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", name);
      put(map, all);
      List<Object> each = new ArrayList<>();
      for (Judgement stream : streams) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("stream", stream.stream());
        put(figures, stream);
        each.add(figures);
      }
      map.put("streams", each);
      return map;
    }

    private static void put(Map<String, Object> map, Judgement judgement) {
      map.put("precision", judgement.precision());
      map.put("recall", judgement.recall());
      map.put("f1", judgement.f1());
      map.put("truePositives", judgement.truePositives());
      map.put("falsePositives", judgement.falsePositives());
      map.put("falseNegatives", judgement.falseNegatives());
      map.put("events", judgement.events());
      map.put("eventsFound", judgement.eventsFound());
      map.put("delaySeconds", judgement.delaySeconds());
      map.put("falseAlarms", judgement.falseAlarms());
      map.put("falseAlarmsPerDay", judgement.falseAlarmsPerDay());
      map.put("readings", judgement.readings());
    }
  }

  /**
   * Reads each stream from its beginning as a node does and judges what lies behind the training
   * part.
   *
   * @param readings whole streams, each in order
   * @throws IllegalArgumentException if there are no readings
   * @throws IOException if ONNX Runtime cannot run the detector
   */
  public static Evaluation of(TrainedDetector detector, List<LabelledReading> readings)
      throws IOException {
    if (readings.isEmpty()) {
      throw new IllegalArgumentException("there are no readings to judge the detector on");
    }
    Map<String, List<LabelledReading>> streams = SensorData.byStream(readings);
    Map<String, boolean[]> alarms = new LinkedHashMap<>();
    try (OnnxModel model = OnnxModel.load(detector.onnx())) {
      for (Map.Entry<String, List<LabelledReading>> stream : streams.entrySet()) {
        alarms.put(stream.getKey(), alarms(model, detector.parameters(), stream.getValue()));
      }
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot run the detector: " + e.getMessage(), e);
    }
    return beside(streams, alarms);
  }

  /**
   * Judges decisions that were taken elsewhere, as by nodes, in the same way.
   *
   * @param alarms by stream, one per reading of it in its order; a stream that is missing had none
   * @param readings whole streams, each in order
   */
  public static Evaluation ofAlarms(Map<String, boolean[]> alarms, List<LabelledReading> readings) {
    Map<String, List<LabelledReading>> streams = SensorData.byStream(readings);
    Map<String, boolean[]> complete = new LinkedHashMap<>();
    streams.forEach(
        (stream, run) ->
            complete.put(stream, alarms.getOrDefault(stream, new boolean[run.size()])));
    return beside(streams, complete);
  }

  private static Evaluation beside(
      Map<String, List<LabelledReading>> streams, Map<String, boolean[]> alarms) {
    return new Evaluation(
        judge("ebbmesh detector", streams, run -> alarms.get(run.get(0).stream())),
        List.of(
            judge("humidity |z| > 3 over 240 readings", streams, Baselines::rollingZScore),
            judge("temperature above training", streams, Baselines::fixedTemperature)));
  }

  /** As JSON has it. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>(detector.toMap());
    map.put("baselines", baselines.stream().map(Figures::toMap).toList());
    return map;
  }

  private static boolean[] alarms(
      OnnxModel model, DetectorParameters parameters, List<LabelledReading> run)
      throws OrtException {
    List<Features> features = Normal.features(run, parameters);
    float[] expected = model.predict(features);
    boolean[] alarms = new boolean[expected.length];
    for (int i = 0; i < alarms.length; i++) {
      alarms[i] = features.get(i).score(expected[i], parameters) >= 1;
    }
    return alarms;
  }

  private static Figures judge(
      String name,
      Map<String, List<LabelledReading>> streams,
      Function<List<LabelledReading>, boolean[]> rule) {
    List<Judgement> each = new ArrayList<>();
    for (List<LabelledReading> run : streams.values()) {
      each.add(
          Judgement.of(
              run, rule.apply(run), SensorData.trainingReadings(run), SECONDS_PER_READING));
    }
    return new Figures(name, List.copyOf(each), Judgement.all(each));
  }
}
