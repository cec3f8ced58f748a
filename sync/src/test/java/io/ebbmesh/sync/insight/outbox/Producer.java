package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A producer by hand: offers what the test says and collects the answers. */
final class Producer {

  final TestProbe<Reply> probe;
  private final ActorRef<Outbox.Command> intake;
  int generation;

  Producer(ActorTestKit kit, ActorRef<Outbox.Command> intake) {
    this.probe = kit.createTestProbe(Reply.class);
    this.intake = intake;
  }

  Attached attach(String source) {
    intake.tell(new Attach(source, probe.getRef()));
    Attached attached = probe.expectMessageClass(Attached.class);
    generation = attached.generation();
    return attached;
  }

  void offer(long ticket, Insight insight) {
    intake.tell(new Offer(ticket, generation, insight, probe.getRef()));
  }

  /** Sequence numbers by ticket, once {@code count} offers are accepted. */
  Map<Long, Long> accepted(int count) {
    Map<Long, Long> seqs = new TreeMap<>();
    int received = 0;
    while (received < count) {
      Accepted accepted = probe.expectMessageClass(Accepted.class);
      for (int i = 0; i < accepted.tickets().length; i++) {
        seqs.put(accepted.tickets()[i], accepted.seqs()[i]);
        received++;
      }
    }
    return seqs;
  }
}
