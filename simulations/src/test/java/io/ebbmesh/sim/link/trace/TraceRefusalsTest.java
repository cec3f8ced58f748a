package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.TraceFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refusal names the file, the line, what is wrong and the remedy. */
class TraceRefusalsTest {

  private static final String STARLINK =
      "timestamp_start,timestamp_end,packet_loss,ping_avg,ping_stddev";
  private static final String FJORDLINK = "t_ms,state,ping_drop_rate,rtt_ms";
  private static final String OURS = EbbmeshTrace.HEADER;

  @TempDir private Path folder;

  private void refused(int line, String what, String remedy, String... lines) {
    Path file = write(folder, lines);
    assertThatThrownBy(() -> TraceFormat.detect(file).read(file))
        .as("%s", List.of(lines))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("trace " + file + ", line " + line + ": ")
        .hasMessageContaining(what)
        .hasMessageContaining(remedy);
  }

  private void refusedFile(Path file, String what, String remedy) {
    assertThatThrownBy(() -> TraceFormat.detect(file).read(file))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("trace " + file + ": ")
        .hasMessageContaining(what)
        .hasMessageContaining(remedy);
  }

  @Test
  void aFileThatIsNoTraceIsRefusedWithTheFormatsKnown() {
    for (String name :
        new String[] {"mahimahi", "NYU-METS", "Starlink", "FjordLink", "ebbmesh", "contact plan"}) {
      refused(2, "no format begins like this", name, "# a letter", "Dear Sir or Madam,");
    }
  }

  @Test
  void aFileWithNothingInItIsRefused() throws IOException {
    refusedFile(folder.resolve("nowhere"), "no such file", "path");
    refusedFile(write(folder, new String[0]), "empty", "at least one line");
    refusedFile(write(folder, "# only", "", "# comments"), "empty", "at least one line");
    refused(1, "no line follows the header", "at least one", FJORDLINK, "# nothing");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xc3, 0x28, 10});
    refusedFile(binary, "no text", "UTF-8");
  }

  @Test
  void aLineWithoutEndIsRefused() {
    refused(2, "more than 4096 characters", "trace", "1", "1".repeat(5_000));
  }

  @Test
  void brokenMahimahiLinesAreRefused() {
    refused(3, "5 ms comes after 9 ms", "Sort", "1", "9", "5");
    refused(2, "'1.5' is no whole number", "1200", "1", "1.5");
    refused(1, "'-1' is no whole number", "1200", "-1");
    refused(1, "'9999999999999999' is no whole number", "1200", "9999999999999999");
    refused(1, "more than ten years", "milliseconds", "999999999999");
    refusedFile(write(folder, "0", "0"), "last line is 0", "length");
  }

  @Test
  void brokenNyuMetsLinesAreRefused() {
    refused(2, "unit 'Gbits/sec' is unknown", "Mbits/sec", "1,Mbits/sec", "1,Gbits/sec");
    refused(1, "unit 'kbit/s' is unknown", "Mbits/sec", "1,kbit/s");
    refused(1, "value is -1", "from 0", "-1,Mbits/sec");
    refused(1, "no finite number", "number", "NaN,Mbits/sec");
    refused(2, "no finite number", "number", "1,Mbits/sec", "Infinity,Mbits/sec");
    refused(1, "value is 1e999", "from 0 to", "1e999,bits/sec");
    refused(1, "'0x1p3', which is no number", "0.5", "0x1p3,bits/sec");
    refused(1, "'1d', which is no number", "0.5", "1d,bits/sec");
    refused(2, "no value and unit", "1.5,Mbits/sec", "1,Mbits/sec", "1,5,Mbits/sec");
    refused(1, "value is empty", "number", ",Mbits/sec");
  }

  @Test
  void brokenStarlinkWindowsAreRefused() {
    String first = "2024-01-11 09:00:00,2024-01-11 09:00:25,0,50,5";
    refused(1, "ping_stddev is missing", "ping_avg,ping_stddev", STARLINK.replace("stddev", "dev"));
    refused(1, "ping_avg is there twice", "header", STARLINK + ",ping_avg", first + ",1");
    refused(3, "not later", "Sort", STARLINK, first, first);
    refused(
        3, "not later", "Sort", STARLINK, first, "2024-01-11 08:59:59,2024-01-11 09:00:25,0,50,5");
    refused(
        2,
        "ends before it has begun",
        "timestamp_end",
        STARLINK,
        "2024-01-11 09:00:00,2024-01-11 09:00:00,0,50,5");
    refused(
        2,
        "'2024-02-30 09:00:00'",
        "2024-01-31",
        STARLINK,
        "2024-02-30 09:00:00,2024-03-11 09:00:00,0,50,5");
    refused(2, "packet_loss is 101", "to 100", STARLINK, first.replace(",0,", ",101,"));
    refused(2, "ping_avg is -50", "from 0", STARLINK, first.replace(",50,", ",-50,"));
    refused(2, "it has 4 fields", "cut off", STARLINK, first.replace(",50", ""));
    refused(
        3, "ten years", "year", STARLINK, first, "2094-01-11 09:00:00,2094-01-11 09:00:25,0,50,5");
  }

  @Test
  void brokenFjordLinkLinesAreRefused() {
    refused(1, "rtt_ms is missing", "rtt_ms", "t_ms,state,ping_drop_rate", "0,CONNECTED,0");
    refused(3, "t_ms is 0", "Sort", FJORDLINK, "0,CONNECTED,0,30", "0,CONNECTED,0,30");
    refused(2, "ping_drop_rate is 1.01", "to 1", FJORDLINK, "0,CONNECTED,1.01,30");
    refused(2, "t_ms is -1", "from 0", FJORDLINK, "-1,CONNECTED,0,30");
    refused(2, "rtt_ms is 'x'", "0.5", FJORDLINK, "0,CONNECTED,0,x");
  }

  @Test
  void brokenLinesOfOurOwnAreRefused() {
    refused(1, "loss is missing", "header", OURS.replace(",loss", ""), "0,1,,,,");
    refused(1, "colour is unknown", "no others", OURS + ",colour", "0,1,,,,,,red");
    refused(2, "first line is at 5 ms", "Begin at 0", OURS, "5,1,,,,,");
    refused(3, "t_ms is 0", "Sort", OURS, "0,1,,,,,", "0,0,,,,,");
    refused(2, "up is 'yes'", "1, 0, or repeat", OURS, "0,yes,,,,,");
    refused(2, "loss is 2", "to 1", OURS, "0,1,,,2,,");
    refused(2, "up_bps is -5", "from 0", OURS, "0,1,,,,-5,");
    refused(2, "repeats before anything", "condition", OURS, "0,repeat,,,,,");
    refused(
        4, "follows the line that repeats", "last", OURS, "0,1,,,,,", "5,repeat,,,,,", "9,1,,,,,");
  }

  @Test
  void aContactPlanIsNoScheduleWithoutAPair() {
    Path plan = write(folder, ContactPlan.HEADER, "0,1,a,b");
    assertThat(TraceFormat.detect(plan)).isEqualTo(TraceFormat.CONTACT_PLAN);
    refusedFile(plan, "for each pair", "Name the two");
  }
}
