package io.ebbmesh.sim.scenario.report;

/**
 * One plot area on the shared time axis. The SVG stretches to any width; everything written is HTML
 * beside and above it, so that letters keep their size on a phone.
 */
final class Panel {

  private final Timeline timeline;
  private final String title;
  private final Scale scale;
  private final StringBuilder shapes = new StringBuilder();
  private final Markup notes = new Markup();
  private boolean noted;
  private int heightPixels = 96;

  Panel(Timeline timeline, String title, Scale scale) {
    this.timeline = timeline;
    this.title = title;
    this.scale = scale;
  }

  Panel height(int pixels) {
    heightPixels = pixels;
    return this;
  }

  Panel area(String style, Series series) {
    return path("fill " + style, Shapes.area(series.values(), timeline.endBucket(), scale));
  }

  Panel line(String style, Series series) {
    return path("line " + style, Shapes.line(series.values(), timeline.endBucket(), scale));
  }

  /** Words above a point of the time axis. */
  Panel note(double percent, String words) {
    noted = true;
    notes.raw(Timeline.pinned(percent, "", words));
    return this;
  }

  void write(Markup page) {
    page.raw("<div class=\"panel\">").element("h4", "", title);
    if (noted) {
      page.raw("<div class=\"notes\">").raw(notes.toString()).raw("</div>");
    }
    page.format("<div class=\"row\" style=\"height:%dpx\"><div class=\"y\">", heightPixels);
    StringBuilder grid = new StringBuilder();
    for (int i = 0; i <= scale.steps(); i++) {
      String y = Shapes.number(scale.y(i * scale.step()));
      page.format("<span style=\"top:%s%%\">", y);
      page.text(scale.unit().write(i * scale.step())).raw("</span>");
      grid.append("M0 ").append(y).append('H').append(timeline.buckets());
    }
    page.raw("</div><div class=\"area t\">");
    page.format("<svg viewBox=\"0 0 %d 100\" preserveAspectRatio=\"none\"", timeline.buckets());
    page.raw(" role=\"img\" aria-label=\"").text(title).raw("\">");
    page.raw("<path class=\"grid\" d=\"" + grid + "\"/>").raw(shapes.toString());
    timeline.overlay(page, 100);
    page.raw("</svg></div></div></div>\n");
  }

  private Panel path(String classes, String data) {
    if (!data.isEmpty()) {
      shapes.append("<path class=\"").append(classes).append("\" d=\"").append(data);
      shapes.append("\"/>");
    }
    return this;
  }
}
