package io.ebbmesh.sim.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Linux says of a process, see proc(5).
 *
 * @param residentBytes memory that it occupies
 * @param peakResidentBytes most that it occupied since its start
 * @param threads of the kernel
 * @param descriptors open files and sockets
 * @param diskBytes that it caused to be written to storage, in whole pages, since its start
 * @param writeCalls write system calls since its start, to sockets too
 */
public record ProcessFigures(
    long residentBytes,
    long peakResidentBytes,
    int threads,
    int descriptors,
    long diskBytes,
    long writeCalls) {

  private static final long KIBIBYTE = 1_024;

  /**
   * @throws IOException if there is no such process, or this is not Linux
   */
  public static ProcessFigures of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(process.resolve("status"));
    String io = Files.readString(process.resolve("io"));
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return new ProcessFigures(
          KIBIBYTE * number(status, "VmRSS"),
          KIBIBYTE * number(status, "VmHWM"),
          Math.toIntExact(number(status, "Threads")),
          Math.toIntExact(open.count()),
          number(io, "write_bytes"),
          number(io, "syscw"));
    }
  }

  private static long number(String text, String key) throws IOException {
    Matcher matcher = Pattern.compile("(?m)^" + key + ":\\s*(\\d+)").matcher(text);
    if (!matcher.find()) {
      throw new IOException("this system does not say " + key + " of a process");
    }
    return Long.parseLong(matcher.group(1));
  }
}
