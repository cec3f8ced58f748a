package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.SystemGuardian;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AbandonedSystemTest {

  /** As Pekko's remoting does when it waits forever for its own streams. */
  @Test
  void aSystemThatDoesNotEndStillLetsGoOfItsPort() {
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.<Void>ignore(), "stuck", ConfigFactory.defaultReference());
    ExtendedActorSystem classic = (ExtendedActorSystem) system.classicSystem();
    TestKit waitsForever = new TestKit(classic);
    classic
        .systemGuardian()
        .tell(SystemGuardian.RegisterTerminationHook$.MODULE$, waitsForever.getRef());
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Tcp.get(classic)
        .manager()
        .tell(TcpMessage.bind(waitsForever.getRef(), any, 1), waitsForever.getRef());
    int port = waitsForever.expectMsgClass(Tcp.Bound.class).localAddress().getPort();

    system.terminate();
    waitsForever.expectMsgClass(SystemGuardian.TerminationHook$.MODULE$.getClass());
    assertThat(isFree(port)).isFalse();
    PekkoSite.closeSockets(system);

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isFree(port));
    assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
    classic
        .systemGuardian()
        .tell(SystemGuardian.TerminationHookDone$.MODULE$, waitsForever.getRef());
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
