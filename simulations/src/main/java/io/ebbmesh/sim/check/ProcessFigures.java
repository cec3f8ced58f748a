package io.ebbmesh.sim.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds, as Linux counts it (proc(5)), and its heap.
 *
 * @param threads of the kernel
 * @param descriptors open files and sockets
 * @param residentBytes now
 * @param peakResidentBytes since the start
 * @param heap of its virtual machine
 */
record ProcessFigures(
    int threads, int descriptors, long residentBytes, long peakResidentBytes, ChildHeap heap) {

  static ProcessFigures of(long pid) throws IOException {
    // First: looking into the heap starts threads in the process that stay.
    ChildHeap heap = ChildHeap.of(pid);
    Path process = Path.of("/proc", Long.toString(pid));
    int threads = 0;
    long resident = 0;
    long peak = 0;
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("Threads:")) {
        threads = (int) number(line);
      } else if (line.startsWith("VmRSS:")) {
        resident = number(line) * 1024;
      } else if (line.startsWith("VmHWM:")) {
        peak = number(line) * 1024;
      }
    }
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return new ProcessFigures(threads, (int) open.count(), resident, peak, heap);
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
