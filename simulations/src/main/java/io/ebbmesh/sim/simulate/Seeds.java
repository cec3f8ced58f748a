package io.ebbmesh.sim.simulate;

import io.ebbmesh.node.cli.UserErrorException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of seeds.
 *
 * @param first the first one
 * @param last the last one
 */
record Seeds(long first, long last) {

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");

  static Seeds parse(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (matcher.matches()) {
      Seeds seeds = new Seeds(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
      if (seeds.first <= seeds.last) {
        return seeds;
      }
    }
    throw new UserErrorException(
        "--seeds is '" + text + "': write the first and the last, such as 1..100");
  }

  long count() {
    return last - first + 1;
  }

  /** Runs all, some of them at once; gives them in order. */
  Iterable<Run> run(int jobs, LongFunction<Simulation> simulations) {
    return () -> new Running(jobs, simulations);
  }

  private final class Running implements Iterator<Run> {

    private final ExecutorService threads;
    private final int jobs;
    private final LongFunction<Simulation> simulations;
    private final Deque<Future<Run>> running = new ArrayDeque<>();
    private long next = first;

    Running(int jobs, LongFunction<Simulation> simulations) {
      this.jobs = jobs;
      this.simulations = simulations;
      this.threads = Executors.newFixedThreadPool(jobs);
    }

    @Override
    public boolean hasNext() {
      while (next <= last && running.size() < jobs) {
        long seed = next++;
        running.add(threads.submit(() -> simulations.apply(seed).run()));
      }
      if (running.isEmpty()) {
        threads.shutdown();
        return false;
      }
      return true;
    }

    @Override
    public Run next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        return running.remove().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        threads.shutdownNow();
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
