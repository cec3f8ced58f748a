package io.ebbmesh.sim.scenario.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run as one HTML file that loads nothing: drawn here, so that it also shows and prints without
 * its script, which only adds a cursor. The same run gives the same bytes.
 */
public final class HtmlReport {

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

  private HtmlReport() {}

  /** Writes the report, over an older one if there is one; the folder must exist. */
  public static void write(Path file, RunSummary summary, RunRecorder recorder) throws IOException {
    Files.writeString(file, render(summary, recorder));
  }

  static String render(RunSummary summary, RunRecorder recorder) {
    recorder.settle();
    Timeline timeline = new Timeline(recorder.axis, recorder.faults, recorder.endNanos());
    List<Plot> plots =
        List.of(
            new LinksPlot(recorder, timeline),
            new BacklogPlot(recorder, timeline),
            new DelayPlot(recorder),
            new TrafficPlot(recorder, timeline),
            new StormPlot(recorder, timeline));
    Markup page = new Markup();
    head(page, summary);
    page.raw("<body><main>\n");
    SummarySection.write(page, summary, recorder.figures());
    page.element("h2", "", "The run");
    plots.forEach(plot -> Plot.write(page, plot));
    faults(page, recorder);
    page.raw("</main>\n<script type=\"application/json\" id=\"data\">");
    page.raw(PageData.of(recorder.axis, timeline.endBucket(), plots));
    page.raw("</script>\n<script>\n//<![CDATA[\n").raw(resource("report.js"));
    return page.raw("//]]>\n</script>\n</body></html>\n").toString();
  }

  private static void head(Markup page, RunSummary summary) {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\"/>\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    page.raw("<link rel=\"icon\" href=\"data:,\"/>\n");
    page.element("title", "", summary.scenario() + ", seed " + summary.seed());
    page.raw("<style>\n").raw(resource("report.css")).raw("</style></head>\n");
  }

  private static void faults(Markup page, RunRecorder recorder) {
    List<Fault> kept = recorder.faults.kept();
    long more = recorder.faults.count() - kept.size();
    page.element("h2", "id=\"faults\"", "Faults");
    page.raw("<p>").text(Human.count(recorder.faults.count()) + " in all.");
    if (more > 0) {
      page.text(
          " The first %s are listed; the other %s are only marked in the plots."
              .formatted(Human.count(kept.size()), Human.count(more)));
    }
    page.raw("</p><details><summary>List</summary>\n");
    List<List<String>> rows = new ArrayList<>();
    for (Fault fault : kept) {
      rows.add(
          List.of(
              Human.moment(fault.atNanos()),
              recorder.nameOf(fault.node()),
              fault.kind(),
              fault.text()));
    }
    page.raw("<div class=\"words\">");
    page.table(List.of("at", "where", "kind", "what"), rows).raw("</div></details>\n");
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
