package io.ebbmesh.sync.link.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.link.Connection;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Congestion control, asked of the kernel by getsockopt. */
@EnabledOnOs(OS.LINUX)
class SocketsTest {

  @Test
  void nettysLibraryForLinuxLoads() {
    assertThat(Epoll.isAvailable())
        .withFailMessage(() -> "" + Epoll.unavailabilityCause())
        .isTrue();
  }

  @Test
  void bothEndsUseTheCongestionControlThatIsSet() throws Exception {
    // The one that every kernel has, and none has as its default.
    LinkSettings reno = Wire.controlledBy("reno");
    try (Wire wire = Wire.listen(reno)) {
      Recorder node = wire.dial(reno);
      assertThat(congestionControl(node.connection())).isEqualTo("reno");
      assertThat(congestionControl(wire.accepted().connection())).isEqualTo("reno");
    }
  }

  @Test
  void oneThatTheKernelDoesNotHaveLeavesTheSystems() throws Exception {
    String systems;
    try (Wire wire = Wire.listen(Wire.controlledBy(""))) {
      systems = congestionControl(wire.dial(Wire.controlledBy("")).connection());
    }
    LinkSettings none = Wire.controlledBy("no_such");
    try (Wire wire = Wire.listen(none)) {
      Recorder node = wire.dial(none);
      assertThat(congestionControl(node.connection())).isEqualTo(systems).isNotEqualTo("no_such");
      assertThat(congestionControl(wire.accepted().connection())).isEqualTo(systems);
    }
  }

  private static String congestionControl(Connection connection) {
    Channel channel = ((FrameConnection) connection).channel();
    ByteBuffer name = channel.config().getOption(Sockets.option(Sockets.MAX_NAME));
    byte[] bytes = new byte[name.remaining()];
    name.get(bytes);
    return new String(bytes, US_ASCII).trim();
  }
}
