package io.ebbmesh.node.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.node.insights.InsightJson;
import io.ebbmesh.protocol.block.BlockHeader;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.SalvagedOutbox;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints salvaged insights, one JSON object a line, each once. */
final class SalvageLines implements SalvagedOutbox.Blocks {

  private final PrintStream out;

  /** A block that was moved or merged is found again, with the same insights. */
  private final Set<Long> printed = new LinkedHashSet<>();

  SalvageLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void block(BlockHeader header, List<Insight> insights) {
    for (int i = 0; i < insights.size(); i++) {
      Insight insight = insights.get(i);
      ObjectNode json = json(header, header.seqs().first() + i, insight);
      byte[] content = InsightJson.text(json).getBytes(StandardCharsets.UTF_8);
      if (printed.add(ByteBuffer.wrap(Digest.of(content).bytes()).getLong())) {
        // Of a merged block, the base may be another one: it is not what makes two the same.
        json.put("time", time(header, insight))
            .put("timeQuality", header.base().quality().name().toLowerCase(Locale.ROOT))
            .put("boot", header.base().bootId().toString());
        out.println(InsightJson.text(json));
      }
    }
  }

  long count() {
    return printed.size();
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
