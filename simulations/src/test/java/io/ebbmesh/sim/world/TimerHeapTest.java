package io.ebbmesh.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.clock.SeededChance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TimerHeapTest {

  private static final Runnable NOTHING = () -> {};

  private final TimerHeap heap = new TimerHeap();

  private Timer next() {
    Timer next = Objects.requireNonNull(heap.peek());
    heap.remove();
    return next;
  }

  @Test
  void timers_come_out_by_time_and_those_of_one_time_as_they_came_in() {
    SeededChance chance = new SeededChance(3);
    List<Timer> expected = new ArrayList<>();
    for (int round = 0; round < 6_000; round++) {
      expected.add(heap.add((long) (chance.nextDouble() * 500), null, NOTHING));
      if (round % 3 == 0) {
        Timer earliest =
            expected.stream().min(Comparator.comparingLong(Timer::atNanos)).orElseThrow();
        assertThat(next()).isSameAs(earliest);
        expected.remove(earliest);
      }
    }
    expected.sort(Comparator.comparingLong(Timer::atNanos));
    for (Timer timer : expected) {
      assertThat(next()).isSameAs(timer);
    }
    assertThat(heap.peek()).isNull();
  }
}
