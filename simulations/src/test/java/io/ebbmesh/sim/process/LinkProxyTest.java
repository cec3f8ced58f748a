package io.ebbmesh.sim.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
class LinkProxyTest {

  private static final int QUIET_MILLIS = 200;
  private static final int PATIENT_MILLIS = 10_000;
  private static final double RATE_BITS_PER_SECOND = 8e6;
  private static final int BULK_BYTES = 1_000_000;
  private static final int SMALL_BYTES = 1_000;
  private static final long DELAY_MILLIS = 50;
  private static final long LATE = 400;
  private static final int WRITING_MILLIS = 500;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private ServerSocket echo = new ServerSocket();
  private LinkProxy proxy = LinkProxy.start(0, new InetSocketAddress(loopback, 0));

  LinkProxyTest() throws IOException {}

  @BeforeEach
  void start() throws IOException {
    proxy.close();
    echo.bind(new InetSocketAddress(loopback, 0));
    Thread server = new Thread(this::serve);
    server.setDaemon(true);
    server.start();
    proxy = LinkProxy.start(0, new InetSocketAddress(loopback, echo.getLocalPort()));
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void bytesPassBothWaysAndAreCounted() throws IOException {
    try (Socket socket = connect()) {
      assertThat(echo(socket, "hello")).isEqualTo("hello");
    }
    assertThat(proxy.bytesUp()).isEqualTo(5);
    assertThat(proxy.bytesDown()).isEqualTo(5);
  }

  @Test
  void aCutResetsWhatIsOpenAndWhatComes() throws IOException {
    try (Socket socket = connect()) {
      echo(socket, "hello");
      proxy.cut();
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> echo(socket, "more"));
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              try (Socket socket = connect()) {
                echo(socket, "again");
              }
            });
    proxy.restore();
    try (Socket socket = connect()) {
      assertThat(echo(socket, "back")).isEqualTo("back");
    }
  }

  @Test
  void aStalledLinkIsSilentAndLosesNothing() throws IOException {
    try (Socket socket = connect()) {
      echo(socket, "hello");
      proxy.stall();
      socket.setSoTimeout(QUIET_MILLIS);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> echo(socket, "late"));
      proxy.restore();
      socket.setSoTimeout(PATIENT_MILLIS);
      assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("late");
    }
  }

  @Test
  void aShapedLinkCarriesItsRateOverAllConnectionsTogether() throws Exception {
    shape(new LinkShape(RATE_BITS_PER_SECOND, Duration.ZERO));
    long start = System.nanoTime();
    try (Socket first = connect();
        Socket second = connect()) {
      write(first);
      write(second);
      first.getInputStream().readNBytes(BULK_BYTES);
      second.getInputStream().readNBytes(BULK_BYTES);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(8 * 2 * BULK_BYTES / seconds)
        .isBetween(0.6 * RATE_BITS_PER_SECOND, 1.1 * RATE_BITS_PER_SECOND);
  }

  @Test
  void aShapedLinkTakesItsTimeThereAndBackAndARoundTripToConnect() throws IOException {
    shape(new LinkShape(1e9, Duration.ofMillis(DELAY_MILLIS)));
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      echo(socket, "connects, and is echoed");
      long connected = System.nanoTime();
      echo(socket, "is echoed");
      long echoed = System.nanoTime();
      assertThat(millis(connected - start)).isBetween(4 * DELAY_MILLIS, 4 * DELAY_MILLIS + LATE);
      assertThat(millis(echoed - connected)).isBetween(2 * DELAY_MILLIS, 2 * DELAY_MILLIS + LATE);
    }
  }

  @Test
  void aShapedLinkTakesInLittleAheadOfItsTurn() throws Exception {
    shape(new LinkShape(RATE_BITS_PER_SECOND / 100, Duration.ZERO));
    AtomicInteger written = new AtomicInteger();
    try (Socket socket = new Socket()) {
      socket.setSendBufferSize(SMALL_BYTES);
      socket.connect(new InetSocketAddress(loopback, proxy.port()));
      Thread writer =
          background(
              () -> {
                for (int i = 0; i < BULK_BYTES / SMALL_BYTES; i++) {
                  socket.getOutputStream().write(new byte[SMALL_BYTES]);
                  written.addAndGet(SMALL_BYTES);
                }
              });
      writer.join(WRITING_MILLIS);
    }
    assertThat(written.get()).isBetween(SMALL_BYTES, 100_000);
  }

  @Test
  void aShapedLinkCanBeCutWhileBytesWait() throws Exception {
    shape(new LinkShape(RATE_BITS_PER_SECOND, Duration.ofMillis(DELAY_MILLIS)));
    try (Socket socket = connect()) {
      write(socket);
      socket.getInputStream().readNBytes(BULK_BYTES / 10);
      proxy.cut();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                if (socket.getInputStream().readNBytes(BULK_BYTES).length < BULK_BYTES) {
                  throw new IOException("closed");
                }
              });
    }
    proxy.restore();
    try (Socket socket = connect()) {
      assertThat(echo(socket, "back")).isEqualTo("back");
    }
  }

  private void shape(LinkShape shape) throws IOException {
    proxy.close();
    proxy = LinkProxy.start(0, new InetSocketAddress(loopback, echo.getLocalPort()), shape);
  }

  /** What is written and echoed does not fit into buffers: the test reads meanwhile. */
  private static void write(Socket socket) {
    background(() -> socket.getOutputStream().write(new byte[BULK_BYTES]));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Thread background(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The link was cut: whoever reads finds that out.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(loopback, proxy.port());
    socket.setSoTimeout(PATIENT_MILLIS);
    return socket;
  }

  private static String echo(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    byte[] answer = socket.getInputStream().readNBytes(text.length());
    if (answer.length < text.length()) {
      throw new IOException("closed");
    }
    return new String(answer, UTF_8);
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        background(() -> answer(socket));
      } catch (IOException e) {
        continue;
      }
    }
  }

  private static void answer(Socket accepted) throws IOException {
    try (Socket socket = accepted) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    }
  }
}
