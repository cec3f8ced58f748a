package io.ebbmesh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Measures the bytes that a piece of work takes from the heap, dead or alive. */
public final class AllocationMeter {

  /** For exceptions with their stack traces, and whatever else does not depend on the input. */
  private static final long FIXED_BYTES = 64 * 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationMeter() {}

  /**
   * Does the work; fails if it took more than {@code limit} of its result, and a fixed rest. Work
   * that seems to take more is done again: the first time may have loaded classes.
   */
  public static <T> T measured(Supplier<T> work, ToLongFunction<T> limit) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T result = work.get();
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (taken > limit.applyAsLong(result) + FIXED_BYTES) {
      before = THREADS.getCurrentThreadAllocatedBytes();
      result = work.get();
      taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(taken)
          .as("bytes taken from the heap")
          .isLessThanOrEqualTo(limit.applyAsLong(result) + FIXED_BYTES);
    }
    return result;
  }
}
