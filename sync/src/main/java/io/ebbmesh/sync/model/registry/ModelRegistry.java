package io.ebbmesh.sync.model.registry;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.ManifestCodec;
import io.ebbmesh.protocol.model.ManifestSigner;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's durable releases. All calls block and may be made from any thread.
 *
 * <pre>
 * releases/MODEL@RELEASE.a, .b    signed manifest
 * files/DIGEST                    model file
 * </pre>
 *
 * A file is durable before the manifest that names it. A release number is never given twice, even
 * if its manifest is damaged.
 */
public final class ModelRegistry {

  private static final Logger log = LoggerFactory.getLogger(ModelRegistry.class);
  private static final String RELEASES = "releases";
  private static final String FILES = "files";
  private static final String PART = FILES + "/publication.part";

  /** Leaves room for signatures and keys in the one frame that carries all manifests. */
  private static final int MAX_WISH_BYTES = SessionLimits.MAX_FRAME_BYTES - 64 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final Storage storage;
  private final ManifestSigner signer;
  private final int chunkBytes;
  private final Object publishing = new Object();
  private final Map<String, Long> numbers = new TreeMap<>();
  private final Map<String, SignedManifest> newest = new TreeMap<>();
  private final Map<String, Integer> chunkBytesByFile = new TreeMap<>();
  private long revision;

  private ModelRegistry(Storage storage, ManifestSigner signer, int chunkBytes) {
    this.storage = storage;
    this.signer = signer;
    this.chunkBytes = chunkBytes;
  }

  /**
   * Reads what is there.
   *
   * @param chunkBytes length of the chunks of newly published files
   */
  public static ModelRegistry open(Storage storage, ManifestSigner signer, int chunkBytes)
      throws IOException {
    if (chunkBytes < 1 || chunkBytes > SessionLimits.MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "chunk-bytes must be 1 to " + SessionLimits.MAX_CHUNK_BYTES + ", not " + chunkBytes);
    }
    ModelRegistry registry = new ModelRegistry(storage, signer, chunkBytes);
    registry.load();
    return registry;
  }

  private synchronized void load() throws IOException {
    storage.createDirectories(RELEASES);
    storage.createDirectories(FILES);
    for (String file : storage.list(RELEASES)) {
      int at = file.indexOf('@');
      int dot = file.indexOf('.', at);
      if (at < 0 || dot < 0) {
        continue;
      }
      String model = file.substring(0, at);
      long number = Long.parseLong(file.substring(at + 1, dot));
      numbers.merge(model, number, Math::max);
      if (file.endsWith(".a") || (file.endsWith(".b") && !newest.containsKey(model))) {
        load(new ModelRelease(model, number));
      }
    }
    numbers.values().forEach(number -> revision += number);
  }

  private void load(ModelRelease release) throws IOException {
    try {
      byte[] bytes = manifest(release).readAndRepair();
      if (bytes != null) {
        remember(release, ManifestCodec.decodeSigned(bytes));
      }
    } catch (TwoCopyFile.DamagedException | FrameException e) {
      log.error("the manifest of {} cannot be read; publish the model again", release, e);
    }
  }

  private void remember(ModelRelease release, SignedManifest signed) throws FrameException {
    ModelManifest manifest = ManifestCodec.decode(signed.manifest());
    for (Variant variant : manifest.variants()) {
      chunkBytesByFile.put(variant.digest().toString(), variant.chunkBytes());
    }
    SignedManifest known = newest.get(release.model());
    if (known == null
        || ManifestCodec.decode(known.manifest()).release().release() < release.release()) {
      newest.put(release.model(), signed);
    }
  }

  /** Whether a release of the model was ever published here. */
  public synchronized boolean has(String model) {
    return numbers.containsKey(model);
  }

  /** The newest release of every model. */
  public synchronized Frame.Wish wish() {
    return new Frame.Wish(revision, new ArrayList<>(newest.values()));
  }

  /**
   * Takes a copy of the files, signs and keeps the manifest; durable when this returns.
   *
   * @return the release, with the next number of its model
   * @throws IOException with a message for the operator
   */
  public ModelRelease publish(Publication publication) throws IOException {
    // Not this object's lock: copying a file takes long, and sessions ask for the wish meanwhile.
    synchronized (publishing) {
      return publishAlone(publication);
    }
  }

  private ModelRelease publishAlone(Publication publication) throws IOException {
    if (publication.variants().isEmpty() || publication.golden().isEmpty()) {
      throw new IOException(
          "model '"
              + publication.model()
              + "' needs at least one file and one golden input with its output");
    }
    boolean isNew = !numbers.containsKey(publication.model());
    if (isNew && numbers.size() >= SessionLimits.MAX_MANIFESTS) {
      throw new IOException(
          "the registry holds "
              + numbers.size()
              + " models, and a wish carries no more; publish under an existing name");
    }
    ModelRelease release =
        new ModelRelease(publication.model(), numbers.getOrDefault(publication.model(), 0L) + 1);
    List<Variant> variants = new ArrayList<>();
    for (Publication.VariantFile file : publication.variants()) {
      variants.add(take(file));
    }
    SignedManifest signed = sign(release, variants, publication);
    checkWishFits(release, signed);
    manifest(release).write(ManifestCodec.encodeSigned(signed));
    try {
      synchronized (this) {
        numbers.put(release.model(), release.release());
        revision++;
        remember(release, signed);
      }
    } catch (FrameException e) {
      throw new IOException("the manifest just signed cannot be read: " + e.getMessage(), e);
    }
    return release;
  }

  private SignedManifest sign(ModelRelease release, List<Variant> variants, Publication publication)
      throws IOException {
    ModelManifest manifest =
        new ModelManifest(
            release, variants, new TreeMap<>(publication.parameters()), publication.golden());
    try {
      return signer.sign(ManifestCodec.encode(manifest));
    } catch (IllegalArgumentException e) {
      throw new IOException(release + " cannot be published: " + e.getMessage(), e);
    }
  }

  private synchronized void checkWishFits(ModelRelease release, SignedManifest signed)
      throws IOException {
    long bytes = signed.manifest().length;
    for (Map.Entry<String, SignedManifest> entry : newest.entrySet()) {
      if (!entry.getKey().equals(release.model())) {
        bytes += entry.getValue().manifest().length;
      }
    }
    if (bytes > MAX_WISH_BYTES) {
      throw new IOException(
          "the manifests of all models would have "
              + bytes
              + " bytes, a wish carries "
              + MAX_WISH_BYTES
              + "; publish fewer or smaller golden inputs");
    }
  }

  /** Copies a file in under its digest. */
  private Variant take(Publication.VariantFile source) throws IOException {
    MessageDigest whole = Digest.sha256();
    List<Digest> chunks = new ArrayList<>();
    long size = 0;
    storage.unlink(PART);
    try (InputStream in = Files.newInputStream(source.file());
        StorageFile part = storage.create(PART, 0)) {
      for (byte[] chunk = in.readNBytes(chunkBytes);
          chunk.length > 0;
          chunk = in.readNBytes(chunkBytes)) {
        whole.update(chunk);
        chunks.add(Digest.of(chunk));
        part.write(size, ByteBuffer.wrap(chunk));
        size += chunk.length;
      }
      part.sync();
    } catch (NoSuchFileException e) {
      throw new IOException("the model file " + source.file() + " does not exist", e);
    }
    if (size == 0) {
      throw new IOException("the model file " + source.file() + " is empty");
    }
    Digest digest = Digest.ofBytes(whole.digest());
    storage.rename(PART, FILES + "/" + digest);
    storage.syncDirectory(FILES);
    return new Variant(source.accelerator(), source.format(), size, digest, chunkBytes, chunks);
  }

  /** One chunk of a published file; empty if there is no such chunk, or it cannot be read. */
  public byte[] chunk(Digest file, int number) {
    Integer length = chunkLength(file);
    if (length == null || number < 0) {
      return NOTHING;
    }
    try (StorageFile opened = storage.open(FILES + "/" + file)) {
      long position = (long) number * length;
      long rest = opened.size() - position;
      if (rest <= 0) {
        return NOTHING;
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, rest));
      int read = opened.read(position, bytes);
      return read == bytes.capacity() ? bytes.array() : NOTHING;
    } catch (IOException e) {
      log.warn("chunk {} of {} cannot be read: {}", number, file, e.getMessage());
      return NOTHING;
    }
  }

  private synchronized @Nullable Integer chunkLength(Digest file) {
    return chunkBytesByFile.get(file.toString());
  }

  private TwoCopyFile manifest(ModelRelease release) {
    return new TwoCopyFile(storage, RELEASES + "/" + release);
  }
}
