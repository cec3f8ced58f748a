package io.ebbmesh.sim.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sim.link.SimNetwork;
import io.ebbmesh.sim.link.WireSettings;
import io.ebbmesh.sim.link.trace.LinkCondition;
import io.ebbmesh.sim.link.trace.LinkSchedule;
import io.ebbmesh.sim.world.HashTrace;
import io.ebbmesh.sim.world.SimConfig;
import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FleetTest {

  /** Nodes dial at once when the link is back: a contact is compared to the instant. */
  private static final Config CONFIG =
      SimConfig.of(
          ConfigFactory.parseString(
              "ebbmesh.sync.session { min-dial-interval = 0s, backoff-base = 1ns }"));

  private static final long SECOND = 1_000_000_000L;
  private static final long EPOCH_MILLIS = 1_772_323_200_000L;
  private static final double INFINITE = 1e18;

  /** When the reading at a position of a source was stored. */
  private static final class StoreTimes implements Witness {
    final TreeMap<String, Long> stored = new TreeMap<>();
    final World world;

    StoreTimes(World world) {
      this.world = world;
    }

    @Override
    public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
      if (change instanceof StoreBlock block) {
        for (int i = 0; i < block.insights().size(); i++) {
          if (!before.held().contains(block.seqs().first() + i)) {
            var from = block.insights().get(i).source();
            assertThat(from).isNotNull();
            assertThat(stored.put(from.source() + "@" + from.position(), world.nowNanos()))
                .isNull();
          }
        }
      }
    }
  }

  private static Fleet fleet(World world, Witness witness) {
    return new Fleet(
        world,
        new Fleet.Plan(
            EPOCH_MILLIS, CONFIG, new SimNetwork.HubDoor(0, 10 * SECOND, 256), 0, Planted.NOTHING),
        witness);
  }

  private static WireSettings wire(WireSettings.Cut cut, boolean signal, long latencyNanos) {
    return new WireSettings(
        new LinkCondition(true, INFINITE, INFINITE, latencyNanos, 0, 0),
        Long.MAX_VALUE,
        cut,
        signal,
        10 * SECOND,
        WireSettings.Hostility.NONE);
  }

  private static NodePlan plan(
      String name, LinkSchedule link, WireSettings wire, long firstNanos, long everyNanos) {
    return new NodePlan(
        name,
        name,
        CONFIG,
        link,
        wire,
        null,
        List.of(new NodePlan.SensorPlan("s", firstNanos, everyNanos, 0)),
        new NodePlan.DiskPlan(0, 0, Long.MAX_VALUE),
        0,
        true,
        List.of());
  }

  /** Contacts of random length and distance, as start and end. */
  private static List<long[]> contacts(Chance chance, long horizonNanos) {
    List<long[]> contacts = new ArrayList<>();
    long at = SECOND;
    while (at < horizonNanos) {
      long start = at + (long) (chance.nextDouble() * 120 * SECOND);
      long end = start + 1 + (long) (chance.nextDouble() * 40 * SECOND);
      contacts.add(new long[] {start, end});
      at = end + 1;
    }
    return contacts;
  }

  private static LinkSchedule schedule(List<long[]> contacts) {
    LinkSchedule.Builder builder = LinkSchedule.builder().from(0, LinkCondition.DOWN);
    for (long[] contact : contacts) {
      builder.from(contact[0], LinkCondition.UP).from(contact[1], LinkCondition.DOWN);
    }
    return builder.build(LinkSchedule.ONCE);
  }

  /** The first instant of a contact that is not before the creation; -1 if there is none. */
  private static long earliestContact(List<long[]> contacts, long createdNanos) {
    for (long[] contact : contacts) {
      if (createdNanos < contact[1]) {
        return Math.max(createdNanos, contact[0]);
      }
    }
    return -1;
  }

  @Test
  void each_message_is_delivered_at_the_first_contact_after_its_creation_and_never_earlier() {
    World world = new World(11, new HashTrace());
    StoreTimes times = new StoreTimes(world);
    Fleet fleet = fleet(world, times);
    long horizon = 3_600 * SECOND;
    List<List<long[]>> plans = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      List<long[]> contacts = contacts(world.chance("contacts/" + i), horizon);
      plans.add(contacts);
      fleet.add(
          plan(
              "bus-" + i,
              schedule(contacts),
              wire(WireSettings.Cut.RESET, true, 0),
              (long) (world.chance("first/" + i).nextDouble() * 7 * SECOND),
              7 * SECOND + 123_456_789L * i));
    }
    fleet.hub().boot();
    fleet.nodes().forEach(SimNode::boot);
    world.runUntil(horizon);
    int checked = 0;
    for (SimNode node : fleet.nodes()) {
      List<long[]> contacts = plans.get(node.number() - 1);
      SensorLog sensor = node.sensors().get(0);
      // The model comes over the first contact, so nothing is decided before it.
      long first = contacts.get(0)[0];
      for (long position = 1; position <= sensor.produced(); position++) {
        long created = Math.max(sensor.takenNanos(position), first);
        long expected = earliestContact(contacts, created);
        Long stored = times.stored.get(sensor.source() + "@" + position);
        if (expected >= 0 && expected <= horizon) {
          assertThat(stored).as(node.name() + " " + position).isEqualTo(expected);
          checked++;
        } else {
          assertThat(stored).isNull();
        }
      }
    }
    assertThat(checked).isGreaterThan(1_500);
  }

  private static long hash(long seed) {
    HashTrace trace = new HashTrace();
    World world = new World(seed, trace);
    StoreTimes times = new StoreTimes(world);
    Fleet fleet = fleet(world, times);
    for (int i = 0; i < 3; i++) {
      LinkSchedule link = schedule(contacts(world.chance("c" + i), 600 * SECOND));
      fleet.add(plan("n-" + i, link, wire(WireSettings.Cut.SILENT, false, 20_000_000L), 0, SECOND));
    }
    fleet.hub().boot();
    fleet.nodes().forEach(SimNode::boot);
    world.after(200 * SECOND, () -> fleet.nodes().get(0).crash(true));
    world.after(230 * SECOND, () -> fleet.nodes().get(0).boot(0));
    world.after(300 * SECOND, () -> fleet.hub().crash());
    world.after(320 * SECOND, () -> fleet.hub().boot());
    world.runUntil(600 * SECOND);
    assertThat(times.stored).isNotEmpty();
    return trace.hash();
  }

  @Test
  void the_same_seed_gives_the_same_run_and_another_seed_another() {
    long first = hash(3);
    assertThat(hash(3)).isEqualTo(first);
    assertThat(hash(4)).isNotEqualTo(first);
  }
}
