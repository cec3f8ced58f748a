/**
 * Settings: receives the user's {@code ebbmesh.conf}, checks every key and unit against the
 * commented defaults, and hands typed records to the roles.
 */
@NullMarked
package io.ebbmesh.node.config;

import org.jspecify.annotations.NullMarked;
