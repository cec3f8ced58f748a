package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.TraceFiles.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.sim.link.trace.ContactPlan.Contact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusLinesTest {

  private static final long HOUR = 3_600 * SECOND;

  @TempDir private Path folder;

  private static String shipped() {
    return BusLines.plan(BusLines.SHIPPED_SEED, BusLines.SHIPPED_BUSES, BusLines.SHIPPED_HOURS);
  }

  private ContactPlan read(String plan) throws IOException {
    return ContactPlan.read(Files.writeString(folder.resolve("plan.csv"), plan));
  }

  @Test
  void theShippedPlanIsWhatTheModelWrites() throws IOException {
    TraceFiles.assertShipped("bus-fleet.csv", shipped());
  }

  @Test
  void everyBusMeetsTheHubAndNoOther() throws IOException {
    ContactPlan plan = read(shipped());
    assertThat(plan.names()).hasSize(31).contains("bus-1", "bus-30", "hub");
    assertThat(plan.horizonNanos()).isEqualTo(48 * HOUR);
    assertThat(plan.between("bus-1", "bus-2")).isEmpty();
  }

  @Test
  void everyBusSpendsTheNightsAtTheDepotAndTheDaysMostlyOutOfReach() throws IOException {
    ContactPlan plan = read(shipped());
    for (String bus : plan.names().headSet("hub")) {
      for (long night : new long[] {2 * HOUR, 26 * HOUR}) {
        assertThat(plan.schedule(bus, "hub").at(night).up()).as("%s at night", bus).isTrue();
      }
      List<Contact> byDay =
          plan.between(bus, "hub").stream()
              .filter(contact -> contact.startNanos() > 7 * HOUR)
              .filter(contact -> contact.endNanos() < 21 * HOUR)
              .toList();
      assertThat(byDay).as("%s by day", bus).hasSizeBetween(12, 36);
      assertThat(byDay)
          .allMatch(contact -> contact.endNanos() - contact.startNanos() <= 481 * SECOND);
    }
  }

  @Test
  void anotherSeedIsAnotherPlanAndTheSameSeedIsNot() {
    assertThat(TraceFiles.body(BusLines.plan(1, 2, 24)))
        .isEqualTo(TraceFiles.body(BusLines.plan(1, 2, 24)))
        .isNotEqualTo(TraceFiles.body(BusLines.plan(2, 2, 24)));
  }

  @Test
  void aPlanThatEndsByDayEndsThere() throws IOException {
    assertThat(read(BusLines.plan(1, 3, 12)).horizonNanos()).isLessThanOrEqualTo(12 * HOUR);
  }

  @Test
  void aFleetOutOfRangeIsRefused() {
    assertThatThrownBy(() -> BusLines.plan(1, 0, 24)).hasMessageContaining("1 to 10000 buses");
    assertThatThrownBy(() -> BusLines.plan(1, 1, 0)).hasMessageContaining("hours");
  }
}
