/**
 * Brings wished releases to the node: takes wishes and chunks from the session, has manifests
 * judged by {@code verify}, writes files by digest and hands whole ones to {@code activate}.
 */
@NullMarked
package io.ebbmesh.sync.model.fetch;

import org.jspecify.annotations.NullMarked;
