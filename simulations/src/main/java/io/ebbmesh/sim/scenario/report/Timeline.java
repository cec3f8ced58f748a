package io.ebbmesh.sim.scenario.report;

import java.util.ArrayList;
import java.util.List;

/** What all plots over time share: the axis, the marks of faults, and where the run ended. */
final class Timeline {

  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final long[] STEPS = {
    SECOND / 1000,
    SECOND / 100,
    SECOND / 10,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
    1_800 * SECOND,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    48 * HOUR,
    168 * HOUR,
    720 * HOUR,
    2_160 * HOUR,
    8_760 * HOUR
  };
  private static final int MAX_TICKS = 9;

  /** An estimate for the widest page, to leave out labels that would run into each other. */
  private static final double PERCENT_PER_LETTER = 0.65;

  private final TimeAxis axis;
  private final Faults faults;
  private final long endNanos;

  Timeline(TimeAxis axis, Faults faults, long endNanos) {
    this.axis = axis;
    this.faults = faults;
    this.endNanos = endNanos;
  }

  int buckets() {
    return axis.buckets();
  }

  /** The first bucket that the run did not reach. */
  int endBucket() {
    return (int) Math.ceil(axis.x(endNanos));
  }

  boolean endedEarly() {
    return endBucket() < buckets();
  }

  /** A label whose anchor is at a point of the axis, and which stays inside at both ends. */
  static String pinned(double percent, String style, String words) {
    String side = endsAt(percent) ? "end" : "start";
    String place = endsAt(percent) ? "right:" + Shapes.number(100 - percent) : left(percent);
    return "<span class=\"%s\" style=\"%s%%%s\">%s</span>"
        .formatted(side, place, style, Markup.escape(words));
  }

  static String tickLabel(long index, double percent, String words) {
    return "<span class=\"%s%s\" style=\"left:%s%%\">%s</span>"
        .formatted(
            index % 2 == 0 ? "even" : "odd",
            percent > 97 ? " last" : "",
            Shapes.number(percent),
            words);
  }

  /** Whether the words before a point have more room than those after it. */
  static boolean endsAt(double percent) {
    return percent > 50;
  }

  private static String left(double percent) {
    return "left:" + Shapes.number(percent);
  }

  /** Dashed lines for what happened to the hub or to all, and grey where nothing ran any more. */
  void overlay(Markup page, int height) {
    if (endedEarly()) {
      page.format(
          "<rect class=\"beyond\" x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\"/>",
          endBucket(), buckets() - endBucket(), height);
    }
    StringBuilder path = new StringBuilder();
    String last = "";
    for (Fault fault : faults.kept()) {
      String x = Shapes.number(axis.x(fault.atNanos()));
      if (fault.hubWide() && !x.equals(last)) {
        path.append('M').append(x).append(" 0V").append(height);
        last = x;
      }
    }
    if (path.length() > 0) {
      page.raw("<path class=\"casing\" d=\"" + path + "\"/>");
      page.raw("<path class=\"hub\" d=\"" + path + "\"/>");
    }
  }

  /** A row of ticks, one for each bucket with faults; hover shows what they were. */
  void lane(Markup page, RunRecorder recorder, boolean labelled) {
    if (labelled) {
      labels(page);
    }
    page.raw("<div class=\"row lane\"><div class=\"y\"><span>faults</span></div>");
    page.raw("<div class=\"area t\">");
    page.format("<svg viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\">", buckets());
    int next = 0;
    List<Fault> kept = faults.kept();
    for (int bucket = 0; bucket < buckets(); bucket++) {
      if (faults.count(bucket) == 0) {
        continue;
      }
      List<String> words = new ArrayList<>();
      while (next < kept.size() && axis.bucket(kept.get(next).atNanos()) <= bucket) {
        words.add(describe(kept.get(next), recorder));
        next++;
      }
      tick(page, bucket + 0.5, 0, 10, faults.count(bucket), words);
    }
    page.raw("</svg></div></div>\n");
  }

  /** One tick with an area around it that is wide enough to hit. */
  static void tick(
      Markup page, double x, double top, double height, int count, List<String> words) {
    String line =
        "M%s %sv%s".formatted(Shapes.number(x), Shapes.number(top), Shapes.number(height));
    page.raw("<g class=\"fault\"><title>").text(shortened(count, words)).raw("</title>");
    page.format(
        "<rect x=\"%s\" y=\"%s\" width=\"5\" height=\"%s\"/>",
        Shapes.number(x - 2.5), Shapes.number(top), Shapes.number(height));
    page.format("<path class=\"casing\" d=\"%s\"/><path class=\"tick\" d=\"%s\"/></g>", line, line);
  }

  static String describe(Fault fault, RunRecorder recorder) {
    return "%s %s, %s: %s"
        .formatted(
            Human.moment(fault.atNanos()),
            recorder.nameOf(fault.node()),
            fault.kind(),
            fault.text());
  }

  /** The axis with human times; every second label is for wide pages only. */
  void ticks(Markup page) {
    long step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && axis.horizonNanos() / STEPS[i] < MAX_TICKS; i--) {
      step = STEPS[i];
    }
    page.raw("<div class=\"row x\"><div class=\"y\"></div><div class=\"area\">");
    for (long at = 0; at <= axis.horizonNanos(); at += step) {
      page.raw(tickLabel(at / step, axis.percent(at), Human.duration(at)));
    }
    page.raw("</div></div>\n");
  }

  private void labels(Markup page) {
    Markup labels = new Markup();
    double free = 0;
    for (Fault fault : faults.kept()) {
      double at = axis.percent(fault.atNanos());
      double width = fault.kind().length() * PERCENT_PER_LETTER + 1;
      double from = endsAt(at) ? at - width : at;
      if (fault.hubWide() && from >= free) {
        labels.raw(pinned(at, "", fault.kind()));
        free = from + width;
      }
    }
    page.raw("<div class=\"notes wide\">").raw(labels.toString()).raw("</div>");
  }

  private static String shortened(int count, List<String> words) {
    int shown = Math.min(words.size(), 5);
    String text = String.join("\n", words.subList(0, shown));
    return count > shown ? text + "\n" + Human.count(count - shown) + " more" : text;
  }
}
