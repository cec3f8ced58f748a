package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.site.InferenceAnswer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Has readings decided: here, else by a neighbour, else again later; see {@link Job}. */
final class Decisions {

  /** Brings an answer back to the actor. */
  interface Answers {
    void when(Job job, CompletionStage<InferenceAnswer> answer);
  }

  private final PipelineSettings.Timing timing;
  private final Judge judge;
  private final Inference local;
  private final Inference neighbours;
  private final Answers answers;
  private final Logger log;
  private boolean decidesNow;
  private boolean everDecided;
  private long lastDecidedNanos;
  private boolean nobodyDecides;

  Decisions(
      PipelineSettings.Timing timing,
      Judge judge,
      Inference local,
      Inference neighbours,
      Answers answers,
      Logger log) {
    this.timing = timing;
    this.judge = judge;
    this.local = local;
    this.neighbours = neighbours;
    this.answers = answers;
    this.log = log;
  }

  /** What a broken promise of {@link Inference} counts as. */
  static InferenceAnswer failed(@Nullable Throwable failure) {
    return new InferenceAnswer.Failed(
        InferenceAnswer.Reason.DEVICE_FAILED, String.valueOf(failure), true);
  }

  /** Another release serves from now on. */
  void served() {
    decidesNow = false;
  }

  void begin(Job job, long now) {
    ask(job, Job.State.LOCAL, now);
  }

  /** Takes the answer to the current attempt. */
  void answered(Job job, InferenceAnswer answer, long now) {
    if (answer instanceof InferenceAnswer.Failed failed) {
      String why = failed.reason() + ": " + failed.message();
      if (isReadingsFault(failed)) {
        refuse(job, why);
      } else {
        failed(job, why, now);
      }
    } else if (answer instanceof InferenceAnswer.Decided decided) {
      try {
        job.insight =
            judge.insight(job.reading, job.features, decided, job.state == Job.State.NEIGHBOUR);
      } catch (UndecidableException e) {
        refuse(job, String.valueOf(e.getMessage()));
        return;
      } catch (IllegalArgumentException e) {
        failed(job, String.valueOf(e.getMessage()), now);
        return;
      }
      job.state = Job.State.DECIDED;
      decidesNow = true;
      everDecided = true;
      lastDecidedNanos = now;
      if (nobodyDecides) {
        nobodyDecides = false;
        log.info("readings are decided again");
      }
    }
  }

  /** Moves a job on whose time is over; false if nothing changed. */
  boolean tick(Job job, long now) {
    if (job.isSettled() || now - job.dueNanos < 0) {
      return false;
    }
    if (job.state != Job.State.WAITING) {
      failed(job, "no answer in time", now);
    } else if (!isOver(job, now)) {
      ask(job, Job.State.LOCAL, now);
    }
    return true;
  }

  /** Whether a single reading has waited long enough. */
  boolean isOver(Job job, long now) {
    return job.state == Job.State.WAITING && job.leftNanos(now) <= 0;
  }

  /** Before a release has decided any reading, input that it cannot take may be its own fault. */
  private boolean isReadingsFault(InferenceAnswer.Failed failed) {
    return failed.reason() == InferenceAnswer.Reason.BAD_INPUT && decidesNow;
  }

  private static void refuse(Job job, String why) {
    job.refusal = why;
    job.state = Job.State.REFUSED;
    job.attempt++;
  }

  private void failed(Job job, String why, long now) {
    if (job.state == Job.State.LOCAL) {
      job.localFailure = why;
      job.neighbourFailure = "";
      if (job.leftNanos(now) > 0) {
        ask(job, Job.State.NEIGHBOUR, now);
        return;
      }
    } else {
      job.neighbourFailure = why;
    }
    job.state = Job.State.WAITING;
    job.attempt++;
    job.dueNanos = now + Math.min(timing.retryDelay().toNanos(), Math.max(0, job.leftNanos(now)));
    if (!nobodyDecides && !isAnyDecided(now)) {
      nobodyDecides = true;
      log.warn("neither a device here nor a neighbour decides, readings wait; {}", job.failure());
    }
  }

  /** One reading that fails among others that do not is no outage. */
  private boolean isAnyDecided(long now) {
    return everDecided && now - lastDecidedNanos <= timing.neighbourTimeout().toNanos();
  }

  private void ask(Job job, Job.State whom, long now) {
    boolean here = whom == Job.State.LOCAL;
    long timeout = (here ? timing.inferenceTimeout() : timing.neighbourTimeout()).toNanos();
    long budget = Math.min(timeout, job.leftNanos(now));
    job.state = whom;
    job.attempt++;
    job.dueNanos = now + budget;
    answers.when(job, (here ? local : neighbours).infer(judge.request(job.features, budget)));
  }
}
