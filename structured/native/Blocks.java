package sparkbench.socket;

/** Whole lines outside the heap, block by block. */
abstract class Blocks {
  /** Go to the next block; false after the last one. */
  abstract boolean next();

  abstract long address();

  abstract int length();

  abstract void close();
}
