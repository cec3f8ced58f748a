package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import java.util.Arrays;

/** What one producer waits for in one block. */
final class Answers {

  private static final int INITIAL_CAPACITY = 16;

  private long[] tickets = new long[INITIAL_CAPACITY];
  private long[] seqs = new long[INITIAL_CAPACITY];
  private int size;

  void add(long ticket, long seq) {
    if (size == tickets.length) {
      tickets = Arrays.copyOf(tickets, size * 2);
      seqs = Arrays.copyOf(seqs, size * 2);
    }
    tickets[size] = ticket;
    seqs[size] = seq;
    size++;
  }

  Accepted accepted() {
    Failpoint.ACCEPT.reached();
    return new Accepted(Arrays.copyOf(tickets, size), Arrays.copyOf(seqs, size));
  }

  OutcomeUnknown unknown(int generation) {
    return new OutcomeUnknown(generation, Arrays.copyOf(tickets, size));
  }
}
