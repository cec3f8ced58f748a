package io.ebbmesh.node.detector;

import java.util.ArrayList;
import java.util.List;

/**
 * How alarms compare with labels, over readings that training did not see.
 *
 * @param stream which stream; {@code all} for the sum of them
 * @param readings how many were judged
 * @param truePositives labelled readings with an alarm
 * @param falsePositives other readings with an alarm
 * @param falseNegatives labelled readings without an alarm
 * @param events runs of labelled readings
 * @param eventsFound events with at least one alarm
 * @param delaySeconds from the first reading of each event that was found to its first alarm
 * @param falseAlarms runs of alarms that touch no labelled reading
 * @param days stream-days without labels that were judged
 */
public record Judgement(
    String stream,
    int readings,
    int truePositives,
    int falsePositives,
    int falseNegatives,
    int events,
    int eventsFound,
    List<Double> delaySeconds,
    int falseAlarms,
    double days) {

  private static final double SECONDS_PER_DAY = 86_400;

  /** Part of the alarmed readings that are labelled; 0 without a true positive. */
  public double precision() {
    return ratio(truePositives, truePositives + falsePositives);
  }

  /** Part of the labelled readings that are alarmed; 0 without a true positive. */
  public double recall() {
    return ratio(truePositives, truePositives + falseNegatives);
  }

  /** Harmonic mean of precision and recall; 0 without a true positive. */
  public double f1() {
    return ratio(2L * truePositives, 2L * truePositives + falsePositives + falseNegatives);
  }

  /** False alarms per stream and day. */
  public double falseAlarmsPerDay() {
    return days > 0 ? falseAlarms / days : 0;
  }

  /**
   * Compares the alarms of one stream with its labels.
   *
   * @param from first reading that is judged
   * @param secondsPerReading time between readings
   */
  static Judgement of(
      List<LabelledReading> stream, boolean[] alarms, int from, double secondsPerReading) {
    int truePositives = 0;
    int falsePositives = 0;
    int falseNegatives = 0;
    int normal = 0;
    for (int i = from; i < alarms.length; i++) {
      boolean event = stream.get(i).event();
      normal += event ? 0 : 1;
      truePositives += event && alarms[i] ? 1 : 0;
      falsePositives += !event && alarms[i] ? 1 : 0;
      falseNegatives += event && !alarms[i] ? 1 : 0;
    }
    List<Double> delays = new ArrayList<>();
    int events = delays(stream, alarms, from, secondsPerReading, delays);
    return new Judgement(
        stream.get(0).stream(),
        alarms.length - from,
        truePositives,
        falsePositives,
        falseNegatives,
        events,
        delays.size(),
        List.copyOf(delays),
        falseAlarms(stream, alarms, from),
        normal * secondsPerReading / SECONDS_PER_DAY);
  }

  /** The sum of several streams. */
  static Judgement all(List<Judgement> streams) {
    List<Double> delays = new ArrayList<>();
    streams.forEach(judgement -> delays.addAll(judgement.delaySeconds()));
    return new Judgement(
        "all",
        streams.stream().mapToInt(Judgement::readings).sum(),
        streams.stream().mapToInt(Judgement::truePositives).sum(),
        streams.stream().mapToInt(Judgement::falsePositives).sum(),
        streams.stream().mapToInt(Judgement::falseNegatives).sum(),
        streams.stream().mapToInt(Judgement::events).sum(),
        streams.stream().mapToInt(Judgement::eventsFound).sum(),
        List.copyOf(delays),
        streams.stream().mapToInt(Judgement::falseAlarms).sum(),
        streams.stream().mapToDouble(Judgement::days).sum());
  }

  private static int delays(
      List<LabelledReading> stream,
      boolean[] alarms,
      int from,
      double secondsPerReading,
      List<Double> delays) {
    int events = 0;
    int i = from;
    while (i < alarms.length) {
      if (!stream.get(i).event()) {
        i++;
        continue;
      }
      events++;
      int start = i;
      int first = -1;
      for (; i < alarms.length && stream.get(i).event(); i++) {
        first = first < 0 && alarms[i] ? i : first;
      }
      if (first >= 0) {
        delays.add((first - start) * secondsPerReading);
      }
    }
    return events;
  }

  private static int falseAlarms(List<LabelledReading> stream, boolean[] alarms, int from) {
    int count = 0;
    int i = from;
    while (i < alarms.length) {
      if (!alarms[i]) {
        i++;
        continue;
      }
      boolean touches = i > from && stream.get(i - 1).event();
      for (; i < alarms.length && alarms[i]; i++) {
        touches |= stream.get(i).event();
      }
      touches |= i < alarms.length && stream.get(i).event();
      count += touches ? 0 : 1;
    }
    return count;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
