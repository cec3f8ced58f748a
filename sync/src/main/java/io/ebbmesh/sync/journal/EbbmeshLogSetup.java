package io.ebbmesh.sync.journal;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.Storage;
import org.apache.pekko.actor.setup.Setup;

/** Passed to an ActorSystem that shall keep its events on a given storage, with given chance. */
public final class EbbmeshLogSetup extends Setup {

  private final Storage storage;
  private final Chance chance;

  /**
   * @param storage in place of the directory {@code ebbmesh.sync.store.dir}
   * @param chance for the salts of segments
   */
  public EbbmeshLogSetup(Storage storage, Chance chance) {
    this.storage = storage;
    this.chance = chance;
  }

  Storage storage() {
    return storage;
  }

  Chance chance() {
    return chance;
  }
}
