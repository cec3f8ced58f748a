package io.ebbmesh.sync.pki;

import java.time.Duration;
import java.time.Instant;

/** When a certificate holds; both ends are part of it. */
public record Validity(Instant notBefore, Instant notAfter) {

  private static final Duration BACKDATED = Duration.ofHours(1);

  public Validity {
    if (!notBefore.isBefore(notAfter)) {
      throw new IllegalArgumentException("a certificate cannot end before it starts");
    }
  }

  /** From an hour before {@code now}, for hubs whose clock is a little behind. */
  public static Validity from(Instant now, Duration length) {
    return new Validity(now.minus(BACKDATED), now.plus(length));
  }
}
