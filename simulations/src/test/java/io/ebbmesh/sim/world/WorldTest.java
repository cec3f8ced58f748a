package io.ebbmesh.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

class WorldTest {

  private static final Config CONFIG = SimConfig.of(ConfigFactory.empty());
  private static final long MILLI = 1_000_000L;

  private final HashTrace trace = new HashTrace();
  private final List<String> said = new ArrayList<>();

  private World world(long seed) {
    return new World(seed, trace);
  }

  private void say(World world, String what) {
    said.add(world.nowNanos() / MILLI + " " + what);
  }

  @Test
  void things_happen_at_their_time_and_in_the_order_in_which_they_were_planned() {
    World world = world(1);
    world.after(20 * MILLI, () -> say(world, "c"));
    world.after(10 * MILLI, () -> say(world, "a"));
    world.after(10 * MILLI, () -> say(world, "b"));
    world.after(30 * MILLI, () -> say(world, "too late"));
    world.runUntil(20 * MILLI);
    assertThat(said).containsExactly("10 a", "10 b", "20 c");
    assertThat(world.nowNanos()).isEqualTo(20 * MILLI);
  }

  @Test
  void what_is_cancelled_does_not_happen() {
    World world = world(1);
    Timer timer = world.after(MILLI, () -> say(world, "no"));
    assertThat(timer.cancel()).isTrue();
    assertThat(timer.cancel()).isFalse();
    world.runUntil(MILLI);
    assertThat(said).isEmpty();
  }

  @Test
  void chance_has_a_stream_of_its_own_for_each_name_and_repeats_itself() {
    long first = world(5).chance("a").nextLong();
    assertThat(world(5).chance("a").nextLong()).isEqualTo(first);
    assertThat(world(5).chance("b").nextLong()).isNotEqualTo(first);
    assertThat(world(6).chance("a").nextLong()).isNotEqualTo(first);
  }

  private Behavior<String> ticking(World world, int times) {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay("tick", Duration.ofMillis(10));
          return Behaviors.receiveMessage(
              message -> {
                say(world, message);
                return said.size() < times ? Behaviors.same() : Behaviors.stopped();
              });
        });
  }

  @Test
  void an_actor_system_runs_in_virtual_time() {
    World world = world(1);
    SimProcess.start(world, 1, "ticking", CONFIG, ticking(world, 3));
    world.runUntil(Duration.ofDays(1).toNanos());
    assertThat(said).containsExactly("10 tick", "20 tick", "30 tick");
  }

  @Test
  void nothing_of_a_killed_process_runs_any_more() {
    World world = world(1);
    SimProcess process = SimProcess.start(world, 1, "ticking", CONFIG, ticking(world, 100));
    world.after(25 * MILLI, process::kill);
    world.runUntil(Duration.ofDays(1).toNanos());
    assertThat(said).containsExactly("10 tick", "20 tick");
  }

  @Test
  void a_task_that_blocks_takes_virtual_time_and_keeps_its_actor_busy() {
    World world = world(1);
    Behavior<String> other =
        Behaviors.receiveMessage(
            message -> {
              say(world, "answer to " + message);
              return Behaviors.same();
            });
    Behavior<String> guardian =
        Behaviors.setup(
            context -> {
              ActorRef<String> heard = context.spawn(other, "other");
              return Behaviors.receiveMessage(
                  message -> {
                    say(world, message);
                    heard.tell("before " + message);
                    world.spend(50 * MILLI);
                    heard.tell("after " + message);
                    return Behaviors.same();
                  });
            });
    SimProcess process = SimProcess.start(world, 1, "blocking", CONFIG, guardian);
    world.after(10 * MILLI, () -> process.<String>system().tell("one"));
    world.after(20 * MILLI, () -> process.<String>system().tell("two"));
    world.runUntil(Duration.ofSeconds(1).toNanos());
    assertThat(said)
        .containsExactlyInAnyOrder(
            "10 one",
            "10 answer to before one",
            "60 two",
            "60 answer to after one",
            "60 answer to before two",
            "110 answer to after two");
  }

  @Test
  void a_foreign_thread_is_found_and_stops_the_world() {
    World world = world(1);
    Behavior<String> guardian =
        Behaviors.setup(
            context -> {
              ActorRef<String> other = context.spawn(Behaviors.ignore(), "other");
              return Behaviors.receiveMessage(
                  message -> {
                    Thread thread = new Thread(() -> other.tell("from afar"), "foreigner");
                    thread.start();
                    thread.join();
                    return Behaviors.same();
                  });
            });
    SimProcess process = SimProcess.start(world, 1, "threads", CONFIG, guardian);
    world.after(MILLI, () -> process.<String>system().tell("go"));
    assertThatThrownBy(() -> world.runUntil(Duration.ofSeconds(1).toNanos()))
        .hasMessageContaining("foreigner");
  }

  private String race(long seed) {
    HashTrace own = new HashTrace();
    World world = new World(seed, own);
    List<Integer> order = new ArrayList<>();
    Behavior<String> guardian =
        Behaviors.setup(
            context -> {
              for (int i = 0; i < 8; i++) {
                int number = i;
                context
                    .spawnAnonymous(
                        Behaviors.<String>receiveMessage(
                            message -> {
                              order.add(number);
                              return Behaviors.same();
                            }))
                    .tell("go");
              }
              return Behaviors.empty();
            });
    SimProcess.start(world, 1, "race", CONFIG, guardian);
    world.runUntil(MILLI);
    return order.toString();
  }

  @Test
  void what_could_run_at_once_runs_in_an_order_that_the_seed_decides() {
    assertThat(race(1)).isEqualTo(race(1));
    assertThat(List.of(race(1), race(2), race(3), race(4))).doesNotHaveDuplicates();
  }
}
