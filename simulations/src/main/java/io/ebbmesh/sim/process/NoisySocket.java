package io.ebbmesh.sim.process;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** A socket below TLS that can flip a bit of what is sent next: the cipher of the peer notices. */
final class NoisySocket extends Socket {

  /** Type, version and length of a TLS record (RFC 8446, 5.1); what follows is under the cipher. */
  private static final int RECORD_HEAD_BYTES = 5;

  private volatile boolean damaging;

  /** Listens for sockets of this kind. */
  static final class Server extends ServerSocket {

    Server() throws IOException {}

    @Override
    public NoisySocket accept() throws IOException {
      NoisySocket socket = new NoisySocket();
      implAccept(socket);
      return socket;
    }
  }

  /** The next record that is sent arrives with a wrong bit. */
  void damageNext() {
    damaging = true;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!damaging || length <= RECORD_HEAD_BYTES) {
          out.write(bytes, offset, length);
          return;
        }
        damaging = false;
        byte[] noisy = new byte[length];
        System.arraycopy(bytes, offset, noisy, 0, length);
        noisy[RECORD_HEAD_BYTES] ^= 1;
        out.write(noisy, 0, length);
      }
    };
  }
}
