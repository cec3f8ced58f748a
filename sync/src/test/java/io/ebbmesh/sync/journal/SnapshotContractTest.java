package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Pekko's persistence TCK asks of a snapshot store. */
class SnapshotContractTest {

  private static final String PID = "p/1 ü";

  @TempDir Path directory;
  private ActorSystem system;
  private TestKit probe;
  private final List<SnapshotMetadata> saved = new ArrayList<>();

  @BeforeEach
  void fiveSnapshotsAreSaved() {
    start(5);
    for (int i = 1; i <= 5; i++) {
      saved.add(save(SnapshotMetadata.apply(PID, i + 10), "s-" + i));
    }
  }

  private void start(int keep) {
    system =
        ActorSystem.create(
            "snapshots",
            ConfigFactory.parseString(
                    "ebbmesh.sync.snapshot { keep = " + keep + ", max-size = 1 MiB }")
                .withFallback(JournalConfig.of(directory)));
    probe = new TestKit(system);
  }

  @AfterEach
  void stop() throws Exception {
    JournalConfig.stop(system);
  }

  @Test
  void whatDoesNotMatchIsNotLoaded() {
    assertThat(load("other", SnapshotSelectionCriteria.latest(), Long.MAX_VALUE)).isNull();
    assertThat(load(PID, SnapshotSelectionCriteria.create(Long.MAX_VALUE, 100), Long.MAX_VALUE))
        .isNull();
    assertThat(load(PID, SnapshotSelectionCriteria.create(7, Long.MAX_VALUE), Long.MAX_VALUE))
        .isNull();
    assertThat(load(PID, SnapshotSelectionCriteria.latest(), 7)).isNull();
  }

  @Test
  void theNewestMatchingIsLoaded() {
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), Long.MAX_VALUE), 5);
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), 13), 3);
    assertLoaded(
        load(PID, SnapshotSelectionCriteria.create(13, saved.get(2).timestamp()), Long.MAX_VALUE),
        3);
  }

  @Test
  void snapshotsOutliveARestart() throws Exception {
    stop();
    start(5);
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), Long.MAX_VALUE), 5);
  }

  @Test
  void oneIsDeletedByItsNumber() {
    SnapshotMetadata which = SnapshotMetadata.apply(PID, 13, 0);
    store().tell(new SnapshotProtocol.DeleteSnapshot(which), probe.getRef());
    probe.expectMsg(new DeleteSnapshotSuccess(which));
    assertLoaded(
        load(PID, SnapshotSelectionCriteria.create(13, Long.MAX_VALUE), Long.MAX_VALUE), 2);
  }

  @Test
  void allThatMatchAreDeleted() {
    SnapshotSelectionCriteria criteria =
        SnapshotSelectionCriteria.create(13, saved.get(2).timestamp());
    store().tell(new SnapshotProtocol.DeleteSnapshots(PID, criteria), probe.getRef());
    probe.expectMsg(new DeleteSnapshotsSuccess(criteria));
    assertThat(load(PID, criteria, Long.MAX_VALUE)).isNull();
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), 14), 4);
  }

  @Test
  void whatIsTooNewIsNotDeleted() {
    SnapshotSelectionCriteria criteria =
        SnapshotSelectionCriteria.create(14, saved.get(0).timestamp() - 1);
    store().tell(new SnapshotProtocol.DeleteSnapshots(PID, criteria), probe.getRef());
    probe.expectMsg(new DeleteSnapshotsSuccess(criteria));
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), 14), 4);
  }

  @Test
  void oneOfTheSameNumberIsOverwritten() {
    save(saved.get(4), "s-5-modified");
    SelectedSnapshot loaded = load(PID, SnapshotSelectionCriteria.latest(), 15);
    assertThat(loaded).isNotNull();
    assertThat(loaded.snapshot()).isEqualTo("s-5-modified");
    assertThat(loaded.metadata().sequenceNr()).isEqualTo(15);
  }

  @Test
  void metadataComesBack() {
    save(SnapshotMetadata.apply(PID, 100).withMetadata("meta"), "s");
    SelectedSnapshot loaded = load(PID, SnapshotSelectionCriteria.latest(), 100);
    assertThat(loaded).isNotNull();
    assertThat(loaded.metadata().metadata().get()).isEqualTo("meta");
  }

  @Test
  void onlyTheNewestAreKept() throws Exception {
    stop();
    start(2);
    save(SnapshotMetadata.apply(PID, 16), "s-6");
    assertLoaded(load(PID, SnapshotSelectionCriteria.latest(), 15), 5);
    assertThat(load(PID, SnapshotSelectionCriteria.latest(), 14)).isNull();
  }

  @Test
  void aSnapshotThatIsTooLargeFailsWithTheLimit() {
    store()
        .tell(
            new SnapshotProtocol.SaveSnapshot(SnapshotMetadata.apply(PID, 99), "x".repeat(2 << 20)),
            probe.getRef());
    assertThat(probe.expectMsgClass(SaveSnapshotFailure.class).cause())
        .hasMessageContaining("ebbmesh.sync.snapshot.max-size");
  }

  private void assertLoaded(@Nullable SelectedSnapshot loaded, int number) {
    assertThat(loaded).isNotNull();
    assertThat(loaded.snapshot()).isEqualTo("s-" + number);
    assertThat(loaded.metadata()).isEqualTo(saved.get(number - 1));
  }

  private SnapshotMetadata save(SnapshotMetadata metadata, Object snapshot) {
    store().tell(new SnapshotProtocol.SaveSnapshot(metadata, snapshot), probe.getRef());
    return probe.expectMsgClass(SaveSnapshotSuccess.class).metadata();
  }

  private @Nullable SelectedSnapshot load(String pid, SnapshotSelectionCriteria criteria, long to) {
    store().tell(new SnapshotProtocol.LoadSnapshot(pid, criteria, to), probe.getRef());
    SnapshotProtocol.LoadSnapshotResult result =
        probe.expectMsgClass(SnapshotProtocol.LoadSnapshotResult.class);
    return result.snapshot().isDefined() ? result.snapshot().get() : null;
  }

  private ActorRef store() {
    return Persistence.get(system).snapshotStoreFor(EbbmeshLog.SNAPSHOTS, ConfigFactory.empty());
  }
}
