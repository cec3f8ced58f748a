package io.ebbmesh.sim.scenario.report;

import io.ebbmesh.sim.scenario.report.Series.Merge;
import java.util.List;

/** What arrives at the hub when links come back: attempts to connect, and the sessions open. */
final class StormPlot implements Plot {

  private final RunRecorder recorder;
  private final Timeline timeline;
  private final Series dials;
  private final Series busiest;
  private final Series sessions;

  StormPlot(RunRecorder recorder, Timeline timeline) {
    this.recorder = recorder;
    this.timeline = timeline;
    int buckets = recorder.axis.buckets();
    String bucket = Human.duration(recorder.axis.bucketNanos());
    this.dials =
        Series.of("dials in " + bucket, Unit.COUNT, Merge.SUM, buckets, i -> recorder.dials[i]);
    this.busiest =
        Series.of(
            "dials in the busiest second",
            Unit.COUNT,
            Merge.MAX,
            buckets,
            i -> recorder.mostDialsInOneSecond[i]);
    this.sessions =
        Series.of("sessions open", Unit.COUNT, Merge.MAX, buckets, i -> recorder.sessions.max(i));
  }

  @Override
  public String id() {
    return "storms";
  }

  @Override
  public String title() {
    return "Storms at the hub";
  }

  @Override
  public String reading() {
    RunFigures figures = recorder.figures();
    return ("%s attempts to connect, at most %s within one second; at most %s sessions at once,"
            + " of %s nodes.")
        .formatted(
            Human.count(figures.dials()),
            Human.count(figures.mostDialsInOneSecond()),
            Human.count(figures.peakSessions()),
            Human.count(recorder.nodes.size()));
  }

  @Override
  public List<Legend> legend() {
    return List.of(
        new Legend("fill dials", "attempts to connect"), new Legend("fill live", "sessions open"));
  }

  @Override
  public List<Series> series() {
    return List.of(dials, busiest, sessions);
  }

  @Override
  public void draw(Markup page) {
    timeline.lane(page, recorder, false);
    panel(page, "Attempts in " + bucket(), "dials", dials);
    panel(page, "Attempts in the busiest second of " + bucket(), "dials", busiest);
    panel(page, "Sessions open, highest in " + bucket(), "live", sessions);
    timeline.ticks(page);
  }

  private String bucket() {
    return Human.duration(recorder.axis.bucketNanos());
  }

  private void panel(Markup page, String title, String style, Series series) {
    new Panel(timeline, title, Scale.upTo(series.max(), Unit.COUNT))
        .height(72)
        .area(style, series)
        .write(page);
  }

  @Override
  public void table(Markup page) {
    List<Series> perRow =
        List.of(new Series("dials", Unit.COUNT, Merge.SUM, dials.values()), busiest, sessions);
    SeriesTable.write(page, recorder.axis, timeline.endBucket(), perRow);
  }
}
