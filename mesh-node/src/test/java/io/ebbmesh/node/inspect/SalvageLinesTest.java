package io.ebbmesh.node.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SalvageLinesTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final SalvageLines lines =
      new SalvageLines(new PrintStream(out, true, StandardCharsets.UTF_8));

  private void find(Lane lane, String label, long wallMillis, long first, long last)
      throws BlockException {
    BlockEncoder encoder = new BlockEncoder(1);
    for (long seq = first; seq <= last; seq++) {
      encoder.add(
          new Insight(
              InsightKind.CLASSIFICATION,
              "door",
              "m@1",
              label,
              "",
              seq * 1_000,
              0.5f,
              new float[0],
              null));
    }
    BootTime base = new BootTime(new UUID(1, 2), 0, wallMillis, ClockQuality.CARRIED);
    Block block = BlockDecoder.parse(encoder.encode(lane, first, base).bytes());
    lines.block(block.header(), BlockDecoder.decode(block));
  }

  private long printed() {
    assertThat(out.toString(StandardCharsets.UTF_8).lines().count()).isEqualTo(lines.count());
    return lines.count();
  }

  @Test
  void what_was_merged_or_moved_is_printed_once() throws Exception {
    find(Lane.INSIGHT, "open", 1_000, 3, 4);
    find(Lane.INSIGHT, "open", 1_500, 5, 5);
    find(Lane.INSIGHT, "open", 1_500, 1, 2_000);
    find(Lane.INSIGHT, "open", 1_500, 1_900, 2_010);
    assertThat(printed()).isEqualTo(2_010);
    find(Lane.ALARM, "open", 1_500, 1, 3);
    assertThat(printed()).isEqualTo(2_013);
  }

  @Test
  void of_a_number_with_two_insights_both_are_printed_and_each_once() throws Exception {
    find(Lane.INSIGHT, "open", 1_000, 1, 10);
    find(Lane.INSIGHT, "shut", 1_000, 5, 15);
    find(Lane.INSIGHT, "shut", 1_000, 1, 15);
    find(Lane.INSIGHT, "open", 1_000, 1, 15);
    assertThat(printed()).isEqualTo(30);
  }

  @Test
  void what_was_printed_takes_four_bytes_each() {
    Printed printed = new Printed();
    for (int round = 0; round < 2; round++) {
      for (long seq = 1; seq <= 200_000; seq++) {
        byte[] digest = new byte[Digest.BYTES];
        ByteBuffer.wrap(digest).putLong(seq).putLong(seq);
        printed.add(Lane.INSIGHT, seq, Digest.ofBytes(digest));
      }
    }
    assertThat(printed.count()).isEqualTo(200_000);
    assertThat(printed.bytes()).isLessThan(5 * 200_000);
  }
}
