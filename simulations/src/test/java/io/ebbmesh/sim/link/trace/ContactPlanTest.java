package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.LinkCondition.DOWN;
import static io.ebbmesh.sim.link.trace.LinkCondition.UP;
import static io.ebbmesh.sim.link.trace.TraceFiles.SECOND;
import static io.ebbmesh.sim.link.trace.TraceFiles.walk;
import static io.ebbmesh.sim.link.trace.TraceFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.sim.link.trace.ContactPlan.Contact;
import io.ebbmesh.sim.link.trace.TraceFiles.Step;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactPlanTest {

  @TempDir private Path folder;

  private ContactPlan plan(String... contacts) {
    String[] lines = new String[contacts.length + 1];
    lines[0] = "start,end,node_a,node_b";
    System.arraycopy(contacts, 0, lines, 1, contacts.length);
    return ContactPlan.read(write(folder, lines));
  }

  @Test
  void contactsOfAPairAreSortedAndMergedInEitherOrderOfTheNames() {
    ContactPlan plan =
        plan("50,60,hub,bus", "# night", "10,20,bus,hub", "15.5,30.25,hub,bus", "30.25,31,bus,hub");
    assertThat(plan.between("bus", "hub"))
        .containsExactly(
            new Contact(10 * SECOND, 31 * SECOND), new Contact(50 * SECOND, 60 * SECOND))
        .isEqualTo(plan.between("hub", "bus"));
  }

  @Test
  void aContactInsideALongerOneDoesNotShortenIt() {
    assertThat(plan("0,100,a,b", "10,20,a,b").between("a", "b"))
        .containsExactly(new Contact(0, 100 * SECOND));
  }

  @Test
  void thePlanKnowsItsNamesInOrderAndItsHorizon() {
    ContactPlan plan = plan("5,9.5,b,hub", "1,2,a,hub", "1,2,a,b");
    assertThat(plan.names()).containsExactly("a", "b", "hub");
    assertThat(plan.horizonNanos()).isEqualTo(9_500_000_000L);
  }

  @Test
  void theLinkOfAPairIsUpDuringItsContactsOnly() {
    ContactPlan plan = plan("0,10,a,hub", "20,30,a,hub", "40,50,b,hub");
    assertThat(walk(plan.schedule("hub", "a"), 100 * SECOND))
        .containsExactly(
            new Step(0, UP),
            new Step(10 * SECOND, DOWN),
            new Step(20 * SECOND, UP),
            new Step(30 * SECOND, DOWN));
    assertThat(plan.schedule("b", "hub").at(0)).isEqualTo(DOWN);
    assertThat(plan.schedule("b", "hub").nextChange(0)).isEqualTo(40 * SECOND);
    assertThat(plan.schedule("a", "b").nextChange(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(plan.schedule("a", "b").at(0)).isEqualTo(DOWN);
  }

  @Test
  void aNameThatThePlanDoesNotKnowIsRefused() {
    ContactPlan plan = plan("0,10,a,hub");
    assertThatThrownBy(() -> plan.schedule("a", "Hub"))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("does not know Hub")
        .hasMessageContaining("a, hub");
  }

  @Test
  void brokenContactsAreRefusedWithTheirLine() {
    refused("line 2: the contact ends at 5 and starts at 5", "5,5,a,hub");
    refused("line 3: the contact ends at 4 and starts at 5", "0,1,a,hub", "5,4,a,hub");
    refused("line 2: start is -1", "-1,5,a,hub");
    refused("line 2: a meets itself", "1,5,a,a");
    refused("line 2: a name is empty", "1,5,,hub");
    refused("line 2: end is 'x'", "1,x,a,hub");
    refused("line 2: start is NaN", "NaN,2,a,hub");
    refused("line 2: it has 3 fields", "1,2,a");
    refused("line 1: no line follows the header");
    Path extra = write(folder, "start,end,node_a,node_b,rate", "1,2,a,b,3");
    assertThatThrownBy(() -> ContactPlan.read(extra))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 1: the column rate is unknown");
    Path lacking = write(folder, "start,end,node_a", "1,2,a");
    assertThatThrownBy(() -> ContactPlan.read(lacking))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 1: the column node_b is missing");
  }

  private void refused(String message, String... contacts) {
    assertThatThrownBy(() -> plan(contacts))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(message);
  }
}
