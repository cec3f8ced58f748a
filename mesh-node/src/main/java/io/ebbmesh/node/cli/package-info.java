/**
 * The command line: receives words from a shell, hands settings to the roles in {@code edge} and
 * {@code hub}, and answers with an exit code. Other modules add commands through {@link
 * io.ebbmesh.node.cli.Subcommand}.
 */
@NullMarked
package io.ebbmesh.node.cli;

import org.jspecify.annotations.NullMarked;
