package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneRelief.GetRoom;
import io.ebbmesh.sync.insight.outbox.LaneRelief.LaneRoom;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One lane that only says how large it is. */
class DiskKeeperTest {

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              ebbmesh.sync.outbox { disk-budget = 1 GiB, disk-reserve = 0 }
              ebbmesh.sync.outbox.relief.interval = 2ms
              """)
          .withFallback(ConfigFactory.load());

  private final ActorTestKit kit = ActorTestKit.create();

  /** What the journal takes; it cannot be asked if negative. */
  private volatile long usedBytes = 1_000_000;

  private volatile long heldBytes = 998_000;
  private volatile long usableBytes;
  private final AtomicInteger compactions = new AtomicInteger();

  private final LaneJournal journal =
      new NoJournal() {
        @Override
        public Room room() throws IOException {
          if (usedBytes < 0) {
            throw new IOException("not now");
          }
          return new Room(usedBytes, 0, usableBytes, 1_000);
        }
      };

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private ActorRef<DiskKeeper.Command> keeper(DiskReserve reserve) {
    ActorRef<LaneReader.Command> lane =
        kit.spawn(
            Behaviors.receiveMessage(
                command -> {
                  if (command instanceof LaneLog.Compact) {
                    compactions.incrementAndGet();
                  }
                  if (command instanceof GetRoom get) {
                    tellRoom(get);
                  }
                  return Behaviors.same();
                }));
    return keeper(CONFIG, reserve, lane);
  }

  private void tellRoom(GetRoom get) {
    get.replyTo().tell(new LaneRoom(Lane.ALARM, heldBytes, 0, 0, 0, 0));
  }

  private ActorRef<DiskKeeper.Command> keeper(
      Config config, DiskReserve reserve, ActorRef<LaneReader.Command> lane) {
    return kit.spawn(
        DiskKeeper.create(
            OutboxSettings.of(config),
            new SettableClock(),
            journal,
            reserve,
            Map.of(Lane.ALARM, lane)));
  }

  private DiskReport report(ActorRef<DiskKeeper.Command> keeper) {
    TestProbe<DiskReport> probe = kit.createTestProbe(DiskReport.class);
    keeper.tell(new DiskKeeper.Report(probe.getRef()));
    return probe.receiveMessage();
  }

  private DiskReport afterLooks(ActorRef<DiskKeeper.Command> keeper, int count) {
    long before = report(keeper).looks();
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            Duration.ofMillis(1),
            () -> {
              assertThat(report(keeper).looks()).isGreaterThanOrEqualTo(before + count);
              return null;
            });
    return report(keeper);
  }

  @Test
  void aDiskThatCannotBeAskedKeepsTheBudgetThatWasKnown() {
    ActorRef<DiskKeeper.Command> keeper = keeper(new DiskReserve(new MemoryStorage(), 0));
    assertThat(afterLooks(keeper, 2).budgetBytes()).isEqualTo(998_000);
    usedBytes = -1;
    assertThat(afterLooks(keeper, 3).budgetBytes()).isEqualTo(998_000);
  }

  @Test
  void whatFilesTakeBesideBlocksIsNotThereForBlocksOnceItStays() {
    ActorRef<DiskKeeper.Command> keeper = keeper(new DiskReserve(new MemoryStorage(), 0));
    assertThat(afterLooks(keeper, 3).budgetBytes()).isEqualTo(998_000);
    heldBytes = 900_000;
    assertThat(afterLooks(keeper, 4).budgetBytes()).isEqualTo(900_000);
    heldBytes = 10_000;
    assertThat(afterLooks(keeper, 4).budgetBytes()).isEqualTo(250_000);
  }

  @Test
  void filesAreEmptiedEarlierWhenTheyAreShort() {
    usableBytes = 500_000;
    heldBytes = 600_000;
    ActorRef<DiskKeeper.Command> keeper = keeper(new DiskReserve(new MemoryStorage(), 0));
    afterLooks(keeper, 4);
    assertThat(compactions).hasValue(0);
    usableBytes = 50_000;
    afterLooks(keeper, 4);
    assertThat(compactions).hasPositiveValue();
  }

  @Test
  void aLaneWithNothingToGiveIsNotAskedAgainBeforeTheNextTick() {
    Config calm =
        ConfigFactory.parseString("ebbmesh.sync.outbox.relief.interval = 1h").withFallback(CONFIG);
    TestProbe<LaneReader.Command> lane = kit.createTestProbe(LaneReader.Command.class);
    usableBytes = 500_000;
    heldBytes = 600_000;
    ActorRef<DiskKeeper.Command> keeper =
        keeper(calm, new DiskReserve(new MemoryStorage(), 0), lane.getRef());
    answer(lane);
    keeper.tell(new DiskKeeper.Pressed(Lane.ALARM));
    usableBytes = 0;
    heldBytes = 998_000;
    answer(lane);
    keeper.tell(new DiskKeeper.Pressed(Lane.ALARM));
    report(keeper);
    // A question of the keeper would be here before this.
    LaneReader.Command next = new LaneLog.Compact(true);
    lane.getRef().tell(next);
    lane.expectMessage(next);
    usableBytes = 500_000;
    heldBytes = 600_000;
    keeper.tell(DiskKeeper.Tick.LOOK);
    answer(lane);
    keeper.tell(new DiskKeeper.Pressed(Lane.ALARM));
    answer(lane);
  }

  @Test
  void whileFoldsWaitNothingIsDroppedUntilTheDiskIsNearlyFullAndFoldingGoesOnWhenOneMoved() {
    Config calm =
        ConfigFactory.parseString(
                """
                ebbmesh.sync { outbox.relief.interval = 1h, lanes.insight.quota = "100%" }
                """)
            .withFallback(CONFIG);
    TestProbe<LaneReader.Command> lane = kit.createTestProbe(LaneReader.Command.class);
    ActorRef<DiskKeeper.Command> keeper =
        kit.spawn(
            DiskKeeper.create(
                OutboxSettings.of(calm),
                new SettableClock(),
                journal,
                new DiskReserve(new MemoryStorage(), 0),
                Map.of(Lane.INSIGHT, lane.getRef())));
    heldBytes = 920_000;
    assertThat(asked(lane)).isEqualTo(LaneRelief.How.FOLD);
    GetRoom again = afterGiven(lane, true);
    assertThat(tell(lane, again).startBytes()).as("asks for relief later").isEqualTo(948_100);
    keeper.tell(new DiskKeeper.Pressed(Lane.INSIGHT));
    tell(lane, expect(lane, GetRoom.class));

    keeper.tell(DiskKeeper.FoldMoves.INSTANCE);
    assertThat(asked(lane)).as("a fold was moved").isEqualTo(LaneRelief.How.FOLD);
    tell(lane, afterGiven(lane, true));

    heldBytes = 960_000;
    keeper.tell(new DiskKeeper.Pressed(Lane.INSIGHT));
    assertThat(asked(lane)).as("nearly full").isEqualTo(LaneRelief.How.DROP);
    heldBytes = 898_000;
    tell(lane, afterGiven(lane, false));
    keeper.tell(DiskKeeper.FoldMoves.INSTANCE);
    assertThat(asked(lane)).as("down to the end of relief").isEqualTo(LaneRelief.How.FOLD);
  }

  private LaneRelief.Give give;

  /** What the lane is asked to give up at the next look. */
  private LaneRelief.How asked(TestProbe<LaneReader.Command> lane) {
    tell(lane, expect(lane, GetRoom.class));
    give = expect(lane, LaneRelief.Give.class);
    return give.how();
  }

  private GetRoom afterGiven(TestProbe<LaneReader.Command> lane, boolean waits) {
    long insights = waits ? 0 : 5;
    give.replyTo().tell(new LaneRelief.Given(Lane.INSIGHT, give.how(), insights, false, waits));
    return expect(lane, GetRoom.class);
  }

  private LaneRelief.Limits tell(TestProbe<LaneReader.Command> lane, GetRoom get) {
    get.replyTo().tell(new LaneRoom(Lane.INSIGHT, heldBytes, 0, 0, 0, 0));
    return expect(lane, LaneRelief.Limits.class);
  }

  private static <T extends LaneReader.Command> T expect(
      TestProbe<LaneReader.Command> lane, Class<T> type) {
    LaneReader.Command next = lane.receiveMessage();
    while (next instanceof LaneLog.Compact) {
      next = lane.receiveMessage();
    }
    return type.cast(next);
  }

  /** As a lane does that is asked. */
  private void answer(TestProbe<LaneReader.Command> lane) {
    tellRoom(lane.expectMessageClass(GetRoom.class));
    lane.expectMessageClass(LaneRelief.Limits.class);
  }

  @Test
  void aReserveThatCannotBeMadeLeavesTheBudgetToWhatIsFree() {
    MemoryStorage storage = new MemoryStorage();
    Storage failing =
        (Storage)
            Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("create")) {
                    throw new IOException("no file is made");
                  }
                  return method.invoke(storage, args);
                });
    ActorRef<DiskKeeper.Command> keeper = keeper(new DiskReserve(failing, 4_000));
    assertThat(afterLooks(keeper, 3).budgetBytes()).isEqualTo(998_000);
  }
}
