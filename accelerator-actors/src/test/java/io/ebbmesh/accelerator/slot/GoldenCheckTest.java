package io.ebbmesh.accelerator.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import io.ebbmesh.accelerator.device.onnx.OnnxDevice;
import io.ebbmesh.accelerator.device.onnx.OnnxOptions;
import io.ebbmesh.accelerator.device.onnx.TinyOnnx;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.reading.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCheckTest {

  private final OnnxDevice device = new OnnxDevice(new OnnxOptions(1, false, true, null));
  @TempDir Path directory;

  @Test
  void passesWithinTheTolerance() throws Exception {
    check(TinyOnnx.adder(directory, "m.onnx", 2, 10), golden(1, 2, 11.05f, 12, 0.1f));
  }

  @Test
  void namesTheFirstOutputThatIsOff() throws Exception {
    Path file = TinyOnnx.adder(directory, "m.onnx", 2, 10);
    assertThat(refused(file, golden(1, 2, 11, 12, 0), golden(1, 2, 11, 12.5f, 0.1f)))
        .contains("golden input 2 of m@3")
        .contains("output 'y' at 1 is 12.0, not 12.5 within 0.1");
  }

  @Test
  void notANumberIsNeverRight() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", ElementType.FLOAT32, "batch", 2)
            .output("y", ElementType.FLOAT32, "batch", 2)
            .node("Sqrt", "y", "x")
            .write(directory.resolve("root.onnx"));
    assertThat(refused(file, golden(-1, 4, 0, 2, 1000))).contains("NaN");
  }

  @Test
  void aFreeExtentIsTakenFromTheNumberOfValues() throws Exception {
    Path file =
        new TinyOnnx()
            .input("x", ElementType.FLOAT32, "batch", "n")
            .output("y", ElementType.FLOAT32, "batch", "n")
            .node("Neg", "y", "x")
            .write(directory.resolve("neg.onnx"));
    check(file, golden(1, 2, -1, -2, 0));
  }

  @Test
  void inputsThatDoNotFitTheModelAreSaidSo() throws Exception {
    Path file = TinyOnnx.adder(directory, "m.onnx", 3, 10);
    assertThat(refused(file, golden(1, 2, 11, 12, 0)))
        .contains("2 values for input 'x' of FLOAT32[3]");
    Path integers =
        new TinyOnnx()
            .input("x", ElementType.INT64, "batch", 2)
            .output("y", ElementType.INT64, "batch", 2)
            .node("Identity", "y", "x")
            .write(directory.resolve("int.onnx"));
    assertThat(refused(integers, golden(1, 2, 1, 2, 0))).contains("one FLOAT32 input");
  }

  private void check(Path file, Golden... golden) throws DeviceException {
    GoldenCheck.check(device, file, manifest(golden));
  }

  private String refused(Path file, Golden... golden) {
    DeviceException refused =
        catchThrowableOfType(DeviceException.class, () -> check(file, golden));
    assertThat(refused.reason()).isEqualTo(Reason.BAD_MODEL);
    return refused.getMessage();
  }

  private static ModelManifest manifest(Golden... golden) {
    return new ModelManifest(new ModelRelease("m", 3), List.of(), Map.of(), List.of(golden));
  }

  private static Golden golden(float in0, float in1, float out0, float out1, float tolerance) {
    return new Golden(new float[] {in0, in1}, new float[] {out0, out1}, tolerance);
  }
}
