package io.ebbmesh.sync.model.activate;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.ManifestCodec;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.ManifestCheck;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The node's durable knowledge of releases: a pointer per model and the manifests that it points
 * to, each in two copies. All calls block; used by one thread at a time.
 *
 * <pre>
 * slots/MODEL.a, .b                pointer
 * manifests/MODEL@RELEASE.a, .b    signed manifest
 * files/DIGEST                     model file
 * </pre>
 */
final class ReleaseStore {

  private static final String SLOTS = "slots";
  private static final String MANIFESTS = "manifests";
  private static final String DAMAGED = ".damaged";

  private final ModelFiles files;
  private final Storage storage;
  private final ManifestCheck check;
  private final Map<String, SlotPointer> pointers = new TreeMap<>();
  private final Map<String, Candidate> serving = new TreeMap<>();

  ReleaseStore(ModelFiles files, ManifestCheck check) {
    this.files = files;
    this.storage = files.storage();
    this.check = check;
  }

  /**
   * Finds again what served. What is damaged is set aside and named, never deleted; the previous
   * release serves instead.
   */
  Recovered recover() throws IOException {
    storage.createDirectories(SLOTS);
    storage.createDirectories(MANIFESTS);
    Map<String, String> problems = new TreeMap<>();
    pointers.clear();
    serving.clear();
    for (String model : names(SLOTS)) {
      SlotPointer pointer = pointer(model, problems);
      pointers.put(model, pointer);
      Candidate found = find(model, pointer.active(), problems);
      if (found == null) {
        found = find(model, pointer.previous(), problems);
      }
      if (found != null) {
        serving.put(model, found);
      }
    }
    Map<String, Long> floors = new TreeMap<>();
    pointers.forEach((model, pointer) -> floors.put(model, pointer.floor()));
    return new Recovered(List.copyOf(serving.values()), floors, problems);
  }

  /** Makes a release the one that serves; durable when this returns. */
  void activate(Candidate candidate) throws IOException {
    String model = candidate.release().model();
    long release = candidate.release().release();
    Candidate until = serving.get(model);
    SlotPointer next =
        pointers
            .getOrDefault(model, SlotPointer.EMPTY)
            .activated(release, until == null ? 0 : until.release().release());
    manifest(candidate.release()).write(ManifestCodec.encodeSigned(candidate.signed()));
    slot(model).write(next.encode());
    pointers.put(model, next);
    serving.put(model, candidate);
    removeUnused();
  }

  private @Nullable Candidate find(String model, long release, Map<String, String> problems)
      throws IOException {
    if (release == 0) {
      return null;
    }
    ModelRelease wanted = new ModelRelease(model, release);
    Digest file = null;
    try {
      Candidate candidate = check.check(readManifest(wanted), name -> 0);
      file = candidate.variant().digest();
      files.check(candidate.variant());
      return candidate;
    } catch (Rejected e) {
      if (file != null) {
        files.setAside(file);
      }
      problems.merge(model, wanted + " cannot serve: " + e.getMessage(), (a, b) -> a + "; " + b);
      return null;
    }
  }

  private SignedManifest readManifest(ModelRelease release) throws IOException, Rejected {
    try {
      byte[] bytes = manifest(release).readAndRepair();
      if (bytes == null) {
        throw new Rejected(Why.BAD_MANIFEST, "the manifest is missing");
      }
      return ManifestCodec.decodeSigned(bytes);
    } catch (TwoCopyFile.DamagedException | FrameException e) {
      manifest(release).setAside(DAMAGED);
      throw new Rejected(Why.BAD_MANIFEST, String.valueOf(e.getMessage()), e);
    }
  }

  /** A lost pointer is made again from the manifests: the highest one served last. */
  private SlotPointer pointer(String model, Map<String, String> problems) throws IOException {
    try {
      byte[] bytes = slot(model).readAndRepair();
      return bytes == null ? SlotPointer.EMPTY : SlotPointer.decode(bytes);
    } catch (TwoCopyFile.DamagedException e) {
      slot(model).setAside(DAMAGED);
      problems.put(model, "the slot pointer was damaged and is made again from the manifests");
      long[] newest = newestManifests(model);
      return new SlotPointer(newest[0], newest[0], newest[1]);
    }
  }

  private long[] newestManifests(String model) throws IOException {
    long[] newest = new long[2];
    String prefix = model + "@";
    for (String name : names(MANIFESTS)) {
      if (name.startsWith(prefix)) {
        long release = Long.parseLong(name.substring(prefix.length()));
        if (release > newest[0]) {
          newest[1] = newest[0];
          newest[0] = release;
        } else if (release > newest[1]) {
          newest[1] = release;
        }
      }
    }
    return newest;
  }

  private void removeUnused() throws IOException {
    List<Digest> wantedFiles = new ArrayList<>();
    TreeSet<String> wantedManifests = new TreeSet<>();
    for (Map.Entry<String, SlotPointer> slot : pointers.entrySet()) {
      for (long release : new long[] {slot.getValue().active(), slot.getValue().previous()}) {
        if (release > 0) {
          ModelRelease kept = new ModelRelease(slot.getKey(), release);
          wantedManifests.add(kept.toString());
          addFile(kept, wantedFiles);
        }
      }
    }
    files.keepOnly(wantedFiles);
    for (String name : names(MANIFESTS)) {
      if (!wantedManifests.contains(name)) {
        storage.unlink(MANIFESTS + "/" + name + ".a");
        storage.unlink(MANIFESTS + "/" + name + ".b");
      }
    }
    storage.syncDirectory(MANIFESTS);
  }

  private void addFile(ModelRelease release, List<Digest> wanted) throws IOException {
    Candidate served = serving.get(release.model());
    if (served != null && served.release().equals(release)) {
      wanted.add(served.variant().digest());
      return;
    }
    try {
      wanted.add(check.check(readManifest(release), name -> 0).variant().digest());
    } catch (Rejected e) {
      // A release that cannot serve needs no file.
      return;
    }
  }

  /** Names of two-copy files in a directory, ascending. */
  private TreeSet<String> names(String directory) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (String file : storage.list(directory)) {
      if (file.endsWith(".a") || file.endsWith(".b")) {
        names.add(file.substring(0, file.length() - 2));
      }
    }
    return names;
  }

  private TwoCopyFile slot(String model) {
    return new TwoCopyFile(storage, SLOTS + "/" + model);
  }

  private TwoCopyFile manifest(ModelRelease release) {
    return new TwoCopyFile(storage, MANIFESTS + "/" + release);
  }
}
