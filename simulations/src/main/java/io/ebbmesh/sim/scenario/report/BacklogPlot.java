package io.ebbmesh.sim.scenario.report;

import io.ebbmesh.sim.scenario.report.Series.Merge;
import java.util.ArrayList;
import java.util.List;

/** What waits at all nodes together, and how fast it comes and goes. */
final class BacklogPlot implements Plot {

  private final RunRecorder recorder;
  private final Timeline timeline;
  private final RunFigures figures;
  private final Rate rate;
  private final Series pending;
  private final Series accepted;
  private final Series live;
  private final Series backfilled;
  private final Series lost;
  private final Series lostCount;

  BacklogPlot(RunRecorder recorder, Timeline timeline) {
    this.recorder = recorder;
    this.timeline = timeline;
    this.figures = recorder.figures();
    this.pending =
        Series.of(
            "pending",
            Unit.COUNT,
            Merge.MAX,
            recorder.axis.buckets(),
            i -> Math.max(0, recorder.pending.max(i)));
    this.rate = Rate.of(recorder.axis, timeline.endBucket(), recorder.accepted);
    this.accepted = rate.series("accepted", recorder.accepted);
    this.live = rate.series("stored live", recorder.storedLive);
    this.backfilled = rate.series("stored from backlog", recorder.storedBackfilled);
    this.lost = rate.series("declared lost", recorder.lost);
    this.lostCount =
        Series.of(
            "declared lost", Unit.COUNT, Merge.SUM, recorder.axis.buckets(), i -> recorder.lost[i]);
  }

  @Override
  public String id() {
    return "backlog";
  }

  @Override
  public String title() {
    return "Backlog";
  }

  @Override
  public String reading() {
    return "Insights that nodes accepted and the hub does not hold yet, all nodes together; and"
        + " the rates at which they were accepted and stored.";
  }

  @Override
  public List<Legend> legend() {
    List<Legend> legend =
        new ArrayList<>(
            List.of(
                new Legend("fill pending", "pending"),
                new Legend("stroke accepted", "accepted"),
                new Legend("fill live", "stored live"),
                new Legend("fill backfilled", "stored from backlog")));
    if (figures.declaredLost() > 0) {
      legend.add(new Legend("fill lost", "declared lost"));
    }
    return legend;
  }

  @Override
  public List<Series> series() {
    return List.of(pending, accepted, live, backfilled, lostCount);
  }

  @Override
  public void draw(Markup page) {
    timeline.lane(page, recorder, false);
    Panel backlog =
        new Panel(timeline, "Pending", Scale.upTo(pending.max(), Unit.COUNT))
            .height(140)
            .area("pending", pending);
    if (figures.peakPending() > 0) {
      backlog.note(recorder.axis.percent(figures.peakPendingAtNanos()), peak());
    }
    backlog.write(page);
    Series stored = backfilled.onTopOf(live);
    double top = Math.max(Math.max(stored.max(), accepted.max()), lost.max());
    Panel rates =
        new Panel(timeline, rates(), Scale.upTo(top, Unit.NUMBER))
            .height(110)
            .area("backfilled", stored)
            .area("live", live)
            .line("accepted", accepted);
    if (figures.declaredLost() > 0) {
      rates.area("lost", lost);
    }
    rates.write(page);
    timeline.ticks(page);
  }

  private String peak() {
    return "peak %s at %s"
        .formatted(
            Human.count(figures.peakPending()), Human.duration(figures.peakPendingAtNanos()));
  }

  private String rates() {
    return "Insights per " + rate.unit() + ", mean of " + Human.duration(rate.nanos());
  }

  @Override
  public void table(Markup page) {
    SeriesTable.write(page, recorder.axis, timeline.endBucket(), series());
  }
}
