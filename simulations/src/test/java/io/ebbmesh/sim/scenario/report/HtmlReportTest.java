package io.ebbmesh.sim.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final String EVIL =
      "</script><script>alert(1)</script> & \"quoted\" 'too' \u0000\u0007\uD800 \u202E]]>";

  @TempDir Path folder;

  private static RunSummary summary(
      String text, long violations, boolean met, @Nullable String failure) {
    return new RunSummary(
        text,
        text,
        -42,
        "00ff",
        7_200,
        1.5,
        1_000_000,
        666_667,
        3,
        new RunSummary.Insights(1_234_567, 1_234_000, 500, 67, 0),
        List.of(new RunSummary.Invariant(text, text, 1_000_000, violations)),
        List.of(new RunSummary.Expectation(text, met)),
        failure,
        "./ebbmesh simulate " + text);
  }

  private static RunRecorder recorder(String name) {
    RunRecorder recorder = new RunRecorder(2 * HOUR, List.of(name, "b", "c"), 2);
    for (int i = 0; i < 3; i++) {
      recorder.link(i, i * SECOND, true);
      recorder.dialled(i, i * SECOND);
      recorder.session(i, i * SECOND, true);
    }
    for (int i = 3; i < 3_000; i++) {
      long at = i * SECOND;
      recorder.accepted(i % 3, at);
      if (i == 1_000) {
        recorder.fault(at, -1, name, name);
        recorder.fault(at, 0, "crash", name);
        recorder.session(0, at, false);
        recorder.declaredLost(0, at, 5);
      } else if (i % 4 != 0) {
        recorder.stored(i % 3, at, i * 1_000_000L, i % 5 == 0);
        recorder.sent(i % 3, at, true, 100);
        recorder.sent(i % 3, at, false, 10);
      }
    }
    recorder.end(HOUR);
    return recorder;
  }

  private static Document parsed(String html) throws Exception {
    String xml = html.replaceFirst("<!DOCTYPE html>", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList list = page.getElementsByTagName(name);
    return IntStream.range(0, list.getLength()).mapToObj(i -> (Element) list.item(i)).toList();
  }

  @Test
  void the_page_is_well_formed_whatever_the_texts_say() throws Exception {
    String html = HtmlReport.render(summary(EVIL, 1, false, EVIL), recorder(EVIL));
    Document page = parsed(html);
    assertThat(elements(page, "figure")).hasSize(5);
    assertThat(elements(page, "h1").get(0).getTextContent())
        .startsWith("</script><script>alert(1)</script> & \"quoted\" 'too' \uFFFD\uFFFD\uFFFD");
    assertThat(elements(page, "script")).hasSize(2);
    assertThat(html).doesNotContain("<script>alert").doesNotContain("\u202E");
  }

  @Test
  void the_page_of_a_run_in_which_nothing_happened_is_well_formed() throws Exception {
    RunRecorder nothing = new RunRecorder(HOUR, List.of());
    Document page = parsed(HtmlReport.render(summary("still", 0, true, null), nothing));
    assertThat(elements(page, "figure")).hasSize(5);
  }

  @Test
  void the_page_asks_for_nothing_from_anywhere() throws Exception {
    String html = HtmlReport.render(summary("calm", 0, true, null), recorder("a"));
    assertThat(html).doesNotContainPattern("https?:").doesNotContain("@import");
    assertThat(Pattern.compile("url\\(").matcher(html).find()).isFalse();
    assertThat(html).doesNotContainPattern("<(img|iframe|object|embed|form)\\b");
    assertThat(html.split("\\b(src|href)=", -1)).hasSize(2);
    assertThat(html).contains("<link rel=\"icon\" href=\"data:,\"/>");
    assertThat(elements(parsed(html), "meta").get(1).getAttribute("content"))
        .isEqualTo(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                + " img-src data:");
  }

  @Test
  void the_same_run_gives_the_same_bytes() throws Exception {
    Path one = folder.resolve("one.html");
    Path two = folder.resolve("two.html");
    RunRecorder recorder = recorder("a");
    HtmlReport.write(one, summary("calm", 0, true, null), recorder);
    HtmlReport.write(two, summary("calm", 0, true, null), recorder("a"));
    assertThat(two).hasSameBinaryContentAs(one);
    HtmlReport.write(two, summary("calm", 0, true, null), recorder);
    assertThat(two).hasSameBinaryContentAs(one);
    assertThat(Files.size(one)).isLessThan(200_000);
  }

  @Test
  void the_verdict_names_what_failed() throws Exception {
    assertThat(verdict(summary("calm", 0, true, null))).startsWith("Held.");
    assertThat(verdict(summary("calm", 1, true, null)))
        .isEqualTo("Failed. Invariants violated: 1 of 1.");
    assertThat(verdict(summary("calm", 0, false, null)))
        .isEqualTo("Failed. Expectations not met: 1 of 1.");
    assertThat(verdict(summary("calm", 0, true, "boom"))).isEqualTo("Failed. The run ended early.");
  }

  private static String verdict(RunSummary summary) throws Exception {
    return elements(parsed(HtmlReport.render(summary, recorder("a"))), "p").stream()
        .filter(p -> p.getAttribute("class").startsWith("verdict"))
        .map(Element::getTextContent)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void every_plot_over_time_shares_its_axis_and_marks_faults_of_the_hub() throws Exception {
    Document page = parsed(HtmlReport.render(summary("calm", 0, true, null), recorder("a")));
    List<String> hubs =
        elements(page, "path").stream()
            .filter(path -> path.getAttribute("class").equals("hub"))
            .map(path -> path.getAttribute("d"))
            .toList();
    assertThat(hubs).hasSize(9).allMatch(d -> d.startsWith("M100 0V"));
    assertThat(
            elements(page, "rect").stream()
                .filter(rect -> rect.getAttribute("class").equals("beyond"))
                .map(rect -> rect.getAttribute("x")))
        .hasSize(9)
        .containsOnly("360");
  }

  @Test
  void the_numbers_of_the_plots_are_on_the_page_as_json_and_as_tables() throws Exception {
    Document page = parsed(HtmlReport.render(summary("calm", 0, true, null), recorder("a")));
    JsonNode data = new ObjectMapper().readTree(elements(page, "script").get(0).getTextContent());
    assertThat(data.get("bucketNanos").asLong()).isEqualTo(10 * SECOND);
    assertThat(data.get("plots").fieldNames())
        .toIterable()
        .containsExactly("links", "backlog", "traffic", "storms");
    assertThat(data.get("plots").get("traffic").get(0).get("values")).hasSize(360);
    List<Element> plots = elements(page, "figure");
    assertThat(plots)
        .allSatisfy(
            plot -> assertThat(plot.getElementsByTagName("table").getLength()).isPositive());
    assertThat(plots.get(2).getElementsByTagName("tbody").item(0).getTextContent())
        .contains("1,798");
  }
}
