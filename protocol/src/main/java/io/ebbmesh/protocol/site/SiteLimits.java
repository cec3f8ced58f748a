package io.ebbmesh.protocol.site;

/**
 * Hard limits of what neighbours send each other; both sides check them before they take memory.
 */
public final class SiteLimits {

  /** Longest encoded request or answer. */
  public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

  /** Tensors in one request or answer. */
  public static final int MAX_TENSORS = 32;

  /** Dimensions of a tensor. */
  public static final int MAX_DIMENSIONS = 8;

  /** Longest data of one tensor. */
  public static final int MAX_TENSOR_BYTES = 4 * 1024 * 1024;

  private SiteLimits() {}
}
