package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What producers say to the outbox of one lane and what it answers.
 *
 * <p>A producer attaches, then offers. {@link Accepted} is told only after the block that holds the
 * insight is durable. If a write fails, its outcome is unknown: the outbox starts a new generation,
 * answers everything that is open with {@link OutcomeUnknown}, and takes no offer of the old
 * generation, so that a producer repeats from the first unanswered insight in order and none is
 * overtaken.
 *
 * <p>A limit that is reached starts a new generation too: otherwise an insight offered behind a
 * refused one could be taken, and the refused one would then look like a repetition of something
 * already accepted. So there is one rule for producers: when an answer names a newer generation
 * than the one in use, take it over, wait a little if the answer was {@link Rejected}, and offer
 * everything that is not accepted yet again, in order; until that is done offer nothing else.
 * Ignore answers for tickets that are not open any more. A producer whose insights have no source
 * repeats only the tickets that were rejected.
 */
public final class Outbox {

  /** In a {@link Rejected} that answers an {@link Attach}: the lane is still recovering. */
  public static final long NO_TICKET = Long.MIN_VALUE;

  /**
   * Sources whose names begin so are keys of single requests: there are many and each is used once,
   * so they are remembered apart from the others and push none of those out.
   */
  public static final String KEY_PREFIX = "http/";

  private Outbox() {}

  /** To the intake of a lane. */
  public sealed interface Command
      permits Attach,
          Offer,
          OfferPast,
          Intake.Opened,
          Intake.Written,
          Intake.Room,
          Intake.Failed,
          Intake.Linger,
          Intake.WriteFor {}

  /**
   * Asks for the current generation and where a source stands. While an insight of the source is on
   * its way to the disk the answer waits for what becomes of it, so that the highest answer of all
   * lanes is the truth: an offer with a position up to it is a repetition, in whichever lane.
   */
  public record Attach(String source, ActorRef<Reply> replyTo) implements Command {}

  /**
   * Offers one insight. Insights of one source must be offered in ascending position; one that is
   * left out for good ({@code INVALID}) may be, one that was refused for want of room may not.
   *
   * @param ticket chosen by the producer, comes back in the answer
   * @param generation as last told to the producer
   */
  public record Offer(long ticket, int generation, Insight insight, ActorRef<Reply> replyTo)
      implements Command {}

  /**
   * Offers insights that may be of another boot: they become a block of their own.
   *
   * @param base that their observed times count from
   */
  record OfferPast(BootTime base, List<Offer> offers) implements Command {
    OfferPast {
      offers = List.copyOf(offers);
    }
  }

  /** To producers. */
  public sealed interface Reply {}

  /**
   * The answer to {@link Attach}.
   *
   * @param generation to use in offers
   * @param position highest durable position of the source in this lane; 0 if none is known
   * @param seq sequence number of its insight; 0 if none
   */
  public record Attached(Lane lane, int generation, long position, long seq) implements Reply {}

  /**
   * Durable: one message per producer and block.
   *
   * @param tickets of the offers, in the order offered
   * @param seqs sequence numbers, one per ticket; 0 for a repeated position whose first acceptance
   *     is known but whose number is no longer kept
   */
  public record Accepted(long[] tickets, long[] seqs) implements Reply {}

  /**
   * Not taken, and nothing was written: the producer may wait and repeat, or give up.
   *
   * @param generation to use from now on; a new one if the reason is {@code BUSY} or {@code FULL}
   * @param message names the insight's or the outbox's limit
   */
  public record Rejected(long ticket, int generation, RejectReason reason, String message)
      implements Reply {}

  /** Why an offer was not taken. */
  public enum RejectReason {
    /**
     * As much as {@code ebbmesh.sync.outbox.max-waiting-*} allows is waiting to be written, or the
     * disk does not take it.
     */
    BUSY,
    /**
     * The lane holds {@code ebbmesh.sync.outbox.max-blocks} blocks, or the disk quota is reached.
     */
    FULL,
    /** The insight itself is over a limit. */
    INVALID
  }

  /**
   * A write failed, or the offer was of an old generation: these may or may not be durable. Repeat
   * them in order with the new generation.
   */
  public record OutcomeUnknown(int generation, long[] tickets) implements Reply {}
}
