package io.ebbmesh.sync.log;

import org.jspecify.annotations.Nullable;

/**
 * Something that a store found wrong with itself.
 *
 * @param file path below the store's root
 * @param offset of the first byte concerned; 0 if it is the whole file
 * @param persistenceId whose records are hit, if that is known
 * @param sequenceNr of the record that is hit; 0 if not known
 * @param detail for the operator: what was found and what was done
 */
public record StoreIssue(
    Kind kind,
    String file,
    long offset,
    @Nullable String persistenceId,
    long sequenceNr,
    String detail) {

  /** What was found. */
  public enum Kind {
    /** The record was durable and its body can no longer be read; it is left out of replays. */
    DAMAGED_RECORD,
    /** Bytes that were durable hold no readable record; whose they were is not known. */
    DAMAGED_REGION,
    /** Written when the store went down and not whole; nobody was told that it was durable. */
    TORN_TAIL,
    /** One of two copies was damaged; nothing is lost. */
    REPAIRED,
    /** A segment that should be there is not. */
    MISSING_SEGMENT,
    /** A file could not be read at all; it was renamed and kept. */
    SET_ASIDE,
    /** Both copies of a snapshot are damaged; it was renamed and kept. */
    DAMAGED_SNAPSHOT,
    /** A snapshot that needs events which were trimmed; it was renamed and kept. */
    STALE_SNAPSHOT,
    /** A write, a sync or an allocation failed. */
    WRITE_FAILED
  }
}
