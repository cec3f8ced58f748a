package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.insight.outbox.Intake.Failed;
import io.ebbmesh.sync.insight.outbox.Intake.Linger;
import io.ebbmesh.sync.insight.outbox.Intake.Opened;
import io.ebbmesh.sync.insight.outbox.Intake.Room;
import io.ebbmesh.sync.insight.outbox.Intake.WriteFor;
import io.ebbmesh.sync.insight.outbox.Intake.Written;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Offer;
import io.ebbmesh.sync.insight.outbox.Outbox.OfferPast;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/** The intake until the lane's log has recovered: keeps what comes, up to the waiting limit. */
final class ClosedIntake extends AbstractBehavior<Outbox.Command> {

  private final StashBuffer<Outbox.Command> stash;
  private final Intake open;

  ClosedIntake(
      ActorContext<Outbox.Command> context, StashBuffer<Outbox.Command> stash, Intake open) {
    super(context);
    this.stash = stash;
    this.open = open;
  }

  @Override
  public Receive<Outbox.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Opened.class, opened -> stash.unstashAll(open.onOpened(opened)))
        .onMessage(Offer.class, this::onOffer)
        .onMessage(OfferPast.class, this::onOfferPast)
        .onMessage(Attach.class, this::onAttach)
        .onMessage(WriteFor.class, this::onWriteFor)
        // Of the time before this actor was restarted.
        .onMessage(Written.class, late -> this)
        .onMessage(Room.class, late -> this)
        .onMessage(Failed.class, late -> this)
        .onMessage(Linger.class, late -> this)
        .build();
  }

  private Behavior<Outbox.Command> onOffer(Offer offer) {
    if (stash.isFull()) {
      refuse(offer.replyTo(), offer.ticket());
    } else {
      stash.stash(offer);
    }
    return this;
  }

  /** Always refused: who offers what is past waits for an answer to its {@link Attach} first. */
  private Behavior<Outbox.Command> onOfferPast(OfferPast past) {
    past.offers().forEach(offer -> refuse(offer.replyTo(), offer.ticket()));
    return this;
  }

  private Behavior<Outbox.Command> onAttach(Attach attach) {
    if (stash.isFull()) {
      refuse(attach.replyTo(), Outbox.NO_TICKET);
    } else {
      stash.stash(attach);
    }
    return this;
  }

  private Behavior<Outbox.Command> onWriteFor(WriteFor write) {
    open.onWriteFor(write);
    return this;
  }

  private void refuse(ActorRef<Reply> producer, long ticket) {
    producer.tell(
        new Rejected(
            ticket,
            open.nextGeneration(),
            RejectReason.BUSY,
            "the outbox is still recovering: repeat after a while"));
  }
}
