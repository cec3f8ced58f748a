package io.ebbmesh.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.NodeId;
import org.junit.jupiter.api.Test;

class ServedNodesTest {

  @Test
  void a_node_that_is_served_again_does_not_stand_for_another_one() {
    ServedNodes served = new ServedNodes();
    served.add(new NodeId("a"));
    served.add(new NodeId("a"));
    assertThat(served.count()).isEqualTo(1);
    served.reset();
    served.add(new NodeId("a"));
    served.add(new NodeId("b"));
    assertThat(served.count()).isEqualTo(2);
  }
}
