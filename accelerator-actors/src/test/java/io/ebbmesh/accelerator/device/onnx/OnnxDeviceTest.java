package io.ebbmesh.accelerator.device.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.DeviceSession;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxDeviceTest {

  private final OnnxDevice device = new OnnxDevice(new OnnxOptions(1, false, true, null));
  @TempDir Path directory;

  @Test
  void runsOneItemAndGivesItsOutput() throws Exception {
    try (DeviceSession session = device.open(adder())) {
      assertThat(output(session.run(List.of(item(1, 2, 3))), 0, "y").floats())
          .containsExactly(11, 12, 13);
    }
  }

  @Test
  void runsABatchAndGivesEachItemItsOwnOutput() throws Exception {
    try (DeviceSession session = device.open(adder())) {
      List<Map<String, Tensor>> outputs =
          session.run(List.of(item(1, 2, 3), item(4, 5, 6), item(7, 8, 9)));

      assertThat(outputs).hasSize(3);
      assertThat(output(outputs, 1, "y").floats()).containsExactly(14, 15, 16);
      assertThat(output(outputs, 1, "y").shape()).containsExactly(3);
      assertThat(output(outputs, 2, "y").floats()).containsExactly(17, 18, 19);
    }
  }

  @Test
  void keepsOutputsAfterTheNextRunAndAfterClosing() throws Exception {
    DeviceSession session = device.open(adder());
    Tensor first = output(session.run(List.of(item(1, 2, 3), item(4, 5, 6))), 1, "y");
    session.run(List.of(item(7, 7, 7), item(7, 7, 7)));
    session.close();

    assertThat(first.floats()).containsExactly(14, 15, 16);
  }

  @Test
  void takesItemsInHeapMemory() throws Exception {
    ByteBuffer heap = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    heap.asFloatBuffer().put(new float[] {1, 2, 3});
    Tensor tensor = new Tensor(ElementType.FLOAT32, new long[] {3}, heap);
    try (DeviceSession session = device.open(adder())) {
      assertThat(output(session.run(List.of(Map.of("x", tensor))), 0, "y").floats())
          .containsExactly(11, 12, 13);
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void carriesEveryElementType(ElementType type) throws Exception {
    Path file =
        new TinyOnnx()
            .input("in", type, "batch", 5)
            .output("out", type, "batch", 5)
            .node("Identity", "out", "in")
            .write(directory.resolve("identity.onnx"));
    try (DeviceSession session = device.open(file)) {
      List<Map<String, Tensor>> outputs =
          session.run(List.of(Map.of("in", counting(type, 1)), Map.of("in", counting(type, 100))));

      assertThat(session.signature().inputs().get(0).type()).isEqualTo(type);
      assertThat(output(outputs, 0, "out").data()).isEqualTo(counting(type, 1).data());
      assertThat(output(outputs, 1, "out").data()).isEqualTo(counting(type, 100).data());
    }
  }

  @Test
  void detectsABatchDimension() throws Exception {
    try (DeviceSession session = device.open(adder())) {
      assertThat(session.signature().batched()).isTrue();
      assertThat(session.signature().inputs().get(0).shape()).containsExactly(3);
      assertThat(session.signature().outputs().get(0).name()).isEqualTo("y");
    }
  }

  @Test
  void aModelWithFixedDimensionsTakesOneItemOfItsWholeShape() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", ElementType.FLOAT32, 1, 3)
            .output("y", ElementType.FLOAT32, 1, 3)
            .node("Neg", "y", "x")
            .write(directory.resolve("fixed.onnx"));
    Map<String, Tensor> item = Map.of("x", Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3));
    try (DeviceSession session = device.open(file)) {
      assertThat(session.signature().batched()).isFalse();
      assertThat(output(session.run(List.of(item)), 0, "y").shape()).containsExactly(1, 3);
      assertThat(reason(session, item, item)).isEqualTo(Reason.BAD_INPUT);
    }
  }

  @Test
  void inputsWhoseFirstDimensionsHaveDifferentNamesAreNoBatch() throws Exception {
    Path file =
        new TinyOnnx()
            .input("a", ElementType.FLOAT32, "time", 3)
            .input("b", ElementType.FLOAT32, "channel", 3)
            .output("y", ElementType.FLOAT32, "any", 3)
            .node("Add", "y", "a", "b")
            .write(directory.resolve("two.onnx"));
    try (DeviceSession session = device.open(file)) {
      assertThat(session.signature().batched()).isFalse();
      assertThat(session.signature().inputs().get(0).shape()).containsExactly(-1, 3);
    }
  }

  @Test
  void anItemThatDoesNotFitIsRefusedByNameAndTheSessionGoesOn() throws Exception {
    try (DeviceSession session = device.open(adder())) {
      assertThatThrownBy(() -> session.run(List.of(item(1, 2))))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("adder.onnx")
          .hasMessageContaining("input 'x' takes FLOAT32[3], not FLOAT32[2]");
      assertThatThrownBy(() -> session.run(List.of(Map.of("x", counting(ElementType.INT32, 1)))))
          .hasMessageContaining("not INT32[5]");
      assertThatThrownBy(
              () -> session.run(List.of(Map.of("z", Tensor.ofFloats(new long[] {3}, 1, 2, 3)))))
          .hasMessageContaining("input 'x' of FLOAT32[3] is missing; got [z]");
      assertThat(reason(session)).isEqualTo(Reason.BAD_INPUT);
      assertThat(session.run(List.of(item(1, 2, 3)))).hasSize(1);
    }
  }

  @Test
  void shapesThatOnlyTheGraphRefusesAreBadInputToo() throws Exception {
    Path file =
        new TinyOnnx()
            .input("a", ElementType.FLOAT32, "batch", "n")
            .input("b", ElementType.FLOAT32, "batch", "n")
            .output("y", ElementType.FLOAT32, "batch", "n")
            .node("Add", "y", "a", "b")
            .write(directory.resolve("sum.onnx"));
    Tensor two = Tensor.ofFloats(new long[] {2}, 1, 2);
    Tensor three = Tensor.ofFloats(new long[] {3}, 1, 2, 3);
    try (DeviceSession session = device.open(file)) {
      assertThat(reason(session, Map.of("a", two, "b", three))).isEqualTo(Reason.BAD_INPUT);
      assertThat(reason(session, Map.of("a", two, "b", two), Map.of("a", three, "b", three)))
          .isEqualTo(Reason.BAD_INPUT);
      assertThat(output(session.run(List.of(Map.of("a", two, "b", two))), 0, "y").floats())
          .containsExactly(2, 4);
    }
  }

  @Test
  void aDamagedFileIsABadModelWithTheRemedy() throws Exception {
    Path file = adder();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    DeviceException refused = catchThrowableOfType(DeviceException.class, () -> device.open(file));

    assertThat(refused.reason()).isEqualTo(Reason.BAD_MODEL);
    assertThat(refused).hasMessageContaining("adder.onnx").hasMessageContaining("fetch the file");
  }

  @Test
  void filesThatAreNoModelAreBadModels() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty.onnx"));
    Path text = Files.writeString(directory.resolve("text.onnx"), "this is no model");
    for (Path file : List.of(empty, text, directory.resolve("absent.onnx"), directory)) {
      DeviceException refused =
          catchThrowableOfType(DeviceException.class, () -> device.open(file));
      assertThat(refused.reason()).isEqualTo(Reason.BAD_MODEL);
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }

  @Test
  void anElementTypeThatTensorsCannotCarryIsABadModel() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", TinyOnnx.FLOAT16, "batch", 3)
            .output("y", TinyOnnx.FLOAT16, "batch", 3)
            .node("Identity", "y", "x")
            .write(directory.resolve("half.onnx"));
    assertThatThrownBy(() -> device.open(file))
        .hasMessageContaining("'x'")
        .hasMessageContaining("FLOAT16")
        .hasMessageContaining("export the model with");
  }

  @Test
  void aModelThatLosesItsBatchIsFoundOut() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", ElementType.FLOAT32, "batch", 3)
            .output("y", ElementType.FLOAT32, "any")
            .node("Unique", "y", "x")
            .write(directory.resolve("lost.onnx"));
    try (DeviceSession session = device.open(file)) {
      assertThat(session.signature().batched()).isTrue();
      assertThat(reason(session, item(1, 2, 3), item(1, 2, 3))).isEqualTo(Reason.BAD_MODEL);
    }
  }

  @Test
  void aClosedSessionSaysSo() throws Exception {
    DeviceSession session = device.open(adder());
    session.close();
    session.close();
    assertThat(reason(session, item(1, 2, 3))).isEqualTo(Reason.FAILED);
  }

  private Path adder() throws IOException {
    return TinyOnnx.adder(directory, "adder.onnx", 3, 10);
  }

  @SafeVarargs
  private static Reason reason(DeviceSession session, Map<String, Tensor>... items) {
    return catchThrowableOfType(DeviceException.class, () -> session.run(List.of(items))).reason();
  }

  private static Tensor output(List<Map<String, Tensor>> outputs, int item, String name) {
    return Objects.requireNonNull(outputs.get(item).get(name));
  }

  private static Map<String, Tensor> item(float... values) {
    return Map.of("x", Tensor.ofFloats(new long[] {values.length}, values));
  }

  private static Tensor counting(ElementType type, int from) {
    ByteBuffer data = ByteBuffer.allocateDirect(5 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < from + 5; i++) {
      switch (type) {
        case FLOAT32 -> data.putFloat(i);
        case FLOAT64 -> data.putDouble(i);
        case INT8, UINT8 -> data.put((byte) i);
        case INT32 -> data.putInt(i);
        case INT64 -> data.putLong(i);
      }
    }
    return new Tensor(type, new long[] {5}, data.flip());
  }
}
