package io.ebbmesh.sync.link;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The hub's side of the wire. */
public interface LinkServer {

  /**
   * Starts to listen; each authenticated connection gets a listener of its own.
   *
   * @return the listening socket, or a failure with a message for the operator, such as that the
   *     port is in use
   */
  CompletionStage<Binding> bind(Endpoint local, Supplier<LinkListener> listeners);

  /** A listening socket. */
  interface Binding {

    /** Where it listens, with the port that was chosen if 0 was asked for. */
    Endpoint local();

    /** Stops listening and closes every connection. */
    CompletionStage<Void> close();
  }
}
