package io.ebbmesh.sync.link;

/** The node's way to its hub. Every call returns at once; what happens is told to the listener. */
public interface Link {

  /**
   * Tries once to connect. The listener hears either {@link LinkListener#onUp} and later {@link
   * LinkListener#onDown}, or only {@link LinkListener#onDown}.
   */
  void dial(Endpoint hub, LinkListener listener);
}
