package io.ebbmesh.sync.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** How long a fuzz test searches once it is asked to, and what memory an input may take. */
public final class FuzzRuns {

  /** Inputs that each decoder has to stand. */
  public static final long INPUTS = 10_000_000;

  /** For exceptions with their stack traces, and whatever else does not depend on the input. */
  private static final long FIXED_BYTES = 64 * 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FuzzRuns() {}

  /**
   * Does the work; fails if it took more from the heap, dead or alive, than {@code limitBytes} and
   * a fixed rest. Work that seems to take more is done again: the first time may have loaded
   * classes.
   */
  public static <T> T measured(Supplier<T> work, long limitBytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T result = work.get();
    if (THREADS.getCurrentThreadAllocatedBytes() - before > limitBytes + FIXED_BYTES) {
      before = THREADS.getCurrentThreadAllocatedBytes();
      result = work.get();
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("bytes taken from the heap")
          .isLessThanOrEqualTo(limitBytes + FIXED_BYTES);
    }
    return result;
  }
}
