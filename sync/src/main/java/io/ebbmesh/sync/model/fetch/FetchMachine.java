package io.ebbmesh.sync.model.fetch;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one file at a time in chunks, fed with (now, input).
 *
 * <pre>
 * state       input                               next        outputs
 * IDLE        Begin                               FETCHING    CreatePart, Request × window
 * FETCHING    requested chunk, right digest       FETCHING    Write
 * FETCHING    requested chunk, wrong or empty     IDLE        DropPart, Failed
 * FETCHING    Written, more to ask for            FETCHING    Request
 * FETCHING    Written, it was the last            COMPLETING  CompletePart
 * FETCHING    Wake after the deadline             IDLE        DropPart, Failed
 * COMPLETING  Completed                           IDLE        Fetched
 * not IDLE    DiskFailed                          IDLE        DropPart, Failed
 * not IDLE    LinkDown, Abandon                   IDLE        DropPart
 * </pre>
 *
 * Chunks that were not asked for are dropped. Asked for or being written are never more than the
 * window.
 */
final class FetchMachine {

  /** What happens. */
  sealed interface Input {}

  /** Only while {@link #isIdle}. */
  record Begin(Candidate candidate) implements Input {}

  record ChunkIn(Frame.Chunk chunk) implements Input {}

  record Written(long fetch, int chunk) implements Input {}

  record Completed(long fetch) implements Input {}

  record DiskFailed(long fetch, Rejected problem) implements Input {}

  record LinkDown() implements Input {}

  record Abandon() implements Input {}

  record Wake() implements Input {}

  /** What is to be done, in order. {@code fetch} numbers the fetch, so that late answers show. */
  sealed interface Output {}

  record CreatePart(long fetch, Digest file) implements Output {}

  record Request(Digest file, int chunk) implements Output {}

  record Write(long fetch, int chunk, long position, byte[] bytes) implements Output {}

  record CompletePart(long fetch, Variant variant) implements Output {}

  record DropPart(long fetch, Digest file) implements Output {}

  record Fetched(Candidate candidate) implements Output {}

  record Failed(Candidate candidate, Rejected problem) implements Output {}

  static final long NEVER = Long.MAX_VALUE;

  private enum State {
    IDLE,
    FETCHING,
    COMPLETING
  }

  private final int windowChunks;
  private final long chunkTimeoutNanos;
  private final TreeSet<Integer> asked = new TreeSet<>();

  private State state = State.IDLE;
  private @Nullable Candidate candidate;
  private long fetch;
  private int nextChunk;
  private int writing;
  private long deadlineNanos = NEVER;

  FetchMachine(int windowChunks, long chunkTimeoutNanos) {
    this.windowChunks = windowChunks;
    this.chunkTimeoutNanos = chunkTimeoutNanos;
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  /** What is being fetched; null if nothing is. */
  @Nullable Candidate current() {
    return candidate;
  }

  /** When to feed {@link Wake} at the latest; {@link #NEVER} if nothing is due. */
  long wakeAtNanos() {
    return deadlineNanos;
  }

  List<Output> on(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>();
    if (input instanceof Begin begin) {
      begin(nowNanos, begin.candidate(), out);
      return out;
    }
    Candidate fetched = candidate;
    if (fetched == null) {
      return out;
    }
    if (input instanceof ChunkIn in) {
      onChunk(nowNanos, fetched, in.chunk(), out);
    } else if (input instanceof Written written && written.fetch() == fetch) {
      onWritten(fetched, out);
    } else if (input instanceof Completed completed && completed.fetch() == fetch) {
      end();
      out.add(new Fetched(fetched));
    } else if (input instanceof DiskFailed failed && failed.fetch() == fetch) {
      fail(fetched, failed.problem(), out);
    } else if (input instanceof LinkDown || input instanceof Abandon) {
      drop(fetched, out);
    } else if (input instanceof Wake && nowNanos >= deadlineNanos) {
      fail(
          fetched,
          new Rejected(
              Why.STALLED,
              fetched.release()
                  + ": no chunk of "
                  + asked
                  + " came within chunk-timeout; it is tried again with the next session"),
          out);
    }
    return out;
  }

  private void begin(long nowNanos, Candidate wanted, List<Output> out) {
    if (state != State.IDLE) {
      throw new IllegalStateException("one fetch at a time");
    }
    state = State.FETCHING;
    candidate = wanted;
    fetch++;
    nextChunk = 0;
    writing = 0;
    deadlineNanos = nowNanos + chunkTimeoutNanos;
    out.add(new CreatePart(fetch, wanted.variant().digest()));
    ask(wanted.variant(), out);
  }

  private void ask(Variant variant, List<Output> out) {
    while (nextChunk < variant.chunkDigests().size() && asked.size() + writing < windowChunks) {
      asked.add(nextChunk);
      out.add(new Request(variant.digest(), nextChunk));
      nextChunk++;
    }
  }

  private void onChunk(long nowNanos, Candidate fetched, Frame.Chunk chunk, List<Output> out) {
    Variant variant = fetched.variant();
    if (state != State.FETCHING
        || !chunk.file().equals(variant.digest())
        || !asked.remove(chunk.chunk())) {
      return;
    }
    if (chunk.bytes().length == 0) {
      fail(
          fetched,
          new Rejected(
              Why.NOT_AT_HUB,
              fetched.release() + ": the hub has no chunk " + chunk.chunk() + "; publish it again"),
          out);
      return;
    }
    if (!Digest.of(chunk.bytes()).equals(variant.chunkDigests().get(chunk.chunk()))) {
      fail(
          fetched,
          new Rejected(
              Why.BAD_CHUNK,
              fetched.release()
                  + ": chunk "
                  + chunk.chunk()
                  + " does not have the digest of its manifest; the hub's file is damaged: publish"
                  + " it again"),
          out);
      return;
    }
    deadlineNanos = nowNanos + chunkTimeoutNanos;
    writing++;
    long position = (long) chunk.chunk() * variant.chunkBytes();
    out.add(new Write(fetch, chunk.chunk(), position, chunk.bytes()));
  }

  private void onWritten(Candidate fetched, List<Output> out) {
    writing--;
    ask(fetched.variant(), out);
    if (asked.isEmpty() && writing == 0) {
      state = State.COMPLETING;
      // From here on only the disk is waited for, which answers or fails.
      deadlineNanos = NEVER;
      out.add(new CompletePart(fetch, fetched.variant()));
    }
  }

  private void fail(Candidate fetched, Rejected problem, List<Output> out) {
    drop(fetched, out);
    out.add(new Failed(fetched, problem));
  }

  private void drop(Candidate fetched, List<Output> out) {
    out.add(new DropPart(fetch, fetched.variant().digest()));
    end();
  }

  private void end() {
    state = State.IDLE;
    candidate = null;
    asked.clear();
    writing = 0;
    deadlineNanos = NEVER;
  }
}
