/** The frames that node and hub exchange over one link, as records; their hard limits. */
@NullMarked
package io.ebbmesh.protocol.session;

import org.jspecify.annotations.NullMarked;
