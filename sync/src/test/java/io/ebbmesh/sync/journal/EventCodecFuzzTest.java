package io.ebbmesh.sync.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ebbmesh.sync.codec.FuzzRuns;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;

/**
 * Bytes from anywhere are a persisted event, with the payload of a lane or of Pekko, or an {@link
 * IOException}, and take no more memory than their length allows. Runs over its seeds; searches
 * with {@code JAZZER_FUZZ=1} (CONTRIBUTING.md).
 */
class EventCodecFuzzTest {

  private static final long PER_BYTE = 160;

  private static final ActorSystem SYSTEM = ActorSystem.create("fuzz");

  private final EventCodec codec = new EventCodec(new PayloadCodec((ExtendedActorSystem) SYSTEM));

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAnEventOrATypedException(byte[] input) {
    Object read = FuzzRuns.measured(() -> read(input), input.length * PER_BYTE);
    if (read instanceof IOException problem) {
      assertThat(String.valueOf(problem.getMessage())).hasSizeGreaterThan(5);
    } else {
      assertThat(((PersistentRepr) read).sequenceNr()).isEqualTo(7);
    }
  }

  /** An event or a problem. */
  private Object read(byte[] input) {
    try {
      return codec.decode("lane", 7, ByteBuffer.wrap(input));
    } catch (IOException e) {
      return e;
    }
  }
}
