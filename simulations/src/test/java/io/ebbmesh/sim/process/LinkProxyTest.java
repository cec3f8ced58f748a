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
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
class LinkProxyTest {

  private static final int QUIET_MILLIS = 200;
  private static final int PATIENT_MILLIS = 10_000;

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
      try (Socket socket = echo.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        continue;
      }
    }
  }
}
