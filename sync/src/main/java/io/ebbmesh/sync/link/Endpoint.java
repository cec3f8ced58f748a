package io.ebbmesh.sync.link;

/** Where a hub listens. */
public record Endpoint(String host, int port) {

  public Endpoint {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("endpoint has no host");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }
    try {
      return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not host:port", e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
