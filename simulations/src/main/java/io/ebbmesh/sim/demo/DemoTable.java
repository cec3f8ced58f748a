package io.ebbmesh.sim.demo;

import io.ebbmesh.node.detector.Evaluation;
import io.ebbmesh.node.detector.EvaluationTable;
import java.util.Locale;

/** The outcome as text for people. */
final class DemoTable {

  private static final String BOOKS = "%-8s %9s %9s %12s %14s %8s %11s %13s  %s%n";

  private DemoTable() {}

  static String of(DemoReport report, Evaluation evaluation) {
    StringBuilder text = new StringBuilder("\n");
    text.append(
        String.format(
            Locale.ROOT,
            BOOKS,
            "node",
            "produced",
            "stored",
            "quarantined",
            "declared lost",
            "pending",
            "duplicates",
            "out of order",
            "books"));
    for (Books books : report.nodes()) {
      text.append(
          String.format(
              Locale.ROOT,
              BOOKS,
              books.node(),
              books.produced(),
              books.stored(),
              books.quarantined(),
              books.declaredLost(),
              books.pending(),
              books.duplicates(),
              books.outOfOrder(),
              books.balanced() ? "balance" : "DO NOT BALANCE"));
    }
    text.append('\n').append(EvaluationTable.of(evaluation)).append('\n');
    outage(text, report);
    uplink(text, report.uplink());
    return text.toString();
  }

  private static void outage(StringBuilder text, DemoReport report) {
    DemoReport.Outage outage = report.outage();
    text.append(
        String.format(
            Locale.ROOT,
            "outage: %.1f s without a link; %,d insights decided meanwhile, %,d of them by a"
                + " neighbour; drained %.1f s after the link came back%n",
            outage.seconds(),
            outage.decidedOffline(),
            outage.decidedByNeighbour(),
            outage.drainSeconds()));
    DemoReport.Crash crash = report.crash();
    text.append(
        String.format(
            Locale.ROOT,
            "crash:  %s was killed after %,d insights and accepted %,d more when it was back%n",
            crash.node(),
            crash.acceptedBefore(),
            crash.acceptedAfter()));
  }

  private static void uplink(StringBuilder text, DemoReport.Uplink uplink) {
    text.append(
        String.format(
            Locale.ROOT,
            "uplink: %,d insights in %,d blocks, %,d bytes with TLS and sessions: %.1f bytes per"
                + " insight%n",
            uplink.insights(),
            uplink.blocks(),
            uplink.bytes(),
            uplink.bytesPerInsight()));
    text.append(
        String.format(
            Locale.ROOT,
            "        the same blocks alone %.1f; as protobuf %.1f; as protobuf with zstd-3 %.1f%n",
            uplink.blockBytesPerInsight(),
            uplink.protobufBytesPerInsight(),
            uplink.protobufZstdBytesPerInsight()));
    text.append(
        String.format(
            Locale.ROOT,
            "        100 at a time: as blocks %.1f; as protobuf with zstd-3 %.1f%n",
            uplink.blockBytesPerInsightAt100(),
            uplink.protobufZstdBytesPerInsightAt100()));
  }
}
