package io.ebbmesh.sync.model.fetch;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.sync.model.verify.ModelFiles;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes the part of the present fetch, one call after the other on a dispatcher that may block.
 * Each call returns at once; its stage fails with {@link Rejected}. Called by one actor.
 */
final class PartWriter {

  private final ModelFiles files;
  private final Executor blocking;
  private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);

  /** Touched by the chain of calls alone. */
  private @Nullable StorageFile part;

  PartWriter(ModelFiles files, Executor blocking) {
    this.files = files;
    this.blocking = blocking;
  }

  private interface Work {
    boolean run() throws IOException, Rejected;
  }

  /** True if the file is there already and is whole; a damaged one is set aside. */
  CompletionStage<Boolean> hasWhole(Variant variant) {
    return then(
        () -> {
          try {
            if (!files.has(variant.digest())) {
              return false;
            }
            files.check(variant);
            return true;
          } catch (Rejected e) {
            files.setAside(variant.digest());
            return false;
          }
        });
  }

  CompletionStage<Boolean> create(Digest file) {
    return then(
        () -> {
          closePart();
          part = files.createPart(file);
          return true;
        });
  }

  CompletionStage<Boolean> write(long position, byte[] bytes) {
    return then(
        () -> {
          open().write(position, ByteBuffer.wrap(bytes));
          return true;
        });
  }

  CompletionStage<Boolean> complete(Variant variant) {
    return then(
        () -> {
          open().sync();
          closePart();
          files.completePart(variant);
          return true;
        });
  }

  CompletionStage<Boolean> drop(Digest file) {
    return then(
        () -> {
          closePart();
          files.dropPart(file);
          return true;
        });
  }

  private StorageFile open() throws IOException {
    StorageFile file = part;
    if (file == null) {
      throw new IOException("the part file could not be opened");
    }
    return file;
  }

  private void closePart() throws IOException {
    StorageFile file = part;
    part = null;
    if (file != null) {
      file.close();
    }
  }

  private CompletionStage<Boolean> then(Work work) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    last.whenCompleteAsync((before, ignored) -> run(work, done), blocking);
    last = done;
    return done;
  }

  private static void run(Work work, CompletableFuture<Boolean> done) {
    try {
      done.complete(work.run());
    } catch (Rejected e) {
      done.completeExceptionally(e);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(
          new Rejected(Why.STORAGE, "the model directory cannot be written: " + e.getMessage(), e));
    }
  }
}
