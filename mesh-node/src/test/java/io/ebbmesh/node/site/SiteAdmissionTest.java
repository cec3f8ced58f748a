package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.pki.Validity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteAdmissionTest {

  private static final Duration LONGER_THAN_ADMISSION = Duration.ofSeconds(3);

  @TempDir private Path directory;
  private TestSite site;

  @BeforeEach
  void twoAddresses() throws IOException {
    site = new TestSite(directory, 2);
  }

  @AfterEach
  void leave() {
    site.close();
  }

  private void assertStaysOutside(PekkoSite member, PekkoSite stranger) {
    TestSite.awaitWhole(1, member);
    TestSite.within(20)
        .during(LONGER_THAN_ADMISSION)
        .untilAsserted(
            () -> {
              assertThat(member.view().members()).hasSize(1);
              assertThat(stranger.view().state()).isEqualTo(SiteView.State.JOINING);
            });
  }

  private PekkoSite startStranger(SiteSettings settings) {
    return site.start(1, settings, TestClock.right(), LocalInference.none());
  }

  @Test
  void aNodeOfAnotherAuthorityIsNotAdmitted() throws IOException {
    PekkoSite member = site.start(0, LocalInference.none());
    List<SiteSettings.HostPort> onlyTheMember = site.addresses().subList(0, 1);

    PekkoSite stranger = startStranger(site.settings(1, TestSite.authority(), onlyTheMember));

    assertStaysOutside(member, stranger);
  }

  @Test
  void aNodeThatTrustsThisSiteButIsNotOfItIsNotAdmitted() throws IOException {
    PekkoSite member = site.start(0, LocalInference.none());
    SiteSettings other = site.settings(1, TestSite.authority(), site.addresses().subList(0, 1));
    site.commonAuthority()
        .writeTrustStore(other.keys().trustStore(), TestSite.PASSWORD.toCharArray());

    assertStaysOutside(member, startStranger(other));
  }

  @Test
  void aNodeOfAnotherSiteIsNotAdmitted() throws IOException {
    PekkoSite member = site.start(0, LocalInference.none());
    SiteSettings mine = site.settings(1, site.commonAuthority(), site.addresses().subList(0, 1));
    SiteSettings other =
        new SiteSettings(
            "another-site",
            mine.self(),
            mine.bindHost(),
            mine.seeds(),
            mine.keys(),
            mine.limits(),
            mine.timing(),
            mine.threads());

    assertStaysOutside(member, startStranger(other));
  }

  @Test
  void whoShowsNoCertificateIsCutOff() throws Exception {
    PekkoSite member = site.start(0, LocalInference.none());
    TestSite.awaitWhole(1, member);
    SSLContext trustsAll = SSLContext.getInstance("TLSv1.3");
    trustsAll.init(null, new TrustManager[] {new TrustsAll()}, null);

    try (Socket plain =
            new Socket(InetAddress.getLoopbackAddress(), site.addresses().get(0).port());
        SSLSocket socket =
            (SSLSocket)
                trustsAll
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
      // In TLS 1.3 the client hears of the refusal when it reads.
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getInputStream().read();
              })
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("certificate");
    }
  }

  @Test
  void aNodeThatBootsIn1970FindsItsNeighbours() throws IOException {
    PekkoSite member = site.start(0, LocalInference.none());
    PekkoSite unset =
        site.start(
            1, site.settings(1), new TestClock(0, ClockQuality.LOWER_BOUND), LocalInference.none());

    TestSite.awaitWhole(2, member, unset);
  }

  @Test
  void theCertificateOfAnotherNodeIsAnErrorAtTheStart() throws IOException {
    SiteSettings settings = site.settings(0);
    site.commonAuthority()
        .issueNode(
            TestSite.node(1),
            List.of("127.0.0.1"),
            Validity.from(Instant.now(), Duration.ofDays(1)))
        .writeKeyStore(settings.keys().keyStore(), TestSite.PASSWORD.toCharArray());

    assertThatThrownBy(() -> site.start(0, settings, TestClock.right(), LocalInference.none()))
        .isInstanceOf(SiteException.class)
        .hasMessageContaining("ebbmesh.node.site.key-store")
        .hasMessageContaining("urn:ebbmesh:node:node-1");
  }

  @Test
  void aPortInUseIsAnErrorAtTheStartThatNamesTheSetting() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(site.addresses().get(0).port(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> site.start(0, LocalInference.none()))
          .isInstanceOf(SiteException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("ebbmesh.node.site.port");
    }
  }
}
