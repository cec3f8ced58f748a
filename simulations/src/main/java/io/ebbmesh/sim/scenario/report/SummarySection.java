package io.ebbmesh.sim.scenario.report;

import io.ebbmesh.sim.scenario.report.RunSummary.Expectation;
import io.ebbmesh.sim.scenario.report.RunSummary.Insights;
import io.ebbmesh.sim.scenario.report.RunSummary.Invariant;
import java.util.ArrayList;
import java.util.List;

/** The verdict, the key figures, what was promised and what was expected. */
final class SummarySection {

  private SummarySection() {}

  static void write(Markup page, RunSummary summary, RunFigures figures) {
    page.raw("<header>").element("h1", "", summary.scenario());
    page.element("p", "class=\"description\"", summary.description());
    page.format("<p class=\"verdict %s\"><strong>", summary.passed() ? "held" : "broken");
    page.raw(summary.passed() ? "Held." : "Failed.").raw("</strong> ").text(verdict(summary));
    page.raw("</p>\n");
    if (summary.failure() != null) {
      page.element("pre", "class=\"failure\"", summary.failure());
    }
    page.raw("<div class=\"replay\"><span>Replay</span>").element("code", "", summary.replay());
    page.raw("</div></header>\n");
    figures(page, summary, figures);
    invariants(page, summary.invariants());
    expectations(page, summary.expectations());
  }

  private static String verdict(RunSummary summary) {
    long violated = summary.invariants().stream().filter(each -> each.violations() > 0).count();
    long unmet = summary.expectations().stream().filter(each -> !each.met()).count();
    if (summary.passed()) {
      return "Invariants held: all %s. Expectations met: all %s."
          .formatted(
              Human.count(summary.invariants().size()), Human.count(summary.expectations().size()));
    }
    List<String> reasons = new ArrayList<>();
    if (violated > 0) {
      reasons.add("invariants violated: " + ofAll(violated, summary.invariants().size()));
    }
    if (unmet > 0) {
      reasons.add("expectations not met: " + ofAll(unmet, summary.expectations().size()));
    }
    if (summary.failure() != null) {
      reasons.add("the run ended early");
    }
    String text = String.join("; ", reasons);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private static String ofAll(long some, long all) {
    return Human.count(some) + " of " + Human.count(all);
  }

  private static void figures(Markup page, RunSummary summary, RunFigures figures) {
    Insights insights = summary.insights();
    long virtual = Math.round(summary.virtualSeconds() * 1e9);
    long wall = Math.round(summary.wallSeconds() * 1e9);
    page.raw("<dl class=\"figures\">\n");
    figure(page, "nodes", Human.count(summary.nodes()), "");
    String speed =
        summary.wallSeconds() > 0
            ? "in %s (%s×)"
                .formatted(
                    Human.duration(wall),
                    Human.number(summary.virtualSeconds() / summary.wallSeconds()))
            : "";
    figure(page, "virtual time", Human.duration(virtual), speed);
    figure(
        page,
        "events",
        Human.count(summary.events()),
        Human.count(Math.round(summary.eventsPerSecond())) + " per second");
    figure(page, "insights produced", Human.count(insights.produced()), "");
    figure(page, "stored at the hub", Human.count(insights.stored()), "");
    figure(page, "declared lost", Human.count(insights.declaredLost()), "");
    figure(page, "pending at the end", Human.count(insights.pending()), "");
    figure(page, "duplicates", Human.count(insights.duplicates()), "");
    figure(
        page,
        "most pending",
        Human.count(figures.peakPending()),
        figures.peakPending() > 0 ? "at " + Human.duration(figures.peakPendingAtNanos()) : "");
    figure(
        page,
        "live delay, median",
        figures.live().count() > 0 ? Human.duration(figures.live().p50Nanos()) : "–",
        figures.live().count() > 0 ? "p99 " + Human.duration(figures.live().p99Nanos()) : "");
    figure(page, "seed", Long.toString(summary.seed()), "");
    figure(page, "trace hash", summary.traceHash(), "same for the same run");
    page.raw("</dl>\n");
  }

  private static void figure(Markup page, String name, String value, String more) {
    String hash = name.equals("trace hash") ? "class=\"hash\"" : "";
    page.raw("<div>").element("dt", "", name).element("dd", hash, value);
    if (!more.isEmpty()) {
      page.element("dd", "class=\"more\"", more);
    }
    page.raw("</div>\n");
  }

  private static void invariants(Markup page, List<Invariant> invariants) {
    page.element("h2", "", "Invariants");
    page.raw("<div class=\"scroll\"><table class=\"invariants\"><thead><tr>");
    page.raw("<th scope=\"col\">invariant</th><th scope=\"col\">promise</th>");
    page.raw("<th scope=\"col\">checks</th><th scope=\"col\">violations</th></tr></thead>");
    page.raw("<tbody>\n");
    for (Invariant each : invariants) {
      page.raw("<tr><th scope=\"row\">").text(each.name()).raw("</th>");
      page.element("td", "class=\"promise\"", each.promise());
      page.element("td", "", Human.count(each.checks()));
      String violated = each.violations() > 0 ? "class=\"violated\"" : "";
      page.element("td", violated, Human.count(each.violations())).raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
  }

  private static void expectations(Markup page, List<Expectation> expectations) {
    if (expectations.isEmpty()) {
      return;
    }
    page.element("h2", "", "Expectations").raw("<ul class=\"expectations\">\n");
    for (Expectation each : expectations) {
      String outcome = each.met() ? "met" : "not met";
      page.format("<li><b class=\"%s\">%s</b> ", each.met() ? "held" : "broken", outcome);
      page.text(each.text()).raw("</li>\n");
    }
    page.raw("</ul>\n");
  }
}
