package io.ebbmesh.sync.log;

import java.io.IOException;

/** A file was written by a newer program; nothing was touched. */
public final class NewerFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param file path below the store's root
   * @param found version of the file
   * @param known newest version that this program reads
   */
  public NewerFormatException(String file, int found, int known) {
    super(
        file
            + " has format version "
            + found
            + ", but this program knows versions up to "
            + known
            + ": start the newer program again, or use another store directory");
  }
}
