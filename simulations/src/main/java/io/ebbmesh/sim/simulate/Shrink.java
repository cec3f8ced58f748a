package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Looks for a smaller run that breaks the same promise: shorter, with fewer faults, with fewer
 * nodes. Chance has names, so what is left behaves as before more often than not.
 */
final class Shrink {

  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Supplier<Simulation> original;
  private final String promise;
  private final Consumer<String> out;
  private final List<UnaryOperator<Simulation>> taken = new ArrayList<>();
  private Run smallest;

  private Shrink(Supplier<Simulation> original, Run failed, String promise, Consumer<String> out) {
    this.original = original;
    this.promise = promise;
    this.out = out;
    this.smallest = failed;
  }

  /** Tries until nothing becomes smaller, and tells the smallest command that fails. */
  static Run from(Supplier<Simulation> original, Run failed, Consumer<String> out) {
    Failure failure = failed.failure();
    if (failure == null) {
      out.accept("nothing to shrink: no promise was broken, only an expectation was not met");
      return failed;
    }
    Shrink shrink = new Shrink(original, failed, failure.invariant(), out);
    shrink.time(failure.atNanos());
    shrink.faults(failed.scenario().faults());
    shrink.nodes(failed.scenario().nodes());
    out.accept("smallest run found: " + shrink.smallest.command());
    return shrink.smallest;
  }

  private boolean attempt(String what, UnaryOperator<Simulation> change) {
    Simulation simulation = original.get();
    for (UnaryOperator<Simulation> each : taken) {
      simulation = each.apply(simulation);
    }
    Run run = change.apply(simulation).run();
    Failure failure = run.failure();
    boolean fails = failure != null && failure.invariant().equals(promise);
    out.accept((fails ? "still broken " : "not broken ") + what);
    if (fails) {
      taken.add(change);
      smallest = run;
    }
    return fails;
  }

  private void time(long atNanos) {
    Duration end = Duration.ofNanos(atNanos).plus(MARGIN);
    attempt("until " + Times.text(end.toNanos()), simulation -> simulation.until(end));
  }

  private void faults(List<FaultPlan> faults) {
    Set<Integer> all = new TreeSet<>();
    faults.forEach(fault -> all.add(fault.number()));
    if (all.isEmpty() || attempt("without any fault", each -> each.withoutFaults(all))) {
      return;
    }
    for (FaultPlan fault : faults) {
      Set<Integer> one = Set.of(fault.number());
      attempt("without fault " + fault.number(), each -> each.withoutFaults(one));
    }
  }

  private void nodes(int count) {
    for (int fewer = count / 2; fewer >= 1; fewer /= 2) {
      int total = fewer;
      if (!attempt("with " + total + " nodes", each -> each.nodes(total))) {
        return;
      }
    }
  }
}
