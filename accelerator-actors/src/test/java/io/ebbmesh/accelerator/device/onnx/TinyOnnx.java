package io.ebbmesh.accelerator.device.onnx;

import io.ebbmesh.protocol.reading.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small ONNX files: the protobuf of onnx.proto, by hand. */
public final class TinyOnnx {

  /** onnx.proto's code of an element type that tensors here cannot carry. */
  public static final int FLOAT16 = 10;

  private static final int FLOAT32 = 1;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /** A model {@code y = x + addend} on float32 of shape [batch, width]. */
  public static Path adder(Path directory, String name, int width, float addend)
      throws IOException {
    return new TinyOnnx()
        .input("x", ElementType.FLOAT32, "batch", width)
        .output("y", ElementType.FLOAT32, "batch", width)
        .constant("addend", addend)
        .node("Add", "y", "x", "addend")
        .write(directory.resolve(name));
  }

  /** A named dimension is free, a number is fixed. */
  public TinyOnnx input(String name, ElementType type, Object... dimensions) {
    return input(name, code(type), dimensions);
  }

  public TinyOnnx input(String name, int typeCode, Object... dimensions) {
    bytes(graph, 11, valueInfo(name, typeCode, dimensions));
    return this;
  }

  public TinyOnnx output(String name, ElementType type, Object... dimensions) {
    bytes(graph, 12, valueInfo(name, code(type), dimensions));
    return this;
  }

  public TinyOnnx output(String name, int typeCode, Object... dimensions) {
    bytes(graph, 12, valueInfo(name, typeCode, dimensions));
    return this;
  }

  public TinyOnnx constant(String name, float value) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, 1);
    number(tensor, 2, FLOAT32);
    text(tensor, 8, name);
    bytes(tensor, 9, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    bytes(graph, 5, tensor.toByteArray());
    return this;
  }

  public TinyOnnx node(String operator, String output, String... inputs) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (String input : inputs) {
      text(node, 1, input);
    }
    text(node, 2, output);
    text(node, 4, operator);
    bytes(graph, 1, node.toByteArray());
    return this;
  }

  public Path write(Path file) throws IOException {
    ByteArrayOutputStream operators = new ByteArrayOutputStream();
    number(operators, 2, 13);
    text(graph, 2, "tiny");
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, 8);
    bytes(model, 7, graph.toByteArray());
    bytes(model, 8, operators.toByteArray());
    return Files.write(file, model.toByteArray());
  }

  private static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> FLOAT32;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT32 -> 6;
      case INT64 -> 7;
      case FLOAT64 -> 11;
    };
  }

  private static byte[] valueInfo(String name, int typeCode, Object... dimensions) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (Object extent : dimensions) {
      ByteArrayOutputStream dimension = new ByteArrayOutputStream();
      if (extent instanceof Integer value) {
        number(dimension, 1, value);
      } else {
        text(dimension, 2, extent.toString());
      }
      bytes(shape, 1, dimension.toByteArray());
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, typeCode);
    bytes(tensor, 2, shape.toByteArray());
    ByteArrayOutputStream type = new ByteArrayOutputStream();
    bytes(type, 1, tensor.toByteArray());
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    text(info, 1, name);
    bytes(info, 2, type.toByteArray());
    return info.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, int field, String value) {
    bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, (long) field << 3 | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
