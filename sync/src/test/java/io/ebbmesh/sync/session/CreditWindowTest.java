package io.ebbmesh.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node with a backlog over a link of a rate and a round trip, in virtual milliseconds. */
class CreditWindowTest {

  private static final long MILLI = 1_000_000L;
  private static final int BLOCK = 16_384;
  private static final int KIB = 1024;

  private final CreditPool pool = new CreditPool(64L * KIB * KIB);

  /** A block or a grant that arrives at a time. */
  private record Arrival(long atNanos, long bytes) {}

  private final class Line {
    final CreditWindow window = CreditWindow.open(pool, Frames.HUB_SETTINGS, 0);
    private final Deque<Arrival> up = new ArrayDeque<>();
    private final Deque<Arrival> down = new ArrayDeque<>();
    private boolean welcomed;
    private long credit;
    private long now;
    private long freeAt;

    /** For how long a block that arrived, but the first, waits for a packet before it. */
    private long waitsMillis;

    /** Lets time pass; returns the bytes that arrived at the hub. */
    long run(double megabits, long roundTripMillis, long millis) {
      long arrived = 0;
      long end = now + millis * MILLI;
      if (!welcomed) {
        welcomed = true;
        down.add(new Arrival(now + roundTripMillis * MILLI / 2, window.bytes()));
      }
      for (; now < end; now += MILLI) {
        while (!down.isEmpty() && down.peek().atNanos() <= now) {
          credit += down.remove().bytes();
        }
        while (credit >= BLOCK && freeAt < now + MILLI) {
          credit -= BLOCK;
          freeAt = Math.max(freeAt, now) + (long) (BLOCK * 8_000 / megabits);
          long waits = now < roundTripMillis * MILLI ? 0 : waitsMillis * MILLI;
          up.add(new Arrival(freeAt + roundTripMillis * MILLI / 2 + waits, BLOCK));
        }
        while (!up.isEmpty() && up.peek().atNanos() <= now) {
          long bytes = up.remove().bytes();
          arrived += bytes;
          long granted = window.acknowledge(now, bytes);
          down.add(new Arrival(now + roundTripMillis * MILLI / 2, granted));
        }
      }
      return arrived;
    }
  }

  @Test
  void aFastFarLinkIsFilled() {
    Line line = new Line();
    line.run(50, 300, 5_000);
    long arrived = line.run(50, 300, 10_000);
    assertThat(arrived / (10 * 50e6 / 8)).isGreaterThan(0.95);
    double bandwidthDelay = 50e6 / 8 * 0.3;
    assertThat(line.window.bytes()).isBetween((long) bandwidthDelay, (long) (5 * bandwidthDelay));
  }

  @Test
  void aLinkWhosePacketsAreAlwaysLostIsFilledToo() {
    Line line = new Line();
    line.waitsMillis = 250;
    line.run(50, 100, 5_000);
    long arrived = line.run(50, 100, 10_000);
    assertThat(arrived / (10 * 50e6 / 8)).isGreaterThan(0.95);
  }

  @Test
  void aSlowLinkGetsNoLongQueue() {
    Line line = new Line();
    line.run(1, 100, 60_000);
    assertThat(line.window.bytes()).isEqualTo(256 * KIB);
  }

  @Test
  void theWindowShrinksWhenTheRateDoes() {
    Line line = new Line();
    line.run(50, 300, 10_000);
    assertThat(line.window.bytes()).isGreaterThan(1024 * KIB);
    line.run(1, 300, 120_000);
    assertThat(line.window.bytes()).isEqualTo(256 * KIB);
  }

  @Test
  void noWindowIsAboveItsLimit() {
    Line line = new Line();
    line.run(10_000, 1_000, 20_000);
    assertThat(line.window.bytes()).isEqualTo(8 * KIB * KIB);
  }

  @Test
  void tenThousandSessionsReserveNoMoreThanTheTotalAndTheirLeast() {
    List<CreditWindow> idle = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      idle.add(CreditWindow.open(pool, Frames.HUB_SETTINGS, 0));
    }
    assertThat(pool.grantedBytes()).isLessThanOrEqualTo(64L * KIB * KIB + 10_000L * 32 * KIB);
    Line late = new Line();
    late.run(50, 300, 10_000);
    assertThat(late.window.bytes()).as("a session when all is granted").isEqualTo(32 * KIB);
    idle.forEach(CreditWindow::close);
    late.run(50, 300, 10_000);
    assertThat(late.window.bytes()).as("the same when the others left").isGreaterThan(1024 * KIB);
    late.window.close();
    late.window.close();
    assertThat(pool.grantedBytes()).isZero();
  }
}
