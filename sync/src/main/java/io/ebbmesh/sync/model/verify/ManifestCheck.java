package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.ManifestCodec;
import io.ebbmesh.protocol.model.ManifestProblem;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Judges a signed manifest: signature first, then release number, variant and limits. */
public final class ManifestCheck {

  private final ManifestVerifier verifier;
  private final List<String> kinds;
  private final long maxModelBytes;

  /**
   * @param verifier knows the keys that are trusted
   * @param kinds accelerators of this node, the preferred first
   * @param maxModelBytes largest model file that is fetched
   */
  public ManifestCheck(ManifestVerifier verifier, List<String> kinds, long maxModelBytes) {
    this.verifier = verifier;
    this.kinds = List.copyOf(kinds);
    this.maxModelBytes = maxModelBytes;
  }

  /**
   * @param floor lowest release of a model, by name, that may still serve
   * @throws Rejected with the first thing that is wrong
   */
  public Candidate check(SignedManifest signed, ToLongFunction<String> floor) throws Rejected {
    ModelManifest manifest = open(signed);
    long lowest = floor.applyAsLong(manifest.release().model());
    if (manifest.release().release() < lowest) {
      throw new Rejected(
          Why.LOWER_RELEASE,
          manifest.release() + " is below release " + lowest + ", which served here already");
    }
    Variant variant = variant(manifest);
    if (variant == null) {
      throw new Rejected(
          Why.NO_VARIANT,
          manifest.release()
              + " is for "
              + manifest.variants().stream().map(Variant::accelerator).toList()
              + ", this node has "
              + kinds);
    }
    checkLimits(manifest, variant);
    return new Candidate(signed, manifest, variant);
  }

  /** Not a byte of a manifest is read before its signature was found good. */
  private ModelManifest open(SignedManifest signed) throws Rejected {
    try {
      verifier.verify(signed);
      return ManifestCodec.decode(signed.manifest());
    } catch (ManifestProblem e) {
      Why why =
          e.reason() == ManifestProblem.Reason.UNKNOWN_KEY ? Why.UNKNOWN_KEY : Why.BAD_SIGNATURE;
      throw new Rejected(why, String.valueOf(e.getMessage()), e);
    } catch (FrameException e) {
      throw new Rejected(Why.BAD_MANIFEST, String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable Variant variant(ModelManifest manifest) {
    for (String kind : kinds) {
      for (Variant variant : manifest.variants()) {
        if (variant.accelerator().equals(kind)) {
          return variant;
        }
      }
    }
    return null;
  }

  private void checkLimits(ModelManifest manifest, Variant variant) throws Rejected {
    if (variant.sizeBytes() > maxModelBytes) {
      throw new Rejected(
          Why.TOO_LARGE,
          manifest.release()
              + " has "
              + variant.sizeBytes()
              + " bytes, max-model-bytes is "
              + maxModelBytes);
    }
    boolean chunked =
        variant.sizeBytes() > 0
            && variant.chunkBytes() > 0
            && variant.chunkBytes() <= SessionLimits.MAX_CHUNK_BYTES
            && variant.chunkDigests().size()
                == (variant.sizeBytes() + variant.chunkBytes() - 1) / variant.chunkBytes();
    if (!chunked) {
      throw new Rejected(
          Why.BAD_MANIFEST,
          manifest.release()
              + ": "
              + variant.sizeBytes()
              + " bytes in chunks of "
              + variant.chunkBytes()
              + " do not make "
              + variant.chunkDigests().size()
              + " chunks of at most "
              + SessionLimits.MAX_CHUNK_BYTES);
    }
  }
}
