package io.ebbmesh.sim.scenario.report;

import io.ebbmesh.sim.scenario.report.Series.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** When each shown node had a link and a session, and what share of all nodes had. */
final class LinksPlot implements Plot {

  private static final int FEW = 12;

  private final RunRecorder recorder;
  private final Timeline timeline;
  private final List<Series> series;

  LinksPlot(RunRecorder recorder, Timeline timeline) {
    this.recorder = recorder;
    this.timeline = timeline;
    double nodes = Math.max(1, recorder.nodes.size());
    int buckets = recorder.axis.buckets();
    this.series =
        List.of(
            Series.of(
                "nodes with a link",
                Unit.PERCENT,
                Merge.MEAN,
                buckets,
                i -> 100 * recorder.links.mean(i) / nodes),
            Series.of(
                "nodes in session",
                Unit.PERCENT,
                Merge.MEAN,
                buckets,
                i -> 100 * recorder.sessions.mean(i) / nodes));
  }

  @Override
  public String id() {
    return "links";
  }

  @Override
  public String title() {
    return "Links and sessions";
  }

  @Override
  public String reading() {
    int shown = recorder.tracks.length;
    String rows =
        shown < recorder.nodes.size()
            ? "the first %s of %s nodes"
                .formatted(Human.count(shown), Human.count(recorder.nodes.size()))
            : "each node";
    return ("Above, the share of all nodes; below, a row for %s. Height within a row is the share"
            + " of %s spent in that state.")
        .formatted(rows, Human.duration(recorder.axis.bucketNanos()));
  }

  @Override
  public List<Legend> legend() {
    List<Legend> legend =
        new ArrayList<>(
            List.of(
                new Legend("fill live", "session live"),
                new Legend("fill link", "link, no session"),
                new Legend("fill down", "no link"),
                new Legend("mark", "fault"),
                new Legend("mark dashed", "fault of the hub or of all")));
    if (timeline.endedEarly()) {
      legend.add(new Legend("fill after", "after the end of the run"));
    }
    return legend;
  }

  @Override
  public List<Series> series() {
    return series;
  }

  @Override
  public void draw(Markup page) {
    timeline.lane(page, recorder, true);
    new Panel(timeline, "Share of all nodes", Scale.upTo(100, Unit.PERCENT))
        .height(64)
        .area("link", series.get(0))
        .area("live", series.get(1))
        .write(page);
    if (recorder.tracks.length > 0) {
      strips(page);
    }
    timeline.ticks(page);
  }

  private void strips(Markup page) {
    int count = recorder.tracks.length;
    int row = count <= FEW ? 20 : 12;
    page.raw("<div class=\"panel\">").element("h4", "", "Node by node");
    page.format("<div class=\"row strips\" style=\"height:%dpx\"><div class=\"y\">", count * row);
    for (int i = 0; i < count; i++) {
      String name = recorder.tracks[i].name;
      page.format("<span style=\"top:%s%%\" title=\"", Shapes.number(100 * (i + 0.5) / count));
      page.text(name).raw("\"><bdi>").text(name).raw("</bdi></span>");
    }
    page.raw("</div><div class=\"area t\">");
    page.format(
        "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\""
            + " aria-label=\"Links and sessions node by node\">\n",
        timeline.buckets(), count * row);
    for (int i = 0; i < count; i++) {
      strip(page, recorder.tracks[i], i * row, row);
    }
    timeline.overlay(page, count * row);
    faults(page, row);
    page.raw("</svg></div></div></div>\n");
  }

  private void strip(Markup page, NodeTrack track, int top, int row) {
    int end = timeline.endBucket();
    int height = row - 2;
    int floor = top + row - 1;
    page.raw("<g><title>");
    page.text(
        "%s: link %s, session %s of the time"
            .formatted(
                track.name,
                Human.percent(100 * track.link.mean()),
                Human.percent(100 * track.session.mean())));
    page.raw("</title>");
    columns(page, "down", Shapes.columns(end, floor, height, i -> 1));
    columns(page, "link", Shapes.columns(end, floor, height, track.link::mean));
    columns(page, "live", Shapes.columns(end, floor, height, track.session::mean));
    page.raw("</g>\n");
  }

  private static void columns(Markup page, String style, String data) {
    if (!data.isEmpty()) {
      page.raw("<path class=\"fill " + style + "\" d=\"" + data + "\"/>");
    }
  }

  private void faults(Markup page, int row) {
    TreeMap<Long, List<Fault>> groups = new TreeMap<>();
    for (Fault fault : recorder.faults.kept()) {
      if (!fault.hubWide() && fault.node() < recorder.tracks.length) {
        long key = (long) fault.node() * timeline.buckets() + recorder.axis.bucket(fault.atNanos());
        groups.computeIfAbsent(key, ignored -> new ArrayList<>()).add(fault);
      }
    }
    for (List<Fault> group : groups.values()) {
      Fault first = group.get(0);
      List<String> words = new ArrayList<>();
      group.forEach(fault -> words.add(Timeline.describe(fault, recorder)));
      double x = recorder.axis.x(first.atNanos());
      Timeline.tick(page, x, (double) first.node() * row, row, group.size(), words);
    }
  }

  @Override
  public void table(Markup page) {
    List<List<String>> rows = new ArrayList<>();
    for (NodeTrack track : recorder.tracks) {
      rows.add(
          List.of(
              track.name,
              Human.percent(100 * track.link.mean()),
              Human.percent(100 * track.session.mean()),
              Human.count(track.faults),
              Human.count(track.dials),
              Human.count(track.accepted),
              Human.count(track.stored),
              Human.count(track.lost),
              Human.count(track.pending.value()),
              Human.count(track.pending.peak())));
    }
    page.table(
        List.of(
            "node",
            "link",
            "session",
            "faults",
            "dials",
            "accepted",
            "stored",
            "declared lost",
            "pending",
            "most pending"),
        rows);
    SeriesTable.write(page, recorder.axis, timeline.endBucket(), series);
  }
}
