package io.ebbmesh.sim.backlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux says of a process, see proc(5).
 *
 * @param residentBytes memory that it occupies
 * @param diskBytes that it caused to be written to storage, in whole pages, since its start
 * @param writeCalls write system calls since its start, to sockets too
 */
record ProcessFigures(long residentBytes, int threads, long diskBytes, long writeCalls) {

  private static final long KIBIBYTE = 1_024;

  static ProcessFigures of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(process.resolve("status"));
    String io = Files.readString(process.resolve("io"));
    return new ProcessFigures(
        KIBIBYTE * number(status, "VmRSS"),
        Math.toIntExact(number(status, "Threads")),
        number(io, "write_bytes"),
        number(io, "syscw"));
  }

  private static long number(String text, String key) throws IOException {
    Matcher matcher = Pattern.compile("(?m)^" + key + ":\\s*(\\d+)").matcher(text);
    if (!matcher.find()) {
      throw new IOException("this system does not say " + key + " of a process");
    }
    return Long.parseLong(matcher.group(1));
  }
}
