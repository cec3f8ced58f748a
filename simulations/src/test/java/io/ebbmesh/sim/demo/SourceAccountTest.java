package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sim.process.LaneSeq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceAccountTest {

  @TempDir Path folder;

  private void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void a_log_that_does_not_exist_yet_says_nothing() throws IOException {
    SourceAccount account = new SourceAccount(folder.resolve("none"));
    account.update();
    assertThat(account.produced().cardinality()).isZero();
    assertThat(account.acceptedUpTo()).isZero();
  }

  @Test
  void a_line_that_is_not_complete_is_read_when_it_is() throws IOException {
    Path log = folder.resolve("log");
    SourceAccount account = new SourceAccount(log);
    append(log, "produced 1\nproduced 2\naccepted 1 7 insight\nprodu");
    account.update();
    assertThat(account.produced().cardinality()).isEqualTo(2);
    append(log, "ced 3\naccepted 2 8 alarm\n");
    account.update();
    assertThat(account.produced().cardinality()).isEqualTo(3);
    assertThat(account.acceptedCount()).isEqualTo(2);
    assertThat(account.acceptedUpTo()).isEqualTo(2);
    assertThat(account.seqs())
        .containsEntry(1L, new LaneSeq(Lane.INSIGHT, 7))
        .containsEntry(2L, new LaneSeq(Lane.ALARM, 8));
  }

  @Test
  void half_a_record_of_a_killed_process_does_not_hide_the_next_one() {
    SourceAccount account = new SourceAccount(folder.resolve("log"));
    account.line("produced 12produced 345");
    account.line("accepted 12 1accepted 13 14 insight");
    assertThat(account.produced().stream().toArray()).containsExactly(345);
    assertThat(account.seqs()).containsOnlyKeys(13L);
  }

  @Test
  void what_is_produced_again_counts_once_and_what_is_left_out_not_at_all() {
    SourceAccount account = new SourceAccount(folder.resolve("log"));
    account.line("produced 1");
    account.line("produced 2");
    account.line("produced 2");
    account.line("produced 3");
    account.line("refused 3");
    account.line("accepted 2 0 insight");
    assertThat(account.produced().cardinality()).isEqualTo(2);
    assertThat(account.acceptedCount()).isEqualTo(1);
    assertThat(account.seqs()).isEmpty();
  }
}
