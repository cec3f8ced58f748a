/**
 * The wire on Netty: takes frames from sessions, hands them to the peer over mutual TLS 1.3, and
 * hands the peer's frames to the listener. An adapter: has threads of its own.
 */
@NullMarked
package io.ebbmesh.sync.link.netty;

import org.jspecify.annotations.NullMarked;
