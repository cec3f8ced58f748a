package io.ebbmesh.sim.bench;

import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.sim.backlog.BacklogBench;
import io.ebbmesh.sim.backlog.DrainBench;
import io.ebbmesh.sim.backlog.FeedCommand;
import io.ebbmesh.sim.backlog.FramesBench;
import io.ebbmesh.sim.backlog.HalfOpenBench;
import io.ebbmesh.sim.backlog.IdleBench;
import io.ebbmesh.sim.check.AgreementBench;
import io.ebbmesh.sim.check.ClockBench;
import io.ebbmesh.sim.check.FlipBench;
import io.ebbmesh.sim.check.RestartBench;
import io.ebbmesh.sim.check.RewindBench;
import io.ebbmesh.sim.check.SiteBench;
import io.ebbmesh.sim.check.StormBench;
import io.ebbmesh.sim.crash.CrashBench;
import io.ebbmesh.sim.crash.DiskBench;
import io.ebbmesh.sim.ingest.IngestBench;
import picocli.CommandLine.Command;

/** Benchmarks and long runs. */
@Command(
    name = "bench",
    description = "Measure, or prove a promise on real processes and real disks.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      OutboxBench.class,
      InferenceBench.class,
      IngestBench.class,
      CrashBench.class,
      DiskBench.class,
      FlipBench.class,
      RestartBench.class,
      RewindBench.class,
      SiteBench.class,
      StormBench.class,
      ClockBench.class,
      AgreementBench.class,
      DrainBench.class,
      BacklogBench.class,
      FramesBench.class,
      HalfOpenBench.class,
      IdleBench.class,
      FeedCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench outbox --records 1000000 --size 200 --in-flight 5000 --dir /tmp/bench",
      "  ebbmesh bench inference --model model.onnx --seconds 10",
      "  ebbmesh bench crash --kills 50 --target node"
    })
public final class BenchCommand implements Subcommand {

  /** Found by the service loader. */
  public BenchCommand() {}

  @Override
  public Object command() {
    return this;
  }
}
