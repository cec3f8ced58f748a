package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.log.StoreIssue;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A typed persistent actor on a storage in memory: trims, restarts, queries. */
class TrimAndQueryTest {

  private static final String PID = "counter";

  private final MemoryStorage storage = new MemoryStorage();
  private ActorTestKit kit;

  /** Adds a text; every 10th is followed by a snapshot. */
  record Add(String text, ActorRef<Long> replyTo) {}

  static final class Counter extends EventSourcedBehavior<Add, String, String> {
    private Counter() {
      super(PersistenceId.ofUniqueId(PID));
    }

    static Behavior<Add> create() {
      return Behaviors.setup(context -> new Counter());
    }

    @Override
    public String emptyState() {
      return "0";
    }

    @Override
    public CommandHandler<Add, String, String> commandHandler() {
      return (state, add) ->
          Effect().persist(add.text()).thenReply(add.replyTo(), next -> Long.parseLong(next));
    }

    @Override
    public EventHandler<String, String> eventHandler() {
      return (state, event) -> Long.toString(Long.parseLong(state) + 1);
    }

    @Override
    public boolean shouldSnapshot(String state, String event, long sequenceNr) {
      return sequenceNr % 10 == 0;
    }
  }

  @BeforeEach
  void start() {
    kit =
        ActorTestKit.create(
            ActorSystem.create(
                Behaviors.empty(),
                "trims",
                ActorSystemSetup.create(
                    BootstrapSetup.create(JournalConfig.inMemory()),
                    new EbbmeshLogSetup(storage, new SeededChance(1)))));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private void killAndStart() {
    storage.kill();
    stop();
    start();
  }

  @Test
  void stateComesBackFromSnapshotAndEvents() {
    add(25);
    killAndStart();
    assertThat(add(1)).isEqualTo(26);
  }

  @Test
  void onlyWhatADurableSnapshotCoversIsTrimmed() throws Exception {
    add(15);
    TestProbe<Trim.Reply> probe = kit.createTestProbe();
    awaitSnapshot(10);
    store().trim(new Trim(PID, ranges(2, 11), probe.ref()));
    assertThat(probe.expectMessageClass(Trim.Refused.class).snapshotSequenceNr()).isEqualTo(10);
    store().trim(new Trim(PID, ranges(2, 5), probe.ref()));
    probe.expectMessageClass(Trim.Trimmed.class);
    assertThat(query(1)).containsExactly(1L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
    killAndStart();
    assertThat(query(9)).containsExactly(9L, 10L, 11L, 12L, 13L, 14L, 15L);
    assertThat(add(1)).isEqualTo(16);
  }

  @Test
  void aSnapshotOlderThanTheTrimFloorIsSetAsideAndReported() throws Exception {
    add(25);
    awaitSnapshot(20);
    TestProbe<Trim.Reply> probe = kit.createTestProbe();
    store().trim(new Trim(PID, ranges(1, 15), probe.ref()));
    probe.expectMessageClass(Trim.Trimmed.class);
    stop();
    storage.paths().stream()
        .filter(path -> path.startsWith("snapshots/") && path.contains("0000000020-"))
        .forEach(storage::unlink);
    start();
    add(1);
    assertThat(store().damage().count(StoreIssue.Kind.STALE_SNAPSHOT)).isEqualTo(1);
    assertThat(storage.paths()).anyMatch(path -> path.startsWith("set-aside/"));
  }

  @Test
  void oneDamagedCopyOfASnapshotIsMadeAgain() throws Exception {
    add(12);
    awaitSnapshot(10);
    stop();
    String first =
        storage.paths().stream().filter(path -> path.endsWith(".a")).findFirst().orElseThrow();
    byte[] before = storage.content(first);
    storage.flipBit(first, 8 * 40);
    start();
    assertThat(add(1)).isEqualTo(13);
    assertThat(store().damage().count(StoreIssue.Kind.REPAIRED)).isEqualTo(1);
    assertThat(storage.content(first)).isEqualTo(before);
  }

  @Test
  void aLiveQueryGoesOnWithNewEvents() throws Exception {
    add(3);
    SinkQueueWithCancel<Long> queue =
        journal()
            .eventsByPersistenceId(PID, 2, Long.MAX_VALUE)
            .map(EventEnvelope::sequenceNr)
            .toMat(Sink.queue(), Keep.right())
            .run(kit.system());
    assertThat(pull(queue)).isEqualTo(2);
    assertThat(pull(queue)).isEqualTo(3);
    add(2);
    assertThat(pull(queue)).isEqualTo(4);
    assertThat(pull(queue)).isEqualTo(5);
    queue.cancel();
  }

  @Test
  void aBoundedLiveQueryEnds() throws Exception {
    add(5);
    List<EventEnvelope> events =
        journal()
            .eventsByPersistenceId(PID, 1, 4)
            .runWith(Sink.seq(), kit.system())
            .toCompletableFuture()
            .get();
    assertThat(events).extracting(EventEnvelope::event).containsExactly("t0", "t1", "t2", "t3");
  }

  @Test
  void aStoreOfANewerProgramIsNotTouched() throws Exception {
    add(3);
    stop();
    String segment =
        storage.paths().stream().filter(path -> path.endsWith(".seg")).findFirst().orElseThrow();
    byte[] content = storage.content(segment);
    for (int at : new int[] {0, 2_048}) {
      content[at + 12] = 2;
      java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
      crc.update(content, at + 12, 52);
      java.nio.ByteBuffer.wrap(content)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putInt(at + 8, (int) crc.getValue());
    }
    storage.put(segment, content);
    List<String> before = storage.paths();
    start();
    assertThatThrownBy(this::store)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(segment)
        .hasMessageContaining("version 2")
        .hasMessageContaining("start the newer program");
    assertThat(storage.paths()).isEqualTo(before);
  }

  private long add(int count) {
    TestProbe<Long> probe = kit.createTestProbe();
    ActorRef<Add> counter = kit.spawn(Counter.create());
    long last = 0;
    for (int i = 0; i < count; i++) {
      counter.tell(new Add("t" + i, probe.ref()));
      last = probe.receiveMessage(Duration.ofSeconds(10));
    }
    kit.stop(counter);
    return last;
  }

  private void awaitSnapshot(long sequenceNr) throws Exception {
    TestProbe<Object> probe = kit.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(10),
        () -> {
          assertThat(snapshot()).isEqualTo(sequenceNr);
          return null;
        });
  }

  private long snapshot() {
    try {
      return store().snapshotSequenceNr(PID);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<Long> query(long from) throws Exception {
    return journal()
        .currentEventsByPersistenceId(PID, from, Long.MAX_VALUE)
        .map(EventEnvelope::sequenceNr)
        .runWith(Sink.seq(), kit.system())
        .toCompletableFuture()
        .get();
  }

  private static long pull(SinkQueueWithCancel<Long> queue) throws Exception {
    return queue.pull().toCompletableFuture().get().orElseThrow();
  }

  private EbbmeshReadJournal journal() {
    return PersistenceQuery.get(kit.system())
        .getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY);
  }

  private EbbmeshLog store() {
    return EbbmeshLog.get(kit.system());
  }

  private static SeqRanges ranges(long first, long last) {
    return SeqRanges.of(new SeqRange(first, last));
  }
}
