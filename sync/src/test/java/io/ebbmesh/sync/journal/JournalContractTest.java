package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** What Pekko's persistence TCK asks of a journal. */
class JournalContractTest {

  private static final String PID = "p-1";
  private static final String WRITER = "writer";

  @TempDir Path directory;
  private ActorSystem system;

  @BeforeEach
  void fiveEventsAreWritten() {
    system = start();
    write(5, 1);
  }

  @AfterEach
  void stop() throws Exception {
    JournalConfig.stop(system);
  }

  private ActorSystem start() {
    return ActorSystem.create("journal", JournalConfig.of(directory));
  }

  private void restart() throws Exception {
    stop();
    system = start();
  }

  @Test
  void allEventsAreReplayed() {
    assertReplay(1, Long.MAX_VALUE, Long.MAX_VALUE, 1, 5);
  }

  @Test
  void replayKeepsToItsBounds() {
    assertReplay(3, Long.MAX_VALUE, Long.MAX_VALUE, 3, 5);
    assertReplay(1, 3, Long.MAX_VALUE, 1, 3);
    assertReplay(1, Long.MAX_VALUE, 3, 1, 3);
    assertReplay(2, 3, Long.MAX_VALUE, 2, 3);
    assertReplay(2, 5, 2, 2, 3);
    assertReplay(2, 2, Long.MAX_VALUE, 2, 2);
    assertReplay(2, 4, 1, 2, 2);
    assertReplay(2, 4, 0, 1, 0);
    assertReplay(3, 2, Long.MAX_VALUE, 1, 0);
  }

  @Test
  void anActorThatNeverWroteHasNothing() {
    TestKit probe = new TestKit(system);
    journal().tell(replay(0, Long.MAX_VALUE, Long.MAX_VALUE, "other", probe), probe.getRef());
    assertThat(probe.expectMsgClass(JournalProtocol.RecoverySuccess.class).highestSequenceNr())
        .isZero();
  }

  @Test
  void deletedEventsAreNotReplayedAndTheHighestNumberStays() throws Exception {
    delete(3);
    assertReplay(1, Long.MAX_VALUE, Long.MAX_VALUE, 4, 5);
    restart();
    assertReplay(1, Long.MAX_VALUE, Long.MAX_VALUE, 4, 5);
    delete(Long.MAX_VALUE);
    assertReplay(0, Long.MAX_VALUE, Long.MAX_VALUE, 1, 0);
    restart();
    assertReplay(0, Long.MAX_VALUE, Long.MAX_VALUE, 1, 0);
  }

  @Test
  void eventsOutliveARestart() throws Exception {
    restart();
    assertReplay(1, Long.MAX_VALUE, Long.MAX_VALUE, 1, 5);
    assertThat(EbbmeshLog.get(system).damage().isEmpty()).isTrue();
    assertThat(EbbmeshLog.get(system).highestSequenceNr(PID)).isEqualTo(5);
    assertThat(EbbmeshLog.get(system).lastReadableSequenceNr(PID)).isEqualTo(5);
    assertThat(EbbmeshLog.get(system).persistenceIds()).containsExactly(PID);
  }

  @Test
  void anEventThatNobodyCanSerializeIsRejectedAndTheOthersAreStored() {
    TestKit probe = new TestKit(system);
    List<PersistentEnvelope> writes =
        List.of(
            AtomicWrite.apply(event(6, "b-6")),
            AtomicWrite.apply(event(7, new Object())),
            AtomicWrite.apply(event(8, "b-8")));
    write(writes, probe);
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessageRejected.class).cause())
        .isInstanceOf(NotSerializableException.class);
    probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
    assertThat(replayed(6, 9, 9)).extracting(PersistentRepr::sequenceNr).containsExactly(6L, 8L);
  }

  @Test
  void metadataManifestTimestampAndWriterComeBack() throws Exception {
    PersistentRepr event =
        event(6, "a-6").withTimestamp(1234).withManifest("m").withMetadata("meta");
    TestKit probe = new TestKit(system);
    write(List.of(AtomicWrite.apply(event)), probe);
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    restart();
    PersistentRepr back = replayed(6, 6, 1).get(0);
    assertThat(back.payload()).isEqualTo("a-6");
    assertThat(back.timestamp()).isEqualTo(1234);
    assertThat(back.manifest()).isEqualTo("m");
    assertThat(back.metadata().get()).isEqualTo("meta");
    assertThat(back.writerUuid()).isEqualTo(WRITER);
    assertThat(back.persistenceId()).isEqualTo(PID);
  }

  @Test
  void aWriteThatIsTooLargeIsRejectedWithTheLimit() {
    TestKit probe = new TestKit(system);
    write(List.of(AtomicWrite.apply(event(6, "x".repeat(300_000)))), probe);
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessageRejected.class).cause())
        .hasMessageContaining("ebbmesh.sync.log.max-record-size");
  }

  private void assertReplay(long from, long to, long max, long first, long last) {
    assertThat(replayed(from, to, max))
        .extracting(PersistentRepr::payload)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(first, last).mapToObj(seq -> (Object) ("a-" + seq)).toList());
  }

  private List<PersistentRepr> replayed(long from, long to, long max) {
    TestKit probe = new TestKit(system);
    journal().tell(replay(from, to, max, PID, probe), probe.getRef());
    List<PersistentRepr> events = new ArrayList<>();
    Object message = probe.receiveOne(Duration.ofSeconds(10));
    while (message instanceof JournalProtocol.ReplayedMessage replayed) {
      events.add(replayed.persistent());
      message = probe.receiveOne(Duration.ofSeconds(10));
    }
    assertThat(message).isInstanceOf(JournalProtocol.RecoverySuccess.class);
    assertThat(((JournalProtocol.RecoverySuccess) message).highestSequenceNr())
        .isGreaterThanOrEqualTo(5);
    return events;
  }

  private static JournalProtocol.ReplayMessages replay(
      long from, long to, long max, String pid, TestKit probe) {
    return new JournalProtocol.ReplayMessages(from, to, max, pid, probe.getRef());
  }

  private void delete(long to) {
    TestKit probe = new TestKit(system);
    journal().tell(new JournalProtocol.DeleteMessagesTo(PID, to, probe.getRef()), probe.getRef());
    probe.expectMsg(new DeleteMessagesSuccess(to));
  }

  private void write(int count, long first) {
    List<PersistentEnvelope> writes = new ArrayList<>();
    for (long seq = first; seq < first + count - 2; seq++) {
      writes.add(AtomicWrite.apply(event(seq, "a-" + seq)));
    }
    long last = first + count - 1;
    writes.add(
        AtomicWrite.apply(
            CollectionConverters.asScala(
                    List.of(event(last - 1, "a-" + (last - 1)), event(last, "a-" + last)))
                .toList()));
    TestKit probe = new TestKit(system);
    write(writes, probe);
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    for (int i = 0; i < count; i++) {
      probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
    }
  }

  private void write(List<PersistentEnvelope> writes, TestKit probe) {
    journal()
        .tell(
            new JournalProtocol.WriteMessages(
                CollectionConverters.asScala(writes).toList(), probe.getRef(), 1),
            probe.getRef());
  }

  private static PersistentRepr event(long sequenceNr, Object payload) {
    return PersistentRepr.apply(payload, sequenceNr, PID, "", false, ActorRef.noSender(), WRITER);
  }

  private ActorRef journal() {
    return Persistence.get(system).journalFor(EbbmeshLog.JOURNAL, ConfigFactory.empty());
  }
}
