package io.ebbmesh.node.detector;

import java.util.List;

/** The simple rules that the detector is measured against. */
final class Baselines {

  static final int Z_WINDOW = 240;
  static final double Z_THRESHOLD = 3;

  private Baselines() {}

  /**
   * Alarm if the humidity has a |z-score| above 3 among the 240 readings before it. Humidity is the
   * better of the two channels for this rule on the shipped data; temperature only adds to its
   * false alarms.
   */
  static boolean[] rollingZScore(List<LabelledReading> stream) {
    boolean[] alarms = new boolean[stream.size()];
    for (int i = Z_WINDOW; i < alarms.length; i++) {
      double sum = 0;
      for (int j = i - Z_WINDOW; j < i; j++) {
        sum += stream.get(j).humidity();
      }
      double mean = sum / Z_WINDOW;
      double squares = 0;
      for (int j = i - Z_WINDOW; j < i; j++) {
        double distance = stream.get(j).humidity() - mean;
        squares += distance * distance;
      }
      double deviation = Math.sqrt(squares / Z_WINDOW);
      alarms[i] = Math.abs(stream.get(i).humidity() - mean) > Z_THRESHOLD * deviation;
    }
    return alarms;
  }

  /** Alarm if the temperature is above the highest of the stream's training part. */
  static boolean[] fixedTemperature(List<LabelledReading> stream) {
    double highest = Double.NEGATIVE_INFINITY;
    for (LabelledReading reading : stream.subList(0, SensorData.trainingReadings(stream))) {
      highest = Math.max(highest, reading.temperature());
    }
    boolean[] alarms = new boolean[stream.size()];
    for (int i = 0; i < alarms.length; i++) {
      alarms[i] = stream.get(i).temperature() > highest;
    }
    return alarms;
  }
}
