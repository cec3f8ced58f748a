package io.ebbmesh.node.insights;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.cli.Main;
import io.ebbmesh.node.cli.StandardOutput;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import io.ebbmesh.sync.insight.store.sqlite.SqliteSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A hub's data-dir with a real store, and the command line on it. */
public final class HubFolder {

  public static final NodeId NODE = new NodeId("gw-1");
  public static final Incarnation INCARNATION = new Incarnation(new UUID(1, 2));
  public static final LaneKey LANE = new LaneKey(NODE, INCARNATION, Lane.INSIGHT);

  /** What a command said. */
  public record Said(int exitCode, String out, String err) {}

  private HubFolder() {}

  public static SqliteInsightStore open(Path folder) {
    return SqliteInsightStore.open(
        folder.resolve("insights.db"),
        SqliteSettings.of(ConfigFactory.defaultReference().getConfig("ebbmesh.sync.hub-store")));
  }

  /** Insights observed a second apart since 1970, of the streams door/0 to door/2. */
  public static Change block(SeqRanges expected, long first, long last) {
    List<Insight> insights = new ArrayList<>();
    for (long seq = first; seq <= last; seq++) {
      insights.add(
          new Insight(
              InsightKind.ANOMALY,
              "door/" + seq % 3,
              "m@1",
              seq % 10 == 0 ? "open, \"wide\"" : "shut",
              "",
              seq * 1_000_000_000L,
              0.25f,
              new float[] {seq, 0.5f},
              new SourcePosition("csv/doors", seq)));
    }
    BootTime base = new BootTime(new UUID(3, 4), 0, 0, ClockQuality.LOWER_BOUND);
    return new InsightStore.StoreBlock(
        LANE,
        expected,
        new SeqRange(first, last),
        base,
        Digest.of(new byte[] {(byte) first}),
        insights);
  }

  public static void apply(InsightStore store, Change change) throws Exception {
    if (!store.apply(change).toCompletableFuture().get().applied()) {
      throw new AssertionError("not applied: " + change);
    }
  }

  /** Runs {@code ebbmesh} with these words. */
  public static Said run(String... words) {
    return run(new ByteArrayOutputStream(), words);
  }

  /** Runs it with a standard output that takes nothing. */
  public static Said runOnFullDisk(String... words) {
    return run(new FullDisk(), words);
  }

  /** Runs it with a standard output whose reader is gone. */
  public static Said runIntoClosedPipe(String... words) {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    return run(
        StandardOutput.over(closed, StandardCharsets.UTF_8), new ByteArrayOutputStream(), words);
  }

  private static final class FullDisk extends ByteArrayOutputStream {
    @Override
    public void flush() throws IOException {
      if (size() > 0) {
        throw new IOException("No space left on device");
      }
    }
  }

  private static Said run(ByteArrayOutputStream saidOut, String... words) {
    return run(new PrintStream(saidOut, true, StandardCharsets.UTF_8), saidOut, words);
  }

  private static Said run(PrintStream to, ByteArrayOutputStream saidOut, String... words) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream saidErr = new ByteArrayOutputStream();
    System.setOut(to);
    System.setErr(new PrintStream(saidErr, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Main.run(words);
      System.out.flush();
      return new Said(
          exitCode,
          saidOut.toString(StandardCharsets.UTF_8),
          saidErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
