package io.ebbmesh.node.cli;

/** A command that another module adds to {@code ebbmesh}; found through the service loader. */
public interface Subcommand {

  /** An object annotated with picocli's {@code @Command}. */
  Object command();
}
