package io.ebbmesh.node.insights;

import io.ebbmesh.sync.insight.store.InsightQuery;
import io.ebbmesh.sync.insight.store.InsightQuery.Filter;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Page;
import io.ebbmesh.sync.insight.store.ReadPosition;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints insights a page at a time, so that any number of them takes the memory of one page. */
final class Printer {

  private static final int PAGE = 1_000;

  private final OutputStream to;
  private final PrintStream out;
  private final Format format;

  Printer(OutputStream to, Format format) {
    this.to = to;
    this.out = new PrintStream(new BufferedOutputStream(to), false, StandardCharsets.UTF_8);
    this.format = format;
  }

  void header() {
    if (!format.header().isEmpty()) {
      line(format.header());
    }
  }

  void print(Iterable<Found> found) {
    for (Found each : found) {
      line(format.line(each));
    }
    out.flush();
  }

  /**
   * Prints what has arrived after a position.
   *
   * @return where to go on
   */
  ReadPosition printAfter(InsightQuery query, ReadPosition from, Filter filter) {
    ReadPosition at = from;
    Page page;
    do {
      page = query.after(at, filter, PAGE);
      print(page.insights());
      at = page.next();
    } while (!page.isLast() && !failed());
    return at;
  }

  /** Whether nobody reads, or the disk is full. */
  boolean failed() {
    // Standard output keeps its trouble to itself.
    return out.checkError() || (to instanceof PrintStream stream && stream.checkError());
  }

  /** The same line end everywhere: the output is read by programs, too. */
  private void line(String text) {
    out.print(text);
    out.print('\n');
  }
}
