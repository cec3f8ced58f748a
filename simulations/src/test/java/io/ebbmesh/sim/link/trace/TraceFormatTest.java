package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.LinkCondition.DOWN;
import static io.ebbmesh.sim.link.trace.LinkCondition.UNSAID;
import static io.ebbmesh.sim.link.trace.TraceFiles.MILLI;
import static io.ebbmesh.sim.link.trace.TraceFiles.SECOND;
import static io.ebbmesh.sim.link.trace.TraceFiles.walk;
import static io.ebbmesh.sim.link.trace.TraceFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sim.link.trace.TraceFiles.Step;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files of each format become the schedule that they describe. */
class TraceFormatTest {

  private static final String STARLINK_HEADER =
      "timestamp_start,timestamp_end,target,packet_loss,ping_avg,ping_worst,ping_stddev";

  @TempDir private Path folder;

  private LinkSchedule read(TraceFormat expected, String... lines) {
    Path file = write(folder, lines);
    assertThat(TraceFormat.detect(file)).isEqualTo(expected);
    return TraceFormat.detect(file).read(file);
  }

  private static Step rates(long nanos, double up, double down) {
    return new Step(nanos, LinkCondition.rates(up, down));
  }

  @Test
  void mahimahiOpportunitiesBecomeRatesOverBinsAndRepeat() {
    LinkSchedule schedule =
        read(TraceFormat.MAHIMAHI, "# licence", "", "1", "50", "50", "100", "450", "500");
    assertThat(schedule.periodNanos()).isEqualTo(500 * MILLI);
    assertThat(walk(schedule, 600 * MILLI))
        .containsExactly(
            rates(0, 480_000, 480_000),
            rates(100 * MILLI, 0, 0),
            rates(400 * MILLI, 240_000, 240_000),
            rates(500 * MILLI, 480_000, 480_000));
  }

  @Test
  void aMahimahiTraceOfOneLineIsAConstantRate() {
    LinkSchedule schedule = read(TraceFormat.MAHIMAHI, "1");
    assertThat(schedule.at(0)).isEqualTo(LinkCondition.rates(12e6, 12e6));
    assertThat(schedule.nextChange(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theLastBinOfAMahimahiTraceEndsWithItSoThatTheMeanIsKept() {
    LinkSchedule schedule = read(TraceFormat.MAHIMAHI, "0", "60", "110", "120", "150");
    assertThat(walk(schedule, 150 * MILLI))
        .containsExactly(rates(0, 240_000, 240_000), rates(100 * MILLI, 720_000, 720_000));
  }

  @Test
  void twoMahimahiTracesAreTheTwoDirectionsAndTheShorterRepeats() {
    Path up = TraceFiles.writeAs("up", folder, "100", "200", "200");
    Path down = TraceFiles.writeAs("down", folder, "500");
    LinkSchedule schedule = MahimahiTrace.read(up, down);
    assertThat(schedule.periodNanos()).isEqualTo(500 * MILLI);
    assertThat(walk(schedule, 501 * MILLI))
        .containsExactly(
            rates(0, 120_000, 0),
            rates(100 * MILLI, 240_000, 0),
            rates(200 * MILLI, 120_000, 0),
            rates(300 * MILLI, 240_000, 0),
            rates(400 * MILLI, 120_000, 120_000),
            rates(500 * MILLI, 120_000, 0));
  }

  @Test
  void nyuMetsLinesAreSecondsOfDownlinkInTheirUnit() {
    LinkSchedule schedule =
        read(TraceFormat.NYU_METS, "0.27,Mbits/sec", "512,Kbits/sec", "# or less", "0,bits/sec");
    assertThat(walk(schedule, 4 * SECOND))
        .containsExactly(
            rates(0, UNSAID, 270_000),
            rates(SECOND, UNSAID, 512_000),
            rates(2 * SECOND, UNSAID, 0),
            rates(3 * SECOND, UNSAID, 270_000));
  }

  @Test
  void numbersAreReadTheSameWhereACommaIsTheDecimalPoint() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(read(TraceFormat.NYU_METS, "1.5,bits/sec").at(0).downBitsPerSecond())
          .isEqualTo(1.5);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void starlinkWindowsHoldUntilTheNextAndHalveTheRoundTrip() {
    LinkSchedule schedule =
        read(
            TraceFormat.STARLINK_ROAD,
            STARLINK_HEADER,
            "2024-01-31 23:59:50,2024-02-01 00:00:15,a,2.5,60,90,8",
            "2024-02-01 00:01:50,2024-02-01 00:02:15,a,100,,,",
            "2024-02-01 00:02:15,2024-02-01 00:02:40,a,0,50,90,4");
    assertThat(schedule.periodNanos()).isEqualTo(170 * SECOND);
    assertThat(walk(schedule, 170 * SECOND))
        .containsExactly(
            new Step(0, pinged(30 * MILLI, 4 * MILLI, 0.025)),
            new Step(120 * SECOND, DOWN),
            new Step(145 * SECOND, pinged(25 * MILLI, 2 * MILLI, 0)));
  }

  @Test
  void fjordLinkRatesAreTrafficAndOnlyOtherStatesOrLostPingsAreOutages() {
    LinkSchedule schedule =
        read(
            TraceFormat.FJORDLINK,
            "t_ms,state,ping_drop_rate,rtt_ms,downlink_bps,uplink_bps,obstructed",
            "500,CONNECTED,0.25,30,1000,1000,0",
            "1500,SEARCHING,0,30,0,0,1",
            "2500,CONNECTED,1,,0,0,1",
            "4500,CONNECTED,0,,0,0,1");
    assertThat(schedule.periodNanos()).isEqualTo(6 * SECOND);
    assertThat(walk(schedule, 6 * SECOND))
        .containsExactly(
            new Step(0, pinged(15 * MILLI, UNSAID, 0.25)),
            new Step(SECOND, DOWN),
            new Step(4 * SECOND, pinged(UNSAID, UNSAID, 0)));
  }

  @Test
  void ourOwnFormatLeavesEmptyFieldsUnsaidAndRepeatsIfItSaysSo() {
    String[] lines = {
      "t_ms,up,latency_ms,jitter_ms,loss,up_bps,down_bps",
      "0,1,15.5,2,0.01,1e6,2000000",
      "1000,0,15,2,0,1,1",
      "2000,1,,,,,",
      "3000,repeat,,,,,"
    };
    LinkSchedule repeating = read(TraceFormat.EBBMESH, lines);
    assertThat(walk(repeating, 4 * SECOND))
        .containsExactly(
            new Step(0, new LinkCondition(true, 1e6, 2e6, 15_500_000, 2 * MILLI, 0.01)),
            new Step(SECOND, DOWN),
            new Step(2 * SECOND, LinkCondition.UP),
            new Step(3 * SECOND, repeating.at(0)));
    LinkSchedule once = read(TraceFormat.EBBMESH, lines[0], lines[1], lines[2], lines[3]);
    assertThat(once.periodNanos()).isEqualTo(LinkSchedule.ONCE);
    assertThat(once.at(100 * SECOND)).isEqualTo(LinkCondition.UP);
  }

  @Test
  void commentsBlankLinesAndAByteOrderMarkMayStandAnywhere() {
    assertThat(read(TraceFormat.MAHIMAHI, "\uFEFF# licence", " ", "1", "  # more", "2", "").size())
        .isEqualTo(1);
    assertThat(read(TraceFormat.MAHIMAHI, "\uFEFF1").size()).isEqualTo(1);
  }

  @Test
  void equalSecondsAreOneStep() {
    String[] lines = Collections.nCopies(50, "3.25,Mbits/sec").toArray(new String[0]);
    LinkSchedule schedule = read(TraceFormat.NYU_METS, lines);
    assertThat(schedule.size()).isEqualTo(1);
    assertThat(schedule.periodNanos()).isEqualTo(50 * SECOND);
  }

  private static LinkCondition pinged(long latencyNanos, long jitterNanos, double loss) {
    return new LinkCondition(true, UNSAID, UNSAID, latencyNanos, jitterNanos, loss);
  }
}
