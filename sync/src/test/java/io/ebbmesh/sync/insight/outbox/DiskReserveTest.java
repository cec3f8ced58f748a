package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DiskReserveTest {

  private static final long FILE = 1_000;

  private final MemoryStorage storage = new MemoryStorage();

  private DiskReserve reserve(long bytes) {
    return new DiskReserve(storage, bytes);
  }

  @Test
  void itGivesWayWhenTheDiskIsFullAndComesBackWithTheRoom() throws IOException {
    storage.limitCapacity(10_000);
    assertThat(reserve(3_000).keep(FILE)).isEqualTo(3_000);
    storage.put("other", new byte[6_500]);
    assertThat(reserve(3_000).keep(FILE)).isZero();
    assertThat(storage.usedBytes()).isEqualTo(6_500);
    storage.unlink("other");
    assertThat(reserve(3_000).keep(FILE)).isEqualTo(3_000);
  }

  @Test
  void oneOfAnotherSizeIsMadeAnewAndOneThatIsNotWantedIsRemoved() throws IOException {
    reserve(3_000).keep(FILE);
    assertThat(reserve(5_000).kept()).isEqualTo(3_000);
    assertThat(reserve(5_000).keep(FILE)).isEqualTo(5_000);
    assertThat(storage.size(DiskReserve.FILE)).isEqualTo(5_000);
    assertThat(reserve(0).keep(FILE)).isZero();
    assertThat(storage.exists(DiskReserve.FILE)).isFalse();
  }
}
