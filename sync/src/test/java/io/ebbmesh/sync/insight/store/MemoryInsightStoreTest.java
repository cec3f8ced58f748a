package io.ebbmesh.sync.insight.store;

import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.block;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryInsightStoreTest extends InsightStoreContract {

  private final MemoryInsightStore store = new MemoryInsightStore();

  @Override
  protected InsightStore store() {
    return store;
  }

  @Override
  protected List<Long> rows() {
    return List.copyOf(store.rows(LANE).keySet());
  }

  @Override
  protected void limitQuarantine(long maxBytes) {
    store.limitQuarantine(maxBytes);
  }

  @Override
  protected List<Long> quarantinedBytes() {
    return store.quarantined().stream().map(each -> (long) each.bytes().length).toList();
  }

  @Override
  protected void settle() {
    store.commit();
  }

  @Test
  void a_crash_loses_what_was_not_committed_and_says_so() {
    store.apply(block(SeqRanges.EMPTY, 1, 3));
    store.commit();
    var lost = store.apply(block(ranges(1, 3), 4, 6)).toCompletableFuture();
    store.crash();
    assertThat(lost).isCompletedExceptionally();
    assertThat(store.cursor(LANE).held()).isEqualTo(ranges(1, 3));
    assertThat(rows()).hasSize(3);
  }

  @Test
  void a_crash_after_the_commit_keeps_it_and_fails_the_stage() {
    var unknown = store.apply(block(SeqRanges.EMPTY, 1, 3)).toCompletableFuture();
    store.commitAndCrash();
    assertThat(unknown).isCompletedExceptionally();
    assertThat(store.cursor(LANE).held()).isEqualTo(ranges(1, 3));
  }
}
