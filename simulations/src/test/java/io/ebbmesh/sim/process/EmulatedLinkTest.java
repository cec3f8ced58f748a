package io.ebbmesh.sim.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ebbmesh.sim.process.EmulatedLink.Side;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmulatedLinkTest {

  private static final int PORT = 9000;
  private static final int PATIENCE_MILLIS = 20_000;

  @BeforeEach
  void canBeMade() {
    assumeThat(EmulatedLink.unavailable()).isEmpty();
  }

  @Test
  void bytesGoBothWaysAndTakeARoundTrip() throws Exception {
    try (EmulatedLink link = EmulatedLink.create(shape(0));
        Ends ends = Ends.over(link)) {
      long begin = System.nanoTime();
      ends.node.getOutputStream().write(7);
      assertThat(ends.hub.getInputStream().read()).isEqualTo(7);
      ends.hub.getOutputStream().write(8);
      assertThat(ends.node.getInputStream().read()).isEqualTo(8);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(40));
      assertThat(link.counts(Side.NODE).packets()).isPositive();
      assertThat(link.counts(Side.HUB).packets()).isPositive();
    }
  }

  @Test
  void lostPacketsAreSentAgainByTcp() throws Exception {
    byte[] bytes = new byte[200_000];
    try (EmulatedLink link = EmulatedLink.create(shape(0.05));
        Ends ends = Ends.over(link)) {
      OutputStream out = ends.node.getOutputStream();
      Thread sending = new Thread(() -> write(out, bytes));
      sending.start();
      assertThat(ends.hub.getInputStream().readNBytes(bytes.length)).hasSize(bytes.length);
      sending.join();
      assertThat(link.counts(Side.NODE).lost()).isPositive();
      assertThat(link.counts(Side.NODE).bytes()).isGreaterThan(bytes.length);
    }
  }

  @Test
  void aCutIsSilentAndARestoredLinkGoesOn() throws Exception {
    try (EmulatedLink link = EmulatedLink.create(shape(0));
        Ends ends = Ends.over(link)) {
      link.cut();
      ends.node.getOutputStream().write(7);
      InputStream hears = ends.hub.getInputStream();
      ends.hub.setSoTimeout(200);
      assertThatThrownBy(hears::read).isInstanceOf(SocketTimeoutException.class);
      link.restore();
      ends.hub.setSoTimeout(PATIENCE_MILLIS);
      assertThat(hears.read()).isEqualTo(7);
    }
  }

  @Test
  void commandsRunInsideAndNothingIsLeftBehind() throws Exception {
    String inside;
    try (EmulatedLink link = EmulatedLink.create(shape(0))) {
      inside = addresses(link);
      assertThat(inside).contains(Side.HUB.address() + "/30");
    }
    assertThat(output(new ProcessBuilder("ip", "netns", "list")))
        .doesNotContain("ebb" + ProcessHandle.current().pid() + "-");
  }

  private static String addresses(EmulatedLink link) throws IOException {
    List<String> command = new ArrayList<>(link.prefix(Side.HUB));
    command.addAll(List.of("ip", "-o", "addr"));
    return output(new ProcessBuilder(command));
  }

  private static String output(ProcessBuilder builder) throws IOException {
    return new String(builder.start().getInputStream().readAllBytes(), UTF_8);
  }

  private static PacketShape shape(double loss) {
    return PacketShape.of(10, Duration.ofMillis(40), loss);
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A connection over a link. */
  private record Ends(ServerSocket server, Socket node, Socket hub) implements AutoCloseable {

    static Ends over(EmulatedLink link) throws IOException, InterruptedException {
      InetAddress address = InetAddress.getByName(Side.HUB.address());
      ServerSocket server = link.within(Side.HUB, () -> new ServerSocket(PORT, 1, address));
      Socket node =
          link.within(
              Side.NODE,
              () -> {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress(address, PORT), PATIENCE_MILLIS);
                return socket;
              });
      Socket hub = server.accept();
      node.setSoTimeout(PATIENCE_MILLIS);
      hub.setSoTimeout(PATIENCE_MILLIS);
      return new Ends(server, node, hub);
    }

    @Override
    public void close() throws IOException {
      node.close();
      hub.close();
      server.close();
    }
  }
}
