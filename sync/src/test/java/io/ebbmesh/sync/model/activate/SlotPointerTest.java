package io.ebbmesh.sync.model.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SlotPointerTest {

  private static final String GOLDEN =
      "01" + "0000000000000007" + "0000000000000007" + "0000000000000005";

  @Test
  void theKeptFormStaysReadable() throws Exception {
    SlotPointer pointer = new SlotPointer(7, 7, 5);
    assertThat(HexFormat.of().formatHex(pointer.encode())).isEqualTo(GOLDEN);
    assertThat(SlotPointer.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(pointer);
  }

  @Test
  void aNewerFormIsNotGuessedAt() {
    byte[] newer = HexFormat.of().parseHex("02" + GOLDEN.substring(2));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> SlotPointer.decode(newer));
  }

  @Test
  void theFloorNeverFalls() {
    SlotPointer seventh = new SlotPointer(5, 5, 4).activated(7, 5);
    assertThat(seventh).isEqualTo(new SlotPointer(7, 7, 5));
    assertThat(seventh.activated(6, 7).floor()).isEqualTo(7);
  }

  @Test
  void activatingWhatServesKeepsThePrevious() {
    assertThat(new SlotPointer(7, 7, 5).activated(7, 7)).isEqualTo(new SlotPointer(7, 7, 5));
  }

  @Test
  void whatServedInsteadOfADamagedReleaseBecomesThePrevious() {
    assertThat(new SlotPointer(7, 7, 5).activated(7, 5)).isEqualTo(new SlotPointer(7, 7, 5));
  }
}
