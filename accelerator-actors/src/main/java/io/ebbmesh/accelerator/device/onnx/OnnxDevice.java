package io.ebbmesh.accelerator.device.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.accelerator.device.DeviceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor, through ONNX Runtime: reads {@code .onnx} files. */
public final class OnnxDevice implements Device {

  private final OnnxOptions options;

  public OnnxDevice(OnnxOptions options) {
    this.options = options;
  }

  @Override
  public String kind() {
    return "cpu";
  }

  /**
   * {@inheritDoc}
   *
   * @throws DeviceException {@code BAD_MODEL} if the file cannot be read, is damaged, needs an
   *     operator that this runtime does not know or has tensors of other element types than {@link
   *     io.ebbmesh.protocol.reading.ElementType}; {@code FAILED} if the runtime itself does not
   *     start
   */
  @Override
  public OnnxSession open(Path file) throws DeviceException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new DeviceException(
          Reason.BAD_MODEL,
          "model file "
              + file
              + " does not exist or cannot be read; check the path and its rights");
    }
    OrtEnvironment environment = environment();
    OrtSession session;
    try (SessionOptions runtimeOptions = runtimeOptions()) {
      session = environment.createSession(file.toString(), runtimeOptions);
    } catch (OrtException e) {
      throw openFailed(file, environment, e);
    }
    try {
      return new OnnxSession(file, environment, session);
    } catch (OrtException e) {
      close(session, e);
      throw openFailed(file, environment, e);
    } catch (DeviceException | RuntimeException e) {
      close(session, e);
      throw e;
    }
  }

  private OrtEnvironment environment() throws DeviceException {
    try {
      Path nativeDir = options.nativeDir();
      if (nativeDir != null) {
        NativeLibraries.use(nativeDir);
      }
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    } catch (LinkageError | IOException | RuntimeException e) {
      throw new DeviceException(
          Reason.FAILED,
          "ONNX Runtime does not start on "
              + System.getProperty("os.name")
              + "/"
              + System.getProperty("os.arch")
              + " ("
              + e
              + "); its native library needs a folder that can be written and may hold executables:"
              + " name one in ebbmesh.accelerator.onnx.native-dir",
          e);
    }
  }

  private SessionOptions runtimeOptions() throws OrtException {
    SessionOptions runtimeOptions = new SessionOptions();
    try {
      // What it would print, its exceptions say as well.
      runtimeOptions.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      runtimeOptions.setIntraOpNumThreads(options.intraOpThreads());
      runtimeOptions.setInterOpNumThreads(1);
      runtimeOptions.setMemoryPatternOptimization(options.memoryPattern());
      runtimeOptions.setCPUArenaAllocator(options.arena());
      // Idle workers of a session would otherwise spin on cores that other sessions need.
      runtimeOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
    } catch (OrtException e) {
      runtimeOptions.close();
      throw e;
    }
    return runtimeOptions;
  }

  private static DeviceException openFailed(
      Path file, OrtEnvironment environment, OrtException cause) {
    return new DeviceException(
        Reason.BAD_MODEL,
        "model file "
            + file
            + " is not a model that ONNX Runtime "
            + environment.getVersion()
            + " can load ("
            + cause.getMessage()
            + "); fetch the file again, or export it for an older operator set",
        cause);
  }

  private static void close(OrtSession session, Exception why) {
    try {
      session.close();
    } catch (OrtException e) {
      why.addSuppressed(e);
    }
  }

  /** Nothing to release: the runtime's environment is shared by the whole process. */
  @Override
  public void close() {}
}
