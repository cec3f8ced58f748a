package io.ebbmesh.sync.link;

/** The node's way to its hub. Every call returns at once; what happens is told to the listener. */
public interface Link {

  /**
   * Tries once to connect. The listener hears either {@link LinkListener#onUp} and later {@link
   * LinkListener#onDown}, or only {@link LinkListener#onDown}.
   */
  void dial(Endpoint hub, LinkListener listener);

  /**
   * Asks to be told whenever the hub may be reachable again, as when a modem is back online: a wait
   * before the next dial is then cut short. A link that cannot know never calls.
   *
   * @param signal may be called from any thread; replaces the one before
   */
  default void whenReachable(Runnable signal) {}
}
