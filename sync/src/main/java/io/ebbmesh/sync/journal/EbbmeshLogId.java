package io.ebbmesh.sync.journal;

import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.ExtensionIdProvider;

/** How Pekko finds the store of an ActorSystem. */
final class EbbmeshLogId extends AbstractExtensionId<EbbmeshLog> implements ExtensionIdProvider {

  static final EbbmeshLogId INSTANCE = new EbbmeshLogId();

  private EbbmeshLogId() {}

  @Override
  public EbbmeshLogId lookup() {
    return INSTANCE;
  }

  @Override
  public EbbmeshLog createExtension(ExtendedActorSystem system) {
    return EbbmeshLog.open(system);
  }
}
