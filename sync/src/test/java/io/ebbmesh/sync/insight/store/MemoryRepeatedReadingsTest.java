package io.ebbmesh.sync.insight.store;

class MemoryRepeatedReadingsTest extends RepeatedReadingsContract {

  private final MemoryInsightStore store = new MemoryInsightStore();

  @Override
  protected InsightStore store() {
    return store;
  }

  @Override
  protected void settle() {
    store.commit();
  }
}
