package io.ebbmesh.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.store.sqlite.StoredInsight;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UplinkSizesTest {

  @Test
  void insights_are_measured_in_the_blocks_in_which_they_arrived() {
    List<StoredInsight> rows = new ArrayList<>();
    for (int seq = 1; seq <= 200; seq++) {
      rows.add(Rows.row(seq, seq));
    }
    UplinkSizes sizes = new UplinkSizes();
    sizes.add(rows);
    sizes.add(rows);
    DemoReport.Uplink uplink = sizes.report(40_000);
    assertThat(uplink.insights()).isEqualTo(400);
    assertThat(uplink.blocks()).isEqualTo(40);
    assertThat(uplink.bytesPerInsight()).isEqualTo(100);
    assertThat(uplink.protobufBytesPerInsight()).isBetween(40.0, 100.0);
    assertThat(uplink.protobufZstdBytesPerInsight()).isLessThan(uplink.protobufBytesPerInsight());
    assertThat(uplink.blockBytesPerInsightAt100()).isLessThan(uplink.blockBytesPerInsight());
    assertThat(uplink.blockBytesPerInsightAt100())
        .isLessThan(uplink.protobufZstdBytesPerInsightAt100());
  }

  @Test
  void nothing_costs_nothing() {
    assertThat(new UplinkSizes().report(10).bytesPerInsight()).isZero();
  }
}
