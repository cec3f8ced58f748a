package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
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
 * <p>Payload, big-endian: uint8 version, incarnation (16 bytes), uint16 epochs, each: int64 id,
 * uint8 lanes, each: uint8 code, int64 first sequence number. Version 2 goes on: uint8 ancestors,
 * the nearest first, each: incarnation (16 bytes), uint8 lanes, each: uint8 code, int64 fork point.
 * A store that never parted from another one is written as version 1, which older programs read.
 *
 * <p>Each opening adds to it before anything else is written, also on a full disk: beside it lies
 * {@value #ROOM}, zeros that give way then.
 */
final class IdentityFile {

  static final String PATH = "outbox/identity";

  /** As large as the disk takes, up to {@value #MAX_ROOM_BYTES} bytes. */
  static final String ROOM = "outbox/identity.free";

  private static final int MAX_ROOM_BYTES = 16 * 1024;
  private static final int MIN_ROOM_BYTES = 256;

  private static final int WITHOUT_ANCESTORS = 1;
  private static final int WITH_ANCESTORS = 2;

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
    byte[] payload = encode(identity);
    try {
      file.write(payload);
    } catch (IOException e) {
      if (!storage.exists(ROOM)) {
        throw e;
      }
      storage.unlink(ROOM);
      storage.syncDirectory("outbox");
      file.write(payload);
    }
    keepRoom();
  }

  private void keepRoom() throws IOException {
    if (storage.exists(ROOM)) {
      try (StorageFile room = storage.open(ROOM)) {
        if (room.size() >= MAX_ROOM_BYTES) {
          return;
        }
      }
      storage.unlink(ROOM);
    }
    for (int bytes = MAX_ROOM_BYTES; bytes >= MIN_ROOM_BYTES; bytes /= 2) {
      try {
        storage.create(ROOM, bytes).close();
        return;
      } catch (IOException e) {
        // The disk is full: less of it may do until it is not.
        storage.unlink(ROOM);
      }
    }
  }

  private static StoreIdentity draw(Chance chance) {
    return new StoreIdentity(new Incarnation(chance.nextId()), new Lineage(List.of()));
  }

  private static byte[] encode(StoreIdentity identity) throws IOException {
    List<Ancestor> ancestors = identity.ancestry().ancestors();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(ancestors.isEmpty() ? WITHOUT_ANCESTORS : WITH_ANCESTORS);
    encode(identity.incarnation(), out);
    out.writeShort(identity.lineage().epochs().size());
    for (Epoch epoch : identity.lineage().epochs()) {
      out.writeLong(epoch.id());
      encode(epoch.firstSeqs(), out);
    }
    if (!ancestors.isEmpty()) {
      out.writeByte(ancestors.size());
      for (Ancestor ancestor : ancestors) {
        encode(ancestor.incarnation(), out);
        encode(ancestor.forkPoints(), out);
      }
    }
    return bytes.toByteArray();
  }

  private static void encode(Incarnation incarnation, DataOutputStream out) throws IOException {
    out.writeLong(incarnation.id().getMostSignificantBits());
    out.writeLong(incarnation.id().getLeastSignificantBits());
  }

  private static void encode(Map<Lane, Long> seqs, DataOutputStream out) throws IOException {
    out.writeByte(seqs.size());
    for (Map.Entry<Lane, Long> seq : seqs.entrySet()) {
      out.writeByte(seq.getKey().code());
      out.writeLong(seq.getValue());
    }
  }

  private static StoreIdentity decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    int version = in.readUnsignedByte();
    if (version != WITHOUT_ANCESTORS && version != WITH_ANCESTORS) {
      throw new IOException(
          PATH + " has version " + version + ", written by a newer program: start that one");
    }
    Incarnation incarnation = decodeIncarnation(in);
    int count = in.readUnsignedShort();
    List<Epoch> epochs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      epochs.add(new Epoch(in.readLong(), decodeSeqs(in)));
    }
    List<Ancestor> ancestors = new ArrayList<>();
    for (int left = version == WITH_ANCESTORS ? in.readUnsignedByte() : 0; left > 0; left--) {
      ancestors.add(new Ancestor(decodeIncarnation(in), decodeSeqs(in)));
    }
    return new StoreIdentity(incarnation, new Lineage(epochs), new Ancestry(ancestors));
  }

  private static Incarnation decodeIncarnation(DataInputStream in) throws IOException {
    return new Incarnation(new UUID(in.readLong(), in.readLong()));
  }

  private static Map<Lane, Long> decodeSeqs(DataInputStream in) throws IOException {
    Map<Lane, Long> seqs = new TreeMap<>();
    for (int lanes = in.readUnsignedByte(); lanes > 0; lanes--) {
      seqs.put(Lane.ofCode(in.readUnsignedByte()), in.readLong());
    }
    return seqs;
  }
}
