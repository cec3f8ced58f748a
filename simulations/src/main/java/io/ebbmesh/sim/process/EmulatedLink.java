package io.ebbmesh.sim.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two networks inside this kernel, joined by nothing but a bad link: TCP runs over it as it is,
 * because packets are queued, delayed and lost below it. For kernels without netem too. Needs root
 * and the program {@code ip}.
 *
 * <pre>
 *     network of the node                        network of the hub
 *     10.99.0.1 lnk0 ── queue, rate, loss, delay ── lnk0 10.99.0.2
 * </pre>
 *
 * Processes are started inside with {@link #prefix}; what this process itself does inside, such as
 * asking for a status by HTTP, it does in {@link #within}. May be used from any thread; has four
 * threads.
 */
public final class EmulatedLink implements AutoCloseable {

  /** An end of the link. */
  public enum Side {
    NODE("10.99.0.1"),
    HUB("10.99.0.2");

    private final String address;

    Side(String address) {
      this.address = address;
    }

    /** By which the other side reaches this one. */
    public String address() {
      return address;
    }
  }

  /**
   * What became of the packets of one direction.
   *
   * @param bytes of the packets that were delivered, with IP headers
   * @param lost by chance or while the link was cut
   * @param overflowed dropped before a full queue
   */
  public record Counts(long packets, long bytes, long lost, long overflowed) {}

  private static final String INTERFACE = "lnk0";
  private static final AtomicInteger MADE = new AtomicInteger();

  private final Map<Side, NetworkNamespace> networks = new EnumMap<>(Side.class);
  private final Map<Side, TunDevice> devices = new EnumMap<>(Side.class);
  private final Map<Side, PacketLine> linesFrom = new EnumMap<>(Side.class);
  private final Thread hook = new Thread(this::removeNetworks, "emulated-link-end");

  private EmulatedLink() {}

  /** Why there can be no such link here, and the remedy; empty if there can. */
  public static String unavailable() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "an emulated link needs root: it makes two network namespaces";
    }
    if (!Files.exists(TunDevice.CONTROL)) {
      return "an emulated link needs "
          + TunDevice.CONTROL
          + ": load the kernel's module (modprobe tun)";
    }
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "ip"))) {
        return "";
      }
    }
    return "an emulated link needs the program ip: install the Debian package iproute2";
  }

  /**
   * Makes both networks and the link, which is up.
   *
   * @throws IOException if the system does not let it; nothing is left behind
   */
  public static EmulatedLink create(PacketShape shape) throws IOException, InterruptedException {
    EmulatedLink link = new EmulatedLink();
    Runtime.getRuntime().addShutdownHook(link.hook);
    try {
      link.make(shape);
      return link;
    } catch (IOException | InterruptedException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  private void make(PacketShape shape) throws IOException, InterruptedException {
    // Other runs may be on this machine, each with links of its own.
    String name = "ebb" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
    for (Side side : Side.values()) {
      NetworkNamespace network =
          NetworkNamespace.create(name + (side == Side.NODE ? "-node" : "-hub"));
      networks.put(side, network);
      devices.put(side, network.call(() -> TunDevice.open(INTERFACE)));
      // Packets wait in the line's queue, which has the shape's length, and not here.
      network.ip("link", "set", INTERFACE, "txqueuelen", "1000", "addrgenmode", "none");
      network.ip("addr", "add", side.address() + "/30", "dev", INTERFACE);
      network.ip("link", "set", INTERFACE, "up");
    }
    line(Side.NODE, Side.HUB, shape, shape.seed());
    line(Side.HUB, Side.NODE, shape, ~shape.seed());
  }

  private void line(Side from, Side to, PacketShape shape, long seed) {
    PacketLine line = new PacketLine("link-from-" + from, device(from), device(to), shape, seed);
    linesFrom.put(from, line);
    line.start();
  }

  private TunDevice device(Side side) {
    TunDevice device = devices.get(side);
    if (device == null) {
      throw new IllegalStateException("no interface at " + side);
    }
    return device;
  }

  private NetworkNamespace network(Side side) {
    NetworkNamespace network = networks.get(side);
    if (network == null) {
      throw new IllegalStateException("the link is closed");
    }
    return network;
  }

  /** Words before a command that is to run on this side. */
  public List<String> prefix(Side side) {
    return network(side).prefix();
  }

  /**
   * Runs a task on a thread of its own on this side: sockets that it opens are there, also for
   * other threads.
   *
   * @throws IOException if the task fails, with its failure as cause
   */
  public <T> T within(Side side, Callable<T> task) throws IOException, InterruptedException {
    return network(side).call(task);
  }

  /** From now on every packet is dropped, and nobody is told: a half-open link. */
  public void cut() {
    linesFrom.values().forEach(line -> line.setCut(true));
  }

  /** Ends a {@link #cut}. */
  public void restore() {
    linesFrom.values().forEach(line -> line.setCut(false));
  }

  /** Since the start. */
  public Counts counts(Side from) {
    PacketLine line = linesFrom.get(from);
    return line == null ? new Counts(0, 0, 0, 0) : line.counts();
  }

  /** Removes both networks; processes inside should have ended. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (PacketLine line : linesFrom.values()) {
      line.stop();
    }
    devices.values().forEach(TunDevice::close);
    devices.clear();
    removeNetworks();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook finds nothing left to do.
      return;
    }
  }

  private synchronized void removeNetworks() {
    for (NetworkNamespace network : networks.values()) {
      try {
        network.close();
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
    networks.clear();
  }
}
