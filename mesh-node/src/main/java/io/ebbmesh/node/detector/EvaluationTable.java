package io.ebbmesh.node.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An evaluation as text for people. */
public final class EvaluationTable {

  private static final String ROW = "%-36s %9s %7s %6s %7s %-14s %7s %10s%n";

  private EvaluationTable() {}

  /** One line per rule, and below it one line per stream of the detector. */
  public static String of(Evaluation evaluation) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            ROW,
            "",
            "precision",
            "recall",
            "F1",
            "events",
            "delay s",
            "false",
            "false/day"));
    List<Evaluation.Figures> rules = new ArrayList<>(evaluation.baselines());
    rules.add(0, evaluation.detector());
    for (Evaluation.Figures rule : rules) {
      text.append(row(rule.name(), rule.all()));
      for (Judgement stream : rule.streams()) {
        if (stream.events() > 0 || stream.falseAlarms() > 0) {
          text.append(row("  " + stream.stream(), stream));
        }
      }
    }
    Judgement all = evaluation.detector().all();
    text.append(
        String.format(
            Locale.ROOT,
            "judged: %d readings of %d streams behind the training part, %d labelled, %.2f"
                + " stream-days; false: runs of alarms that touch no labelled reading%n",
            all.readings(),
            evaluation.detector().streams().size(),
            all.truePositives() + all.falseNegatives(),
            all.days()));
    return text.toString();
  }

  private static String row(String name, Judgement judgement) {
    return String.format(
        Locale.ROOT,
        ROW,
        name,
        decimals(judgement, judgement.precision()),
        decimals(judgement, judgement.recall()),
        decimals(judgement, judgement.f1()),
        judgement.eventsFound() + "/" + judgement.events(),
        judgement.delaySeconds().stream()
            .map(delay -> String.format(Locale.ROOT, "%.0f", delay))
            .collect(Collectors.joining(" ")),
        Integer.toString(judgement.falseAlarms()),
        String.format(Locale.ROOT, "%.1f", judgement.falseAlarmsPerDay()));
  }

  /** Nothing to find has no precision or recall. */
  private static String decimals(Judgement judgement, double value) {
    return judgement.events() == 0 ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
