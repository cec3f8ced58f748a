package io.ebbmesh.node.planted;

import ai.onnxruntime.OrtSession;
import io.ebbmesh.protocol.codec.proto.PbSeqRange;
import io.ebbmesh.sim.architecture.KnownToNobody;
import io.netty.channel.Channel;
import java.sql.Connection;
import org.apache.pekko.cluster.Member;

/** Planted violations: what belongs behind ports, generated code and simulations. */
public interface KnowsTooMuch {
  KnownToNobody simulation();

  PbSeqRange generated();

  Channel channel();

  Connection connection();

  OrtSession session();

  Member member();
}
