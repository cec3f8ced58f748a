package io.ebbmesh.protocol.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void floatsComeBack() {
    Tensor tensor = Tensor.ofFloats(new long[] {2, 2}, 1, 2, 3, -0.5f);

    assertThat(tensor.floats()).containsExactly(1, 2, 3, -0.5f);
    assertThat(tensor.data().remaining()).isEqualTo(16);
  }

  @Test
  void aTensorWithoutDimensionsHasOneElement() {
    assertThat(Tensor.ofFloats(new long[0], 7).floats()).containsExactly(7);
  }

  @Test
  void dataThatDoesNotFitTheShapeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ofFloats(new long[] {3}, 1, 2))
        .withMessageContaining("[3]")
        .withMessageContaining("12");
  }

  @Test
  void shapesThatNoMemoryHoldsAreRefused() {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tensor(ElementType.INT64, new long[] {1L << 61}, nothing));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tensor(ElementType.INT8, new long[] {1L << 33, 1L << 33}, nothing));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tensor(ElementType.INT8, new long[] {-1}, nothing));
  }

  @Test
  void onlyFloatsAreReadAsFloats() {
    Tensor bytes = new Tensor(ElementType.INT8, new long[] {1}, ByteBuffer.allocate(1));
    assertThatIllegalStateException().isThrownBy(bytes::floats).withMessageContaining("INT8");
  }
}
