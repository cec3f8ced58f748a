package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.sync.log.StoreIssue;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** What waits shares one sync, and stands or falls with it. */
class GroupCommitTest {

  private final MemoryStorage storage = new MemoryStorage();
  private ActorSystem system;
  private ActorRef journal;
  private TestKit probe;

  @BeforeEach
  void start() {
    system =
        ActorSystem.create(
            "groups",
            ActorSystemSetup.create(
                BootstrapSetup.create(JournalConfig.inMemory()),
                new EbbmeshLogSetup(storage, new SeededChance(1))));
    journal = Persistence.get(system).journalFor(EbbmeshLog.JOURNAL, ConfigFactory.empty());
    probe = new TestKit(system);
  }

  @AfterEach
  void stop() throws Exception {
    JournalConfig.stop(system);
  }

  @Test
  void writesThatWaitShareOneWriteAndOneSync() throws Exception {
    write("first", 1);
    expectStored();
    CountDownLatch allSent = new CountDownLatch(1);
    storage.beforeEachMutation(() -> await(allSent));
    long before = storage.mutations();
    write("first", 2);
    for (int i = 0; i < 100; i++) {
      write("lane-" + i, 1);
    }
    allSent.countDown();
    for (int i = 0; i < 101; i++) {
      expectStored();
    }
    assertThat(storage.mutations() - before)
        .as("two groups of a write and a sync")
        .isBetween(2L, 4L);
  }

  @Test
  void aFailedSyncFailsEveryWriteOfItsGroupAndTheNextOneIsStored() {
    write("a", 1);
    expectStored();
    storage.failSyncs(path -> path.endsWith(".seg"));
    write("a", 2);
    probe.expectMsgClass(JournalProtocol.WriteMessagesFailed.class);
    probe.expectMsgClass(JournalProtocol.WriteMessageFailure.class);
    write("b", 1);
    probe.expectMsgClass(JournalProtocol.WriteMessagesFailed.class);
    probe.expectMsgClass(JournalProtocol.WriteMessageFailure.class);
    storage.failSyncs(path -> false);
    write("a", 2);
    expectStored();
    write("b", 1);
    expectStored();
    assertThat(EbbmeshLog.get(system).highestSequenceNr("a")).isEqualTo(2);
    assertThat(EbbmeshLog.get(system).damage().count(StoreIssue.Kind.WRITE_FAILED)).isPositive();
  }

  @Test
  void aNumberThatIsTakenFailsTheWrite() {
    write("a", 1);
    expectStored();
    write("a", 1);
    assertThat(probe.expectMsgClass(JournalProtocol.WriteMessagesFailed.class).cause())
        .hasMessageContaining("another actor write under the same persistence id");
    probe.expectMsgClass(JournalProtocol.WriteMessageFailure.class);
    write("a", 2);
    expectStored();
  }

  private void write(String id, long sequenceNr) {
    PersistentEnvelope write =
        AtomicWrite.apply(
            PersistentRepr.apply("e", sequenceNr, id, "", false, ActorRef.noSender(), "w"));
    journal.tell(
        new JournalProtocol.WriteMessages(
            CollectionConverters.asScala(List.of(write)).toList(), probe.getRef(), 1),
        probe.getRef());
  }

  private void expectStored() {
    probe.expectMsg(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
    probe.expectMsgClass(JournalProtocol.WriteMessageSuccess.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("never let go");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
