/**
 * A folder with everything that proves who is who: two authorities, certificates and the key that
 * signs models. Made by {@code ebbmesh pki}; its files are named in the settings of hub and nodes.
 */
@NullMarked
package io.ebbmesh.node.credentials;

import org.jspecify.annotations.NullMarked;
