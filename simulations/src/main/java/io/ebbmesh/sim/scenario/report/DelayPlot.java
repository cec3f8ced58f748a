package io.ebbmesh.sim.scenario.report;

import java.util.ArrayList;
import java.util.List;

/** How long insights took from acceptance to the hub's store, on a logarithmic axis. */
final class DelayPlot implements Plot {

  private static final double[] MARKED = {50, 90, 99, 100};
  private static final String[] NAMES = {"p50", "p90", "p99", "max"};
  private static final int LINE_PIXELS = 15;
  private static final double[] LISTED = {50, 90, 99, 99.9, 100};

  private final RunRecorder recorder;
  private final LogAxis axis;

  DelayPlot(RunRecorder recorder) {
    this.recorder = recorder;
    this.axis = LogAxis.around(recorder.live, recorder.backfilled);
  }

  @Override
  public String id() {
    return "delays";
  }

  @Override
  public String title() {
    return "Delivery delay";
  }

  @Override
  public String reading() {
    return "Insights by the time from acceptance at the node to the hub's store; the axis is"
        + " logarithmic, with "
        + LogAxis.BINS_PER_DECADE
        + " columns for each factor of ten. Each panel has its own scale.";
  }

  @Override
  public List<Legend> legend() {
    return List.of(new Legend("fill live", "live"), new Legend("fill backfilled", "from backlog"));
  }

  @Override
  public void draw(Markup page) {
    panel(page, "Live", "live", recorder.live);
    panel(page, "From backlog", "backfilled", recorder.backfilled);
    page.raw("<div class=\"row x\"><div class=\"y\"></div><div class=\"area\">");
    axis.ticks(page);
    page.raw("</div></div>\n");
  }

  private void panel(Markup page, String name, String style, Delays delays) {
    double[] bins = axis.bins(delays);
    double most = 0;
    for (double bin : bins) {
      most = Math.max(most, bin);
    }
    Scale scale = Scale.upTo(most, Unit.COUNT);
    page.raw("<div class=\"panel\">");
    page.element("h4", "", name + ": " + Human.count(delays.count()) + " insights");
    if (delays.count() > 0) {
      marks(page, delays);
    }
    page.raw("<div class=\"row\" style=\"height:100px\"><div class=\"y\">");
    StringBuilder grid = new StringBuilder();
    for (int i = 0; i <= scale.steps(); i++) {
      String y = Shapes.number(scale.y(i * scale.step()));
      page.format("<span style=\"top:%s%%\">", y);
      page.text(scale.unit().write(i * scale.step())).raw("</span>");
      grid.append("M0 ").append(y).append('H').append(bins.length);
    }
    page.raw("</div><div class=\"area\">");
    page.format("<svg viewBox=\"0 0 %d 100\" preserveAspectRatio=\"none\"", bins.length);
    page.raw(" role=\"img\" aria-label=\"Delays, ").text(name).raw("\">");
    page.raw("<path class=\"grid\" d=\"" + grid + axis.gridLines() + "\"/>");
    page.raw("<path class=\"fill " + style + "\" d=\"");
    page.raw(Shapes.area(bins, bins.length, scale) + "\"/>");
    if (delays.count() > 0) {
      StringBuilder lines = new StringBuilder();
      for (double percent : MARKED) {
        double x = axis.percent(delays.percentileNanos(percent)) * bins.length / 100;
        lines.append('M').append(Shapes.number(x)).append(" 0V100");
      }
      page.raw("<path class=\"percentile\" d=\"" + lines + "\"/>");
    }
    page.raw("</svg></div></div></div>\n");
  }

  /**
   * A line of words for each mark, so that they never meet however close the marks are. The stems
   * go down from their words: words that point right are stacked from the left, words that point
   * left from the right, so that no stem runs through the words of another.
   */
  private void marks(Markup page, Delays delays) {
    page.raw("<div class=\"notes four\">");
    int ahead = 0;
    while (ahead < MARKED.length && !Timeline.endsAt(at(delays, ahead))) {
      ahead++;
    }
    for (int i = 0; i < MARKED.length; i++) {
      int line = i < ahead ? i : ahead + MARKED.length - 1 - i;
      String style = ";top:%dpx;bottom:0".formatted(line * LINE_PIXELS);
      long nanos = delays.percentileNanos(MARKED[i]);
      page.raw(Timeline.pinned(at(delays, i), style, NAMES[i] + " " + Human.duration(nanos)));
    }
    page.raw("</div>");
  }

  private double at(Delays delays, int mark) {
    return axis.percent(delays.percentileNanos(MARKED[mark]));
  }

  @Override
  public void table(Markup page) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("live", recorder.live));
    rows.add(row("from backlog", recorder.backfilled));
    page.table(List.of("", "insights", "least", "p50", "p90", "p99", "p99.9", "max"), rows);
  }

  private static List<String> row(String name, Delays delays) {
    List<String> row = new ArrayList<>(List.of(name, Human.count(delays.count())));
    if (delays.count() == 0) {
      row.addAll(List.of("–", "–", "–", "–", "–", "–"));
      return row;
    }
    row.add(Human.duration(delays.minNanos()));
    for (double percent : LISTED) {
      row.add(Human.duration(delays.percentileNanos(percent)));
    }
    return row;
  }
}
