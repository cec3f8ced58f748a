/** What travels down the model road: signed manifests, their files, digests and releases. */
@NullMarked
package io.ebbmesh.protocol.model;

import org.jspecify.annotations.NullMarked;
