package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneTotals;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoreIdentity;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BooksTest {

  private static SeqRanges range(long first, long last) {
    return SeqRanges.of(new SeqRange(first, last));
  }

  private static SourceAccount produced(int count) {
    SourceAccount account = new SourceAccount(Path.of("none"));
    for (int position = 1; position <= count; position++) {
      account.line("produced " + position);
      account.line("accepted " + position + " " + position);
    }
    return account;
  }

  private static List<StoredInsight> rows(int count) {
    List<StoredInsight> rows = new ArrayList<>();
    for (int seq = 1; seq <= count; seq++) {
      rows.add(Rows.row(seq, seq));
    }
    return rows;
  }

  private static LaneReport hub(SeqRanges held, SeqRanges quarantined, SeqRanges lost, long rows) {
    return new LaneReport(
        new NodeId("node-1"),
        Rows.INCARNATION,
        Lane.INSIGHT,
        held,
        quarantined,
        lost,
        SeqRanges.EMPTY,
        SeqRanges.EMPTY,
        0,
        0,
        rows,
        0,
        1,
        1,
        false,
        1);
  }

  private static OutboxReport outbox(long nextSeq, SeqRanges acknowledged, SeqRanges lost) {
    OutboxReport.LaneReport lane =
        new OutboxReport.LaneReport(
            Lane.INSIGHT,
            nextSeq,
            acknowledged,
            lost,
            List.of(),
            nextSeq - 1 - acknowledged.count() - lost.count(),
            1,
            1,
            1,
            1,
            LaneTotals.ZERO);
    return new OutboxReport(
        new StoreIdentity(Rows.INCARNATION, new Lineage(List.of())), List.of(lane), List.of());
  }

  private static final SeqRanges NONE = SeqRanges.EMPTY;

  @Test
  void all_that_was_produced_is_stored() {
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(21, range(1, 20), NONE),
            rows(20),
            List.of(hub(range(1, 20), NONE, NONE, 20)));
    assertThat(books).isEqualTo(new Books("node-1", 20, 20, 0, 0, 0, 0, 0, 0));
    assertThat(books.balanced()).isTrue();
  }

  @Test
  void an_acknowledgement_that_the_node_has_not_heard_is_not_pending() {
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(21, range(1, 3), NONE),
            rows(15),
            List.of(hub(range(1, 15), NONE, NONE, 15)));
    assertThat(books.pending()).isEqualTo(5);
    assertThat(books.balanced()).isTrue();
  }

  @Test
  void what_is_neither_at_the_hub_nor_in_the_outbox_is_missed() {
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(16, range(1, 15), NONE),
            rows(15),
            List.of(hub(range(1, 15), NONE, NONE, 15)));
    assertThat(books.pending()).isZero();
    assertThat(books.balanced()).isFalse();
  }

  @Test
  void a_cursor_that_moved_without_its_row_is_missed() {
    List<StoredInsight> rows = rows(20);
    rows.remove(7);
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(21, range(1, 20), NONE),
            rows,
            List.of(hub(range(1, 20), NONE, NONE, 19)));
    assertThat(books.balanced()).isFalse();
  }

  @Test
  void quarantine_and_declared_losses_account_for_what_is_not_stored() {
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(21, range(1, 16), range(17, 20)),
            rows(12),
            List.of(hub(range(1, 18), range(13, 16), range(17, 18), 12)));
    assertThat(books.quarantined()).isEqualTo(4);
    assertThat(books.declaredLost()).isEqualTo(4);
    assertThat(books.balanced()).isTrue();
  }

  @Test
  void a_position_that_is_stored_twice_is_a_duplicate() {
    List<StoredInsight> rows = rows(20);
    rows.add(Rows.row(21, 20));
    Books books =
        Books.of(
            "node-1",
            produced(20),
            outbox(22, range(1, 21), NONE),
            rows,
            List.of(hub(range(1, 21), NONE, NONE, 21)));
    assertThat(books.duplicates()).isEqualTo(1);
    assertThat(books.stored()).isEqualTo(20);
    assertThat(books.balanced()).isFalse();
  }

  @Test
  void a_position_behind_its_forerunner_is_out_of_order() {
    Books books =
        Books.of(
            "node-1",
            produced(3),
            outbox(4, range(1, 3), NONE),
            List.of(Rows.row(1, 1), Rows.row(2, 3), Rows.row(3, 2)),
            List.of(hub(range(1, 3), NONE, NONE, 3)));
    assertThat(books.outOfOrder()).isEqualTo(1);
    assertThat(books.balanced()).isFalse();
  }

  @Test
  void a_row_that_the_source_never_produced_is_unknown() {
    Books books =
        Books.of(
            "node-1",
            produced(2),
            outbox(4, range(1, 3), NONE),
            rows(3),
            List.of(hub(range(1, 3), NONE, NONE, 3)));
    assertThat(books.unknown()).isEqualTo(1);
    assertThat(books.balanced()).isFalse();
  }
}
