package io.ebbmesh.sync.session;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the link says of one connection into messages, and keeps what comes before the
 * connection has its actor. Called by the link's thread and the registry's.
 */
final class RelayListener implements LinkListener {

  /** A node may say Hello and nothing else before it is answered; a little more is let through. */
  private static final int MAX_EARLY = 4;

  private final BiConsumer<Connection, RelayListener> connected;
  private final List<HubSessionActor.Command> early = new ArrayList<>();
  private @Nullable ActorRef<HubSessionActor.Command> session;
  private @Nullable Connection connection;

  RelayListener(BiConsumer<Connection, RelayListener> connected) {
    this.connected = connected;
  }

  @Override
  public synchronized void onUp(Connection up) {
    connection = up;
    connected.accept(up, this);
  }

  @Override
  public synchronized void onFrame(Frame frame) {
    relay(new HubSessionActor.LinkHeard(frame));
  }

  @Override
  public synchronized void onBytes() {
    if (session != null) {
      session.tell(new HubSessionActor.LinkHeardBytes());
    }
  }

  @Override
  public synchronized void onDown(String reason) {
    relay(new HubSessionActor.LinkIsDown(reason));
  }

  /** Names the actor and hands it what came early, in order. */
  synchronized void relayTo(ActorRef<HubSessionActor.Command> actor) {
    session = actor;
    early.forEach(actor::tell);
    early.clear();
  }

  private void relay(HubSessionActor.Command message) {
    if (session != null) {
      session.tell(message);
    } else if (early.size() < MAX_EARLY || message instanceof HubSessionActor.LinkIsDown) {
      early.add(message);
    } else if (connection != null) {
      connection.close();
    }
  }
}
