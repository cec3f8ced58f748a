package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are frozen: nodes of different versions are on one LAN during an update. */
class SiteSerializerTest {

  /** One that can hold references to actors elsewhere. */
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  pekko.actor.provider = remote
                  pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                  """)
              .withFallback(ConfigFactory.defaultReference()));

  private final SiteSerializer serializer =
      new SiteSerializer((ExtendedActorSystem) KIT.system().classicSystem());

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static byte[] golden(String manifest) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            SiteSerializerTest.class.getResourceAsStream(manifest + ".bin"), manifest)) {
      return in.readAllBytes();
    }
  }

  private Object read(String manifest) throws IOException {
    return serializer.fromBinary(golden(manifest), manifest);
  }

  @Test
  void yesterdaysMessagesAreRead() throws IOException {
    assertThat(read(SiteSerializer.ASK))
        .isInstanceOfSatisfying(
            SiteWire.Ask.class,
            ask -> {
              assertThat(ask.attempt()).isEqualTo(7);
              assertThat(ask.replyTo().path().name()).isEqualTo("broker");
              assertThat(ask.request().model()).isEqualTo("motes");
              assertThat(ask.request().budgetNanos()).isEqualTo(1_000_000_000L);
              assertThat(ask.request().inputs())
                  .hasEntrySatisfying("x", x -> assertThat(x.floats()).containsExactly(1.5f, -2f));
            });
    assertThat(read(SiteSerializer.ANSWERED))
        .isEqualTo(new SiteWire.Answered(8, new Failed(Reason.BUSY, "full", true)));
    assertThat(read(SiteSerializer.PROBE))
        .isInstanceOfSatisfying(
            SiteWire.Probe.class,
            probe -> assertThat(probe.replyTo().path().name()).isEqualTo("door"));
    assertThat(read(SiteSerializer.ISLAND))
        .isEqualTo(new SiteWire.Island(List.of("10.0.0.1:17355", "10.0.0.2:17355")));
  }

  @Test
  void todaysBytesAreYesterdays() throws IOException {
    for (Object message : List.of(read(SiteSerializer.ANSWERED), read(SiteSerializer.ISLAND))) {
      assertThat(serializer.toBinary(message)).isEqualTo(golden(serializer.manifest(message)));
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    TestProbe<Object> probe = KIT.createTestProbe();
    for (SiteWire message :
        List.of(
            new SiteWire.Probe(probe.ref().narrow()),
            new SiteWire.Island(List.of()),
            new SiteWire.Answered(Long.MAX_VALUE, new Failed(Reason.DEADLINE, "", false)))) {
      assertThat(serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message)))
          .isEqualTo(message);
    }
    SiteWire.Ask ask =
        new SiteWire.Ask(3, TestSite.request(Duration.ofSeconds(1)), probe.ref().narrow());
    SiteWire.Ask read =
        (SiteWire.Ask) serializer.fromBinary(serializer.toBinary(ask), SiteSerializer.ASK);
    assertThat(read.replyTo()).isEqualTo(ask.replyTo());
    assertThat(read.request().inputs()).containsOnlyKeys("x");
    Decided decided = new Decided(2, "node-1", read.request().inputs());
    SiteWire.Answered answered =
        (SiteWire.Answered)
            serializer.fromBinary(
                serializer.toBinary(new SiteWire.Answered(3, decided)), SiteSerializer.ANSWERED);
    assertThat(answered.answer())
        .isInstanceOfSatisfying(Decided.class, d -> assertThat(d.decidedBy()).isEqualTo("node-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ask1", "answered1", "probe1", "island1"})
  void truncatedMessagesAreRefusedAndNothingElseIsThrown(String manifest) throws IOException {
    byte[] whole = golden(manifest);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        // A protobuf that ends between fields is whole again; it must only not throw otherwise.
        assertThat(serializer.fromBinary(cut, manifest)).isInstanceOf(SiteWire.class);
      } catch (NotSerializableException e) {
        assertThat(e).hasMessageContaining(manifest);
      }
    }
  }

  @Test
  void lengthsAreCheckedBeforeMemoryIsTaken() {
    for (String manifest : List.of(SiteSerializer.ISLAND, SiteSerializer.PROBE)) {
      assertThatThrownBy(() -> serializer.fromBinary(HexFormat.of().parseHex("7fffffff"), manifest))
          .isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void otherMessagesAndManifestsAreRefused() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "java.lang.String"))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> serializer.toBinary("a text"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
