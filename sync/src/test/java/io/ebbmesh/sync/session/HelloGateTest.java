package io.ebbmesh.sync.session;

import static io.ebbmesh.sync.session.Frames.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HelloGateTest {

  private static final long START = 100 * SECOND;

  private final HelloGate gate = gate("");

  private static HelloGate gate(String settings) {
    Config hub = ConfigFactory.defaultReference().getConfig("ebbmesh.sync.session.hub");
    return new HelloGate(
        HubSessionSettings.of(ConfigFactory.parseString(settings).withFallback(hub)), START);
  }

  @Test
  void aBurstIsLetInAndThenAsManyASecondAsTheLimitSays() {
    int letIn = 0;
    for (int node = 0; node < 5_000; node++) {
      letIn += gate.admit(START, "n" + node, 0, 0) == null ? 1 : 0;
    }
    assertThat(letIn).isEqualTo(400);
    int later = 0;
    for (int node = 0; node < 5_000; node++) {
      later += gate.admit(START + SECOND, "m" + node, 0, 0) == null ? 1 : 0;
    }
    assertThat(later).isEqualTo(200);
  }

  @Test
  void tenThousandNodesThatComeTogetherAreAllInAfterAMinute() {
    TreeMap<Long, Deque<String>> arrivals = new TreeMap<>();
    for (int node = 0; node < 10_000; node++) {
      arrivals.computeIfAbsent(START, at -> new ArrayDeque<>()).add("n" + node);
    }
    int sessions = 0;
    int sentAway = 0;
    long now = START;
    while (!arrivals.isEmpty()) {
      now = arrivals.firstKey();
      for (String node : arrivals.remove(now)) {
        HelloGate.TurnedAway away = gate.admit(now, node, sessions, 0);
        if (away == null) {
          sessions++;
        } else {
          sentAway++;
          long again = now + away.retryAfterMillis() * 1_000_000L;
          arrivals.computeIfAbsent(again, at -> new ArrayDeque<>()).add(node);
        }
      }
    }
    assertThat(sessions).isEqualTo(10_000);
    assertThat((now - START) / SECOND).isLessThanOrEqualTo(60);
    assertThat(sentAway).as("refusals").isLessThan(11_000);
  }

  @Test
  void whoIsSentAwayComesBackOneAfterTheOther() {
    HelloGate full = gate("max-sessions = 1");
    long first = retryAfter(full.admit(START, "a", 1, 0));
    long second = retryAfter(full.admit(START, "b", 1, 0));
    assertThat(first).isGreaterThanOrEqualTo(30_000);
    assertThat(second - first).isEqualTo(5);
  }

  @Test
  void nobodyIsToldToWaitLongerThanTheLimit() {
    HelloGate narrow = gate("max-hellos-per-second = 1, hello-burst = 1, max-retry-after = 10s");
    for (int node = 0; node < 100; node++) {
      HelloGate.TurnedAway away = narrow.admit(START, "n" + node, 0, 0);
      if (away != null) {
        assertThat(away.retryAfterMillis()).isBetween(1_000L, 10_000L);
      }
    }
  }

  @Test
  void aNodeThatComesAllTheTimeTakesNobodysPlace() {
    int letIn = 0;
    for (int i = 0; i < 10_000; i++) {
      letIn += gate.admit(START, "mad", 0, 0) == null ? 1 : 0;
    }
    assertThat(letIn).isEqualTo(20);
    HelloGate.TurnedAway away = gate.admit(START, "mad", 0, 0);
    assertThat(away).isNotNull();
    assertThat(away.cause()).isEqualTo(DoorCause.NODE_TOO_OFTEN);
    assertThat(away.message()).contains("500 ms (node-hello-interval)");
    assertThat(gate.admit(START, "calm", 0, 0)).isNull();
  }

  @Test
  void aStoreThatDoesNotAnswerHoldsNoMoreThanTheLimit() {
    HelloGate.TurnedAway away = gate.admit(START, "n", 1_000, 1_000);
    assertThat(away).isNotNull();
    assertThat(away.cause()).isEqualTo(DoorCause.GREETING_FULL);
  }

  private static long retryAfter(HelloGate.TurnedAway away) {
    assertThat(away).isNotNull();
    return away.retryAfterMillis();
  }
}
