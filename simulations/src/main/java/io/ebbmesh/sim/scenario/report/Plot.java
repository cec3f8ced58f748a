package io.ebbmesh.sim.scenario.report;

import java.util.List;

/** One figure of the page: a heading, a legend, the drawing, and the same as a table. */
interface Plot {

  /** Also the key of its series in the data of the page. */
  String id();

  String title();

  /** How to read it, in a sentence or two. */
  String reading();

  List<Legend> legend();

  void draw(Markup page);

  void table(Markup page);

  /** What the cursor reads out; none if the plot has another axis than time. */
  default List<Series> series() {
    return List.of();
  }

  /** A style of the style sheet and what it stands for. */
  record Legend(String style, String words) {}

  static void write(Markup page, Plot plot) {
    page.format("<figure id=\"%s\"><figcaption>", plot.id());
    page.element("h3", "", plot.title()).element("p", "", plot.reading());
    page.raw("</figcaption><ul class=\"legend\">");
    for (Legend legend : plot.legend()) {
      page.format("<li><i class=\"%s\"></i>", legend.style()).text(legend.words()).raw("</li>");
    }
    page.raw("</ul>\n");
    if (!plot.series().isEmpty()) {
      page.raw("<p class=\"readout\" role=\"status\"></p>\n");
    }
    plot.draw(page);
    page.raw("<details><summary>As a table</summary>\n");
    plot.table(page);
    page.raw("</details></figure>\n");
  }
}
