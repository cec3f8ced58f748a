package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps which blocks the hub said that it reads, in two copies, for the time in which no hub is
 * heard.
 *
 * <p>Payload, big-endian: uint8 version (1), uint16 newest block format, uint16 dictionaries, each:
 * int32 number.
 */
final class HubReadsFile {

  static final String PATH = "outbox/hub-reads";

  private static final int VERSION = 1;
  private static final int LARGEST = 0xFFFF;

  private final TwoCopyFile file;

  /**
   * @param storage in which the folder of the path exists already
   */
  HubReadsFile(Storage storage) {
    this.file = new TwoCopyFile(storage, PATH);
  }

  /**
   * What the hub said last; {@link BlockSupport#FIRST} if none was heard or a newer program wrote
   * it, in a form that is not known here.
   *
   * @throws IOException if it cannot be read: {@link BlockSupport#FIRST} is right then too
   */
  BlockSupport read() throws IOException {
    byte[] payload = file.readAndRepair();
    if (payload == null) {
      return BlockSupport.FIRST;
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    if (in.readUnsignedByte() != VERSION) {
      return BlockSupport.FIRST;
    }
    int maxVersion = in.readUnsignedShort();
    int count = in.readUnsignedShort();
    List<Integer> dictionaries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dictionaries.add(in.readInt());
    }
    return new BlockSupport(maxVersion, dictionaries);
  }

  /** Durable when this returns. */
  void write(BlockSupport reads) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(VERSION);
    out.writeShort(Math.min(LARGEST, reads.maxVersion()));
    out.writeShort(reads.dictionaries().size());
    for (int dictionary : reads.dictionaries()) {
      out.writeInt(dictionary);
    }
    file.write(bytes.toByteArray());
  }
}
