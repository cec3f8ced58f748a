package io.ebbmesh.node.ingress.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CsvFileTest {

  private static final String HEADER = "mote_id,humidity,temperature,label\n";

  @Test
  void rowsBecomeStreamsAndValuesInTheOrderOfTheChannels() throws Exception {
    CsvFile file = open("\uFEFF" + HEADER + "1,43.8,30.2,0\r\n\n2, 44 ,\"31.5\",1");
    CsvRow first = next(file);
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.stream()).isEqualTo("mote-1");
    assertThat(first.values()).containsExactly(30.2, 43.8);
    CsvRow second = next(file);
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.values()).containsExactly(31.5, 44);
    assertThat(second.label()).isEqualTo("1");
    assertThat(file.next()).isNull();
  }

  @Test
  void aBadNumberNamesFileLineColumnAndRemedyAndTheNextRowIsRead() throws Exception {
    CsvFile file = open(HEADER + "1,NaN,30.2,0\n1,,30.2,0\n1,x,30.2,0\n1,44,30.2,0\n");
    for (String shown : new String[] {"NaN", "", "x"}) {
      assertThatThrownBy(file::next)
          .isInstanceOf(CsvException.class)
          .hasMessageContaining("data.csv line ")
          .hasMessageContaining("column 'humidity' is '" + shown + "', not a finite number")
          .hasMessageContaining("correct the value");
    }
    assertThat(next(file).number()).isEqualTo(4);
  }

  @Test
  void aNumberBeyondWhatADeviceTakesIsABadLineAndSoIsAStreamWithControlCharacters()
      throws Exception {
    CsvFile file =
        open(HEADER + "1,44,3.4e38,0\n1,-1e308,30.2,0\n\u001b[2J,44,30.2,0\n1,44,1e30,0\n");
    assertThatThrownBy(file::next)
        .isInstanceOfSatisfying(CsvException.class, e -> assertThat(e.skippable()).isTrue())
        .hasMessage(
            "data.csv line 2: column 'temperature' is '3.4e38', not a number between -1.0E30 and"
                + " 1.0E30; correct the value");
    assertThatThrownBy(file::next).hasMessageContaining("line 3: column 'humidity' is '-1e308'");
    assertThatThrownBy(file::next)
        .hasMessage(
            "data.csv line 4: the stream of column 'mote_id' must have no control characters or"
                + " line ends, but has U+001B at 6");
    assertThat(next(file).number()).isEqualTo(4);
  }

  @Test
  void aShortLineAndAnOpenQuoteAndAnEmptyStreamAreNamed() throws Exception {
    CsvFile file = open(HEADER + "1,2\n1,2,\"3,0\n,44,30.2,0\n");
    assertThatThrownBy(file::next).hasMessageContaining("line 2: has 2 fields, the header has 4");
    assertThatThrownBy(file::next).hasMessageContaining("line 3: a quoted field does not end");
    assertThatThrownBy(file::next).hasMessageContaining("line 4: column 'mote_id' is empty");
  }

  @Test
  void aMissingColumnIsNamedWithThoseThatExist() {
    assertThatThrownBy(() -> open("mote_id,temperature,label\n"))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining("has no column 'humidity'; it has [mote_id, temperature, label]");
    assertThatThrownBy(() -> open("")).hasMessageContaining("has no header line");
  }

  @Test
  void aFileThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> CsvFile.open(Path.of("nowhere.csv"), CsvColumns.ofSensorData()))
        .hasMessageContaining("nowhere.csv does not exist");
  }

  @Test
  void anEndlessLineIsNotReadIntoMemory() throws Exception {
    CsvFile file = open(HEADER + "1".repeat(CsvFile.MAX_LINE_CHARS + 1));
    assertThatThrownBy(file::next)
        .isInstanceOfSatisfying(CsvException.class, e -> assertThat(e.skippable()).isFalse())
        .hasMessageContaining("is longer than 65536 characters");
  }

  private static CsvRow next(CsvFile file) throws IOException, CsvException {
    return Objects.requireNonNull(file.next());
  }

  private static CsvFile open(String text) throws IOException, CsvException {
    return CsvFile.read(
        "data.csv",
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        CsvColumns.ofSensorData());
  }
}
