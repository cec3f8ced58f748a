package io.ebbmesh.sync.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.NotSerializableException;
import java.util.Arrays;

/**
 * Bytes from anywhere are an event or a snapshot of a lane, or a {@link NotSerializableException};
 * they take no more memory than their length allows, and what was read is written as something that
 * reads as the same. Runs over its seeds; searches with {@code JAZZER_FUZZ=1} (CONTRIBUTING.md).
 */
class LaneSerializerFuzzTest {

  /** The densest is a source without a name: two bytes that become a message and a record. */
  private static final long PER_BYTE = 160;

  /** The first byte of an input says which. */
  private static final String[] MANIFESTS = {
    "LB1", "LM1", "LA1", "LL1", "LF1", "LV1", "LT1", "LS1"
  };

  private final LaneSerializer serializer = new LaneSerializer();

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void bytesAreAMessageOfALaneOrATypedException(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String manifest = MANIFESTS[input[0] & 7];
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    Object read = FuzzRuns.measured(() -> read(bytes, manifest), bytes.length * PER_BYTE);
    if (read instanceof NotSerializableException problem) {
      assertThat(problem).hasMessageContaining(manifest);
      return;
    }
    assertThat(serializer.manifest(read)).isEqualTo(manifest);
    byte[] written = serializer.toBinary(read);
    Object again = read(written, manifest);
    if (again instanceof NotSerializableException problem) {
      throw new AssertionError("what was just written is not read: " + read, problem);
    }
    if (!Arrays.equals(serializer.toBinary(again), written)) {
      assertThat(again).usingRecursiveComparison().isEqualTo(read);
    }
  }

  /** A message or a problem. */
  private Object read(byte[] bytes, String manifest) {
    try {
      return serializer.fromBinary(bytes, manifest);
    } catch (NotSerializableException e) {
      return e;
    }
  }
}
