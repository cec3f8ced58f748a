package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.SeqRanges;

/** Lets the journal delete events that hold nothing any more. */
@FunctionalInterface
public interface Trimmer {

  /**
   * @param persistenceId whose events
   * @param eventNrs their numbers, all at or below a durable snapshot
   */
  void trim(String persistenceId, SeqRanges eventNrs);
}
