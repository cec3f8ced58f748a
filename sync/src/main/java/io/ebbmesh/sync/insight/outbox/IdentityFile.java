package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link StoreIdentity} of an outbox, in two copies.
 *
 * <p>Payload, big-endian: uint8 version (1), incarnation (16 bytes), uint16 epochs, each: int64 id,
 * uint8 lanes, each: uint8 code, int64 first sequence number.
 */
final class IdentityFile {

  static final String PATH = "outbox/identity";

  private static final int VERSION = 1;

  private final Storage storage;
  private final TwoCopyFile file;

  IdentityFile(Storage storage) {
    this.storage = storage;
    this.file = new TwoCopyFile(storage, PATH);
  }

  /**
   * What an outbox starts with.
   *
   * @param problem what became of an identity that could not be read; null if nothing did
   */
  record Found(StoreIdentity identity, @Nullable String problem) {}

  /**
   * Reads the identity and draws a new one if there is none. One that cannot be read is set aside:
   * the outbox goes on as a new incarnation.
   *
   * @throws IOException if a newer program wrote it, or the storage fails
   */
  Found open(Chance chance) throws IOException {
    storage.createDirectories("outbox");
    try {
      byte[] payload = file.readAndRepair();
      return new Found(payload == null ? draw(chance) : decode(payload), null);
    } catch (TwoCopyFile.DamagedException e) {
      String suffix = ".damaged-" + Long.toHexString(chance.nextLong());
      file.setAside(suffix);
      StoreIdentity drawn = draw(chance);
      return new Found(
          drawn,
          e.getMessage()
              + ": set aside as *"
              + suffix
              + "; the outbox goes on as the new incarnation "
              + drawn.incarnation());
    }
  }

  /** Reads the identity and changes nothing; null if there is none. */
  @Nullable StoreIdentity read() throws IOException {
    byte[] payload = file.read();
    return payload == null ? null : decode(payload);
  }

  /** Durable when this returns. */
  void write(StoreIdentity identity) throws IOException {
    file.write(encode(identity));
  }

  private static StoreIdentity draw(Chance chance) {
    return new StoreIdentity(new Incarnation(chance.nextId()), new Lineage(List.of()));
  }

  private static byte[] encode(StoreIdentity identity) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(VERSION);
    out.writeLong(identity.incarnation().id().getMostSignificantBits());
    out.writeLong(identity.incarnation().id().getLeastSignificantBits());
    out.writeShort(identity.lineage().epochs().size());
    for (Epoch epoch : identity.lineage().epochs()) {
      out.writeLong(epoch.id());
      out.writeByte(epoch.firstSeqs().size());
      for (Map.Entry<Lane, Long> first : epoch.firstSeqs().entrySet()) {
        out.writeByte(first.getKey().code());
        out.writeLong(first.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static StoreIdentity decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          PATH + " has version " + version + ", written by a newer program: start that one");
    }
    Incarnation incarnation = new Incarnation(new UUID(in.readLong(), in.readLong()));
    int count = in.readUnsignedShort();
    List<Epoch> epochs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long id = in.readLong();
      Map<Lane, Long> firsts = new TreeMap<>();
      for (int lanes = in.readUnsignedByte(); lanes > 0; lanes--) {
        firsts.put(Lane.ofCode(in.readUnsignedByte()), in.readLong());
      }
      epochs.add(new Epoch(id, firsts));
    }
    return new StoreIdentity(incarnation, new Lineage(epochs));
  }
}
