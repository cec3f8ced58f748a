package io.ebbmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsCheckTest {

  private static final Config DEFAULTS =
      ConfigFactory.parseString(
          """
          ebbmesh {
            link { connect-timeout = 10 s, max-frame = 8 MiB, retries = 3, eager = true }
            names { }
            seeds = []
            id = ""
          }
          """);

  private static List<String> problems(String user) {
    return new SettingsCheck(DEFAULTS).problems(ConfigFactory.parseString(user));
  }

  @Test
  void settingsOfTheDefaultsKindPass() {
    assertThat(
            problems(
                """
                ebbmesh {
                  link { connect-timeout = 250 ms, max-frame = 1 MiB, retries = 5, eager = off }
                  names { anything = 1, goes { here = 2 } }
                  seeds = ["a"]
                  id = gw-1
                }
                pekko.loglevel = DEBUG
                """))
        .isEmpty();
  }

  @Test
  void anUnknownKeyIsNamedWithItsLineAndTheKnownOnes() {
    assertThat(problems("ebbmesh {\n  link { conect-timeout = 1 s }\n}"))
        .singleElement()
        .asString()
        .contains(":2:")
        .contains("'ebbmesh.link.conect-timeout'")
        .contains("connect-timeout, eager, max-frame, retries");
  }

  @Test
  void aRootOutsideEbbmeshIsRefused() {
    assertThat(problems("ebmesh.id = x")).singleElement().asString().contains("'ebmesh'");
  }

  @Test
  void aDurationWithoutUnitIsRefused() {
    assertThat(problems("ebbmesh.link.connect-timeout = 10"))
        .singleElement()
        .asString()
        .contains("'ebbmesh.link.connect-timeout'")
        .contains("needs a unit");
  }

  @Test
  void aDurationWithTheWrongUnitIsRefused() {
    assertThat(problems("ebbmesh.link.connect-timeout = 10 MiB"))
        .singleElement()
        .asString()
        .contains("'ebbmesh.link.connect-timeout'");
  }

  @Test
  void aSizeWithTheWrongUnitIsRefused() {
    assertThat(problems("ebbmesh.link.max-frame = 3 s"))
        .singleElement()
        .asString()
        .contains("'ebbmesh.link.max-frame'");
  }

  @Test
  void aTextWhereANumberBelongsIsRefused() {
    assertThat(problems("ebbmesh.link.retries = many"))
        .singleElement()
        .asString()
        .contains("'ebbmesh.link.retries'")
        .contains("many");
  }

  @Test
  void aValueWhereASectionBelongsIsRefused() {
    assertThat(problems("ebbmesh.link = 3"))
        .singleElement()
        .asString()
        .contains("'ebbmesh.link' must be a section");
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    assertThat(problems("ebbmesh { id = {}, seeds = 3, link.eager = perhaps }")).hasSize(3);
  }
}
