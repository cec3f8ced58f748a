package io.ebbmesh.sync.journal;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.Storage;
import org.apache.pekko.actor.setup.Setup;

/** Passed to an ActorSystem that shall keep its events on a given storage, with given chance. */
public final class EbbmeshLogSetup extends Setup {

  private final Storage storage;
  private final Chance chance;
  private final boolean isQuiet;

  /**
   * @param storage in place of the directory {@code ebbmesh.sync.store.dir}
   * @param chance for the salts of segments
   */
  public EbbmeshLogSetup(Storage storage, Chance chance) {
    this(storage, chance, false);
  }

  private EbbmeshLogSetup(Storage storage, Chance chance, boolean isQuiet) {
    this.storage = storage;
    this.chance = chance;
    this.isQuiet = isQuiet;
  }

  /** As the constructor; damage is not logged: whoever opens it tells of it. */
  public static EbbmeshLogSetup quiet(Storage storage, Chance chance) {
    return new EbbmeshLogSetup(storage, chance, true);
  }

  boolean isQuiet() {
    return isQuiet;
  }

  Storage storage() {
    return storage;
  }

  Chance chance() {
    return chance;
  }
}
