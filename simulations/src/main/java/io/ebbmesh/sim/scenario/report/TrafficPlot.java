package io.ebbmesh.sim.scenario.report;

import io.ebbmesh.sim.scenario.report.Series.Merge;
import java.util.List;

/** Bytes over all links together. */
final class TrafficPlot implements Plot {

  private final RunRecorder recorder;
  private final Timeline timeline;
  private final Series up;
  private final Series down;

  TrafficPlot(RunRecorder recorder, Timeline timeline) {
    this.recorder = recorder;
    this.timeline = timeline;
    this.up = perSecond("up", recorder.bytesUp);
    this.down = perSecond("down", recorder.bytesDown);
  }

  @Override
  public String id() {
    return "traffic";
  }

  @Override
  public String title() {
    return "Bytes on the links";
  }

  @Override
  public String reading() {
    RunFigures figures = recorder.figures();
    return "All nodes together: %s up to the hub and %s down from it. Each panel has its own scale."
        .formatted(Human.bytes(figures.bytesUp()), Human.bytes(figures.bytesDown()));
  }

  @Override
  public List<Legend> legend() {
    return List.of(new Legend("fill up", "up"), new Legend("fill downlink", "down"));
  }

  @Override
  public List<Series> series() {
    return List.of(up, down);
  }

  @Override
  public void draw(Markup page) {
    timeline.lane(page, recorder, false);
    panel(page, "Up, bytes per second", "up", up);
    panel(page, "Down, bytes per second", "downlink", down);
    timeline.ticks(page);
  }

  private void panel(Markup page, String title, String style, Series series) {
    new Panel(timeline, title, Scale.upTo(series.max(), Unit.BYTES_PER_SECOND))
        .height(80)
        .area(style, series)
        .write(page);
  }

  private Series perSecond(String name, long[] bytes) {
    TimeAxis axis = recorder.axis;
    return Series.of(
        name, Unit.BYTES_PER_SECOND, Merge.MEAN, axis.buckets(), i -> bytes[i] / axis.seconds());
  }

  @Override
  public void table(Markup page) {
    SeriesTable.write(page, recorder.axis, timeline.endBucket(), series());
  }
}
