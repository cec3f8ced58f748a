package io.ebbmesh.protocol.session;

/** Hard limits of the wire format. Both sides check them before they take memory. */
public final class SessionLimits {

  /** Version of the session protocol that this program speaks. */
  public static final int PROTOCOL = 1;

  /** Longest encoded frame, without its length prefix. */
  public static final int MAX_FRAME_BYTES = 8 * 1024 * 1024;

  /** Longest encoded block. */
  public static final int MAX_BLOCK_BYTES = 4 * 1024 * 1024;

  /** Longest chunk of a model file. */
  public static final int MAX_CHUNK_BYTES = 1024 * 1024;

  /** Ranges in one cursor or acknowledgement (R of the design). */
  public static final int MAX_RANGES = 64;

  /** Manifests in one wish. */
  public static final int MAX_MANIFESTS = 64;

  /** Releases in one hello or report. */
  public static final int MAX_SERVING = 64;

  /** Dictionaries in one welcome. */
  public static final int MAX_DICTIONARIES = 256;

  /** Longest encoded manifest. */
  public static final int MAX_MANIFEST_BYTES = 1024 * 1024;

  /** Characters of a message for the operator; longer ones are cut when they are sent. */
  public static final int MAX_MESSAGE_CHARS = 1_000;

  private SessionLimits() {}
}
