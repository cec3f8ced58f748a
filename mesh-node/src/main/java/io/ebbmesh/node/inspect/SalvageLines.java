package io.ebbmesh.node.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.node.insights.InsightJson;
import io.ebbmesh.protocol.block.BlockHeader;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.SalvagedOutbox;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Prints salvaged insights, one JSON object a line, each once. */
final class SalvageLines implements SalvagedOutbox.Blocks {

  private final PrintStream out;

  /** A block that was moved or merged is found again, with the same insights. */
  private final Printed printed = new Printed();

  SalvageLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void block(BlockHeader header, List<Insight> insights) {
    for (int i = 0; i < insights.size(); i++) {
      Insight insight = insights.get(i);
      long seq = header.seqs().first() + i;
      ObjectNode json = json(header, seq, insight);
      byte[] content = InsightJson.text(json).getBytes(StandardCharsets.UTF_8);
      if (printed.add(header.lane(), seq, Digest.of(content))) {
        // Of a merged block, the base may be another one: it is not what makes two the same.
        json.put("time", time(header, insight))
            .put("timeQuality", header.base().quality().name().toLowerCase(Locale.ROOT))
            .put("boot", header.base().bootId().toString());
        out.println(InsightJson.text(json));
      }
    }
  }

  long count() {
    return printed.count();
  }

  private static ObjectNode json(BlockHeader header, long seq, Insight insight) {
    return InsightJson.add(
        InsightJson.object()
            .put("lane", header.lane().id())
            .put("seq", seq)
            .put("observedNanos", insight.observedNanos()),
        insight);
  }

  private static String time(BlockHeader header, Insight insight) {
    return Instant.ofEpochMilli(header.base().wallMillisAt(insight.observedNanos())).toString();
  }
}
