package io.ebbmesh.node.site;

import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bytes of requests and answers until the protocol has its own. */
final class InterimCodec {
  private InterimCodec() {}

  static byte[] encodeRequest(InferenceRequest r) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF(r.model());
      out.writeLong(r.budgetNanos());
      tensors(out, r.inputs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static InferenceRequest decodeRequest(byte[] b) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(b));
    try {
      String m = in.readUTF();
      long n = in.readLong();
      return new InferenceRequest(m, tensors(in), n);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static byte[] encodeAnswer(InferenceAnswer a) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      if (a instanceof InferenceAnswer.Decided d) {
        out.writeByte(1);
        out.writeLong(d.release());
        out.writeUTF(d.decidedBy());
        tensors(out, d.outputs());
      } else if (a instanceof InferenceAnswer.Failed f) {
        out.writeByte(2);
        out.writeByte(f.reason().code());
        out.writeUTF(f.message());
        out.writeBoolean(f.retryable());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static InferenceAnswer decodeAnswer(byte[] b) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(b));
    try {
      if (in.readByte() == 1) {
        long r = in.readLong();
        String by = in.readUTF();
        return new InferenceAnswer.Decided(r, by, tensors(in));
      }
      InferenceAnswer.Reason reason = InferenceAnswer.Reason.ofCode(in.readByte());
      String m = in.readUTF();
      return new InferenceAnswer.Failed(reason, m, in.readBoolean());
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void tensors(DataOutputStream out, Map<String, Tensor> ts) throws IOException {
    out.writeInt(ts.size());
    for (Map.Entry<String, Tensor> t : ts.entrySet()) {
      out.writeUTF(t.getKey());
      out.writeByte(t.getValue().type().code());
      out.writeInt(t.getValue().shape().length);
      for (long d : t.getValue().shape()) {
        out.writeLong(d);
      }
      byte[] data = new byte[t.getValue().data().remaining()];
      t.getValue().data().duplicate().get(data);
      out.writeInt(data.length);
      out.write(data);
    }
  }

  private static Map<String, Tensor> tensors(DataInputStream in) throws IOException {
    Map<String, Tensor> ts = new LinkedHashMap<>();
    for (int n = in.readInt(); n > 0; n--) {
      String name = in.readUTF();
      ElementType type = ElementType.ofCode(in.readByte());
      long[] shape = new long[in.readInt()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readLong();
      }
      ts.put(name, new Tensor(type, shape, ByteBuffer.wrap(in.readNBytes(in.readInt()))));
    }
    return ts;
  }
}
