package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendWindowTest {

  private static final long MILLI = 1_000_000L;
  private static final long MIN = 10_000;
  private static final long MAX = 1_000_000;

  private final SendWindow window = new SendWindow(MIN, MIN, 100 * MILLI, 40_000 * MILLI);
  private long now;

  SendWindowTest() {
    window.start(now, MAX);
  }

  private void acknowledged(long delayMillis, long bytes, boolean full) {
    now += delayMillis * MILLI;
    window.onAcknowledged(now, delayMillis * MILLI, bytes, full);
  }

  /** Sends a window a round trip over a link of a rate and a delay until nothing changes. */
  private long settled(long bytesPerMilli, long delayMillis) {
    for (int i = 0; i < 1_000; i++) {
      long bytes = window.bytes();
      acknowledged(Math.max(delayMillis, bytes / bytesPerMilli), bytes, true);
    }
    return window.bytes();
  }

  @Test
  void fillsALinkAndAddsNoMoreThanTheTargetToItsDelay() {
    // 1 Mbit/s and 40 ms: 5,000 bytes are on the link, 12,500 more wait for 100 ms.
    assertThat(settled(125, 40)).isBetween(12_000L, 35_000L);
  }

  @Test
  void beginsThreeTimesAsWideWithEachRoundTripUntilAQueueIsThere() {
    long mostMillis = 0;
    for (int round = 0; round < 60; round++) {
      long bytes = window.bytes();
      // 10 Mbit/s and 100 ms: 125,000 bytes are on the link.
      long delayMillis = Math.max(100, bytes / 1_250);
      acknowledged(delayMillis, bytes, true);
      mostMillis = Math.max(mostMillis, delayMillis);
      if (round == 2) {
        assertThat(window.bytes()).isEqualTo(27 * MIN);
      }
    }
    // 100 ms and a round trip are allowed: 300 ms in all.
    assertThat(mostMillis).isLessThan(3 * 300);
    assertThat(window.bytes()).isLessThan(300 * 1_250 * 11 / 10);
  }

  @Test
  void aLinkThatTheFirstWindowFillsIsMeasuredOnceThatHasDrained() {
    SendWindow slow = new SendWindow(MIN, 500, 100 * MILLI, 40_000 * MILLI);
    slow.start(now, MAX);
    // A program that has just started answers late.
    slow.onAcknowledged(now + 300 * MILLI, 300 * MILLI, 100, true);
    now += 300 * MILLI;
    for (int i = 0; i < 200; i++) {
      // 100 kbit/s and 50 ms.
      long delayMillis = Math.max(50, slow.bytes() * 2 / 25);
      now += delayMillis * MILLI;
      slow.onAcknowledged(now, delayMillis * MILLI, slow.bytes(), true);
    }
    // 100 ms and a round trip are allowed, 200 ms in all, and not 700.
    assertThat(slow.bytes()).isBetween(1_000L, 200 * 25 / 2 * 11 / 10L);
  }

  @Test
  void fillsALongFastLink() {
    // 50 Mbit/s and 100 ms are 625,000 bytes.
    assertThat(settled(6_250, 100)).isBetween(625_000L, MAX);
  }

  @Test
  void aLostPacketNowAndThenDoesNotMakeItSmaller() {
    settled(1_250, 100);
    long before = window.bytes();
    for (int round = 0; round < 20; round++) {
      now += 100 * MILLI;
      window.onAcknowledged(now, 101 * MILLI, 1_000, true);
      for (int i = 0; i < 9; i++) {
        window.onAcknowledged(now, 350 * MILLI, 1_000, true);
      }
    }
    assertThat(window.bytes()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void fillsAFastLinkOnWhichAlmostAllWaitsForALostPacket() {
    acknowledged(100, 1_000, true);
    // 50 Mbit/s; what is sent is acknowledged after two round trips and more.
    for (int round = 0; round < 200; round++) {
      long bytes = window.bytes();
      long queueMillis = Math.max(0, bytes / 6_250 - 200);
      now += 200 * MILLI;
      window.onAcknowledged(now, (210 + queueMillis) * MILLI, bytes / 10, true);
      for (int i = 0; i < 9; i++) {
        window.onAcknowledged(now, (260 + queueMillis) * MILLI, bytes / 10, true);
      }
    }
    assertThat(window.bytes()).isGreaterThanOrEqualTo(MAX);
  }

  @Test
  void staysWhereItIsWhileNothingIsHeldBack() {
    for (int i = 0; i < 100; i++) {
      acknowledged(40, 1_000, false);
    }
    assertThat(window.bytes()).isEqualTo(MIN);
  }

  @Test
  void isNeverSmallerThanTheLeastNorLargerThanTheCredit() {
    for (int i = 0; i < 1_000; i++) {
      acknowledged(1, 50_000, true);
    }
    assertThat(window.bytes()).isEqualTo(MAX);
    for (int i = 0; i < 6; i++) {
      acknowledged(5_000, 50_000, true);
    }
    assertThat(window.bytes()).isEqualTo(MIN);
  }

  @Test
  void forgetsTheDelayOfALinkThatIsGone() {
    acknowledged(5, 1_000, true);
    for (int i = 0; i < 300; i++) {
      acknowledged(400, 10_000, true);
    }
    assertThat(window.bytes()).isGreaterThan(10 * MIN);
  }
}
