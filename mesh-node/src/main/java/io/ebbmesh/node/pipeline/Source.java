package io.ebbmesh.node.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.typed.ActorRef;

/** One attached producer: its readings are offered in the order in which they came. */
final class Source {

  final String name;
  final int number;
  final ActorRef<Pipeline.Reply> producer;

  /** Readings that are not offered yet; at most the credit. */
  final Deque<Job> queue = new ArrayDeque<>();

  /** Where the outbox says it stands; negative until it says so. */
  long position = -1;

  boolean isAttached;
  long lastPosition;
  int inFlight;

  Source(String name, int number, ActorRef<Pipeline.Reply> producer) {
    this.name = name;
    this.number = number;
    this.producer = producer;
  }
}
