package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.BlockSupport;

/** Counts the generations of an intake on, and remembers who reads, over restarts of the actor. */
final class Generations {

  private int current;
  private BlockSupport reader;

  Generations(BlockSupport reader) {
    this.reader = reader;
  }

  int current() {
    return current;
  }

  int next() {
    return ++current;
  }

  BlockSupport reader() {
    return reader;
  }

  void readBy(BlockSupport newReader) {
    reader = newReader;
  }
}
