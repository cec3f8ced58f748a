package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.ingest.IngestDriver;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A world of one node, one hub and a link in memory that a seed drives: cuts, crashes of either end
 * at any point between a commit and its acknowledgement, late frames of old sessions, damaged and
 * lost blocks.
 */
final class BothEnds {

  private static final long CREDIT_BYTES = 4_000;
  private static final UplinkSettings SETTINGS =
      UplinkSettings.of(ConfigFactory.defaultReference());

  /** One session; the hub's end may live on after the node's end is gone. */
  private static final class Wire {
    final Deque<Frame> toHub = new ArrayDeque<>();
    final Deque<Frame> toNode = new ArrayDeque<>();
    final IngestDriver hub;

    Wire(MemoryInsightStore store, Map<Lane, SeqRanges> cursors, SeededChance chance) {
      hub =
          new IngestDriver(
              store, Samples.NODE, Samples.INCARNATION, cursors, CREDIT_BYTES, chance, toNode::add);
    }
  }

  private final long seed;
  private final SeededChance chance;
  private final BlockEncoder encoder = new BlockEncoder(1);
  private final MemoryInsightStore store = new MemoryInsightStore();
  private final Map<Lane, FakeLane> lanes = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> watching = new EnumMap<>(Lane.class);
  private final Deque<UplinkMachine.Input> toUplink = new ArrayDeque<>();
  private final StringBuilder trace = new StringBuilder();
  private UplinkMachine uplink;
  private @Nullable Wire wire;
  private @Nullable Wire oldWire;
  private long nowNanos = 1;
  private int steps;
  private boolean healing;

  BothEnds(long seed) {
    this.seed = seed;
    this.chance = new SeededChance(seed);
    for (Lane lane : List.of(Lane.ALARM, Lane.INSIGHT)) {
      lanes.put(lane, new FakeLane(lane));
    }
    uplink = new UplinkMachine(List.copyOf(lanes.keySet()), SETTINGS, Metering.Spent.NOTHING);
    perform(uplink.start());
  }

  String trace() {
    return trace.toString();
  }

  void step() {
    steps++;
    nowNanos += 1_000_000;
    int draw = (int) (chance.nextDouble() * 1_000);
    if (wire == null && draw < 250) {
      connect();
    } else if (draw < 120) {
      lane().produce(encoder, 1 + (int) (chance.nextDouble() * 20));
    } else if (draw < 135) {
      lane().damageOldest();
    } else if (draw < 150) {
      lane().loseOldest();
    } else if (draw < 160) {
      lane().makeAcknowledgementsDurable();
    } else if (draw < 185) {
      cut();
    } else if (draw < 195) {
      restartNode();
    } else if (draw < 220) {
      crashHub();
    } else if (draw < 230) {
      nowNanos += 1_000_000_000L;
    } else {
      for (int i = (int) (chance.nextDouble() * 30); i >= 0; i--) {
        proceed((int) (chance.nextDouble() * 7));
      }
    }
    wakeAll();
  }

  private void proceed(int what) {
    switch (what) {
      case 0 -> toHub(wire);
      case 1 -> toNode();
      case 2 -> decode(wire);
      case 3 -> store.commit();
      case 4 -> answer(wire);
      case 5 -> {
        // The old session's hub goes on with what was on its way.
        toHub(oldWire);
        decode(oldWire);
        answer(oldWire);
      }
      default -> feedUplink();
    }
  }

  private FakeLane lane() {
    return chance.nextDouble() < 0.3
        ? known(lanes.get(Lane.ALARM))
        : known(lanes.get(Lane.INSIGHT));
  }

  private void toHub(@Nullable Wire on) {
    Frame frame = on == null ? null : on.toHub.poll();
    if (on != null && frame != null) {
      trace.append(frame.getClass().getSimpleName()).append('\n');
      on.hub.frame(nowNanos, frame);
      if (!on.hub.gaveUp().isEmpty()) {
        throw new AssertionError(where() + ": " + on.hub.gaveUp());
      }
    }
  }

  private void toNode() {
    Frame frame = wire == null ? null : wire.toNode.poll();
    if (frame != null) {
      trace.append(frame).append('\n');
      perform(uplink.on(nowNanos, new UplinkMachine.FrameIn(frame)));
    }
  }

  private void decode(@Nullable Wire on) {
    if (on != null) {
      on.hub.decode(nowNanos);
    }
  }

  private void answer(@Nullable Wire on) {
    if (on != null) {
      on.hub.answer(nowNanos);
    }
  }

  private void feedUplink() {
    UplinkMachine.Input next = toUplink.poll();
    if (next != null) {
      perform(uplink.on(nowNanos, next));
    }
  }

  private void wakeAll() {
    if (uplink.wakeAtNanos() <= nowNanos) {
      perform(uplink.on(nowNanos, new UplinkMachine.Wake()));
    }
    for (Wire on : Arrays.asList(wire, oldWire)) {
      if (on != null) {
        on.hub.wake(nowNanos);
      }
    }
  }

  private void connect() {
    // A hub reads what is committed; what waits may be committed right after.
    Map<Lane, SeqRanges> cursors = new EnumMap<>(Lane.class);
    for (Lane lane : lanes.keySet()) {
      cursors.put(lane, store.cursor(key(lane)).held());
    }
    wire = new Wire(store, cursors, chance);
    Frame.Welcome welcome = new Frame.Welcome(1, cursors, 0, 1, List.of(), CREDIT_BYTES, 15_000);
    perform(uplink.on(nowNanos, new UplinkMachine.Up(welcome)));
  }

  private void cut() {
    if (wire != null) {
      oldWire = wire;
      wire = null;
      perform(uplink.on(nowNanos, new UplinkMachine.Down()));
    }
  }

  private void restartNode() {
    cut();
    toUplink.clear();
    watching.clear();
    lanes.values().forEach(lane -> lane.restart(encoder));
    uplink = new UplinkMachine(List.copyOf(lanes.keySet()), SETTINGS, Metering.Spent.NOTHING);
    perform(uplink.start());
  }

  private void crashHub() {
    if (chance.nextDouble() < 0.5) {
      store.crash();
    } else {
      store.commitAndCrash();
    }
    if (chance.nextDouble() < 0.5) {
      // Not only the store failed: the sessions are gone as well.
      cut();
      oldWire = null;
    }
  }

  private void perform(List<UplinkMachine.Output> outputs) {
    for (UplinkMachine.Output output : outputs) {
      if (output instanceof UplinkMachine.Send send && wire != null) {
        wire.toHub.add(send.frame());
      } else if (output instanceof UplinkMachine.Read read) {
        read(read);
      } else if (output instanceof UplinkMachine.AskForBlocks ask) {
        toUplink.add(
            new UplinkMachine.BlocksIn(
                known(lanes.get(ask.lane())).next(ask.afterSeq(), ask.maxBlocks())));
      } else if (output instanceof UplinkMachine.Acknowledge ack) {
        known(lanes.get(ack.lane())).acknowledge(ack.held(), ack.lossId());
      } else if (output instanceof UplinkMachine.ReportUnreadable report) {
        known(lanes.get(report.lane())).unreadable(report.block());
      } else if (output instanceof UplinkMachine.Watch watch) {
        watching.put(watch.lane(), watch.knownRevision());
      } else if (output instanceof UplinkMachine.GiveUp giveUp) {
        if (healing) {
          throw new AssertionError(where() + ": " + giveUp.reason());
        }
        cut();
      }
    }
    watching
        .entrySet()
        .removeIf(
            each -> {
              FakeLane lane = known(lanes.get(each.getKey()));
              boolean changed = lane.head().revision() != each.getValue();
              if (changed) {
                toUplink.add(new UplinkMachine.HeadIn(lane.head()));
              }
              return changed;
            });
  }

  private void read(UplinkMachine.Read read) {
    for (var ref : read.blocks()) {
      byte[] bytes = known(lanes.get(read.lane())).read(ref.eventNr());
      if (bytes != null) {
        toUplink.add(new UplinkMachine.BlockRead(read.lane(), read.readId(), ref.eventNr(), bytes));
      }
    }
    toUplink.add(new UplinkMachine.ReadOver(read.lane(), read.readId(), chance.nextDouble() < 0.9));
  }

  /** Nothing fails any more; everything drains. */
  void heal() {
    cut();
    oldWire = null;
    healing = true;
    for (int i = 0; i < 200_000 && !lanes.values().stream().allMatch(FakeLane::isDrained); i++) {
      steps++;
      nowNanos += 10_000_000;
      if (wire == null) {
        connect();
      }
      proceed(i % 7);
      wakeAll();
      checkPromises();
    }
  }

  /** What the node believes to be held is held, durably, and no window is exceeded. */
  void checkPromises() {
    for (FakeLane lane : lanes.values()) {
      SeqRanges held = store.cursor(key(lane.lane)).held();
      if (!lane.acknowledged().minus(held).isEmpty()) {
        throw new AssertionError(
            where() + ": " + lane.acknowledged() + " is acknowledged, held is " + held);
      }
    }
    if (wire != null && wire.hub.outstandingBytes() > CREDIT_BYTES) {
      throw new AssertionError(where() + ": " + wire.hub.outstandingBytes() + " bytes on credit");
    }
  }

  void checkBooks() {
    for (FakeLane lane : lanes.values()) {
      assertThat(lane.isDrained()).as("%s: %s drained", where(), lane.lane).isTrue();
      InsightStore.Cursor cursor = store.cursor(key(lane.lane));
      var rows = store.rows(key(lane.lane));
      assertThat(cursor.held()).as(where()).isEqualTo(all(lane.produced()));
      assertThat(rows.size() + cursor.quarantined().count() + cursor.declaredLost().count())
          .as(where())
          .isEqualTo(lane.produced());
      assertThat(cursor.declaredLost().minus(lane.lost()).isEmpty()).as(where()).isTrue();
      rows.forEach((seq, row) -> checkRow(lane.lane, cursor, seq, row));
    }
  }

  private void checkRow(Lane lane, InsightStore.Cursor cursor, long seq, Insight row) {
    if (cursor.quarantined().contains(seq) || cursor.declaredLost().contains(seq)) {
      throw new AssertionError(where() + ": " + seq + " is counted twice");
    }
    Insight produced = FakeLane.insight(lane, seq);
    boolean same =
        row.observedNanos() == produced.observedNanos()
            && row.label().equals(produced.label())
            && Objects.equals(row.source(), produced.source())
            && Arrays.equals(row.values(), produced.values());
    if (!same) {
      throw new AssertionError(where() + ": " + row + " is stored under " + seq);
    }
  }

  private static SeqRanges all(long produced) {
    return produced == 0 ? SeqRanges.EMPTY : SeqRanges.of(new SeqRange(1, produced));
  }

  private static LaneKey key(Lane lane) {
    return new LaneKey(Samples.NODE, Samples.INCARNATION, lane);
  }

  private String where() {
    return "seed " + seed + ", step " + steps;
  }

  private static <T> T known(@Nullable T value) {
    assertThat(value).isNotNull();
    return Objects.requireNonNull(value);
  }
}
