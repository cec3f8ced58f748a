package io.ebbmesh.sync.insight.ingest;

import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.store.Greeting;

/** What the store needs of a hello. */
final class Greetings {

  private Greetings() {}

  static Greeting of(Frame.Hello hello) {
    return new Greeting(
        hello.node(), hello.incarnation(), hello.lineage(), hello.ancestry(), hello.heads());
  }
}
