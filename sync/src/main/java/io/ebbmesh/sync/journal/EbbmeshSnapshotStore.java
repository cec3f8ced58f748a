package io.ebbmesh.sync.journal;

import io.ebbmesh.sync.journal.SnapshotFormat.Snapshot;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Future;

/** The snapshot plugin: works on its own dispatcher's thread, so that no write waits for it. */
public final class EbbmeshSnapshotStore extends SnapshotStore {

  private final EbbmeshLog store;
  private final PayloadCodec payloads;

  public EbbmeshSnapshotStore() {
    store = EbbmeshLog.get(context().system());
    payloads = store.payloads();
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return here(
        () -> {
          Snapshot found =
              store
                  .snapshots()
                  .load(
                      persistenceId,
                      matching(persistenceId, criteria),
                      store.log().trimFloor(persistenceId));
          if (found == null) {
            return Optional.empty();
          }
          SnapshotMetadata metadata =
              SnapshotMetadata.apply(persistenceId, found.sequenceNr(), found.timestamp());
          if (found.metadata() != null) {
            metadata = metadata.withMetadata(payloads.restore(found.metadata()));
          }
          return Optional.of(SelectedSnapshot.apply(metadata, payloads.restore(found.payload())));
        });
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    return here(
        () -> {
          PayloadCodec.@Nullable Stored extra =
              metadata.metadata().isDefined() ? payloads.store(metadata.metadata().get()) : null;
          store
              .snapshots()
              .save(
                  new Snapshot(
                      metadata.persistenceId(),
                      metadata.sequenceNr(),
                      metadata.timestamp(),
                      payloads.store(snapshot),
                      extra));
          return null;
        });
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    return here(
        () -> {
          store
              .snapshots()
              .delete(
                  metadata.persistenceId(),
                  key ->
                      key.sequenceNr() == metadata.sequenceNr()
                          && (metadata.timestamp() == 0
                              || key.timestamp() == metadata.timestamp()));
          return null;
        });
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return here(
        () -> {
          store.snapshots().delete(persistenceId, matching(persistenceId, criteria));
          return null;
        });
  }

  private static Predicate<SnapshotFiles.Key> matching(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return key ->
        criteria.matches(SnapshotMetadata.apply(persistenceId, key.sequenceNr(), key.timestamp()));
  }

  private static <T> Future<T> here(Callable<T> work) {
    try {
      return Futures.successful(work.call());
    } catch (Exception e) {
      return Futures.failed(e);
    }
  }
}
