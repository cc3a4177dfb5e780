package sparkbench.socket;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of text: lines one after another outside the heap, none of them null. */
final class LineVector extends ColumnVector {
  private final int[] ends;
  private long address;
  private int from;
  private int rows;

  LineVector(int most) {
    super(DataTypes.StringType);
    ends = new int[most];
  }

  /** Take lines from {@code at} on, as many as there is room for; how many. */
  int fill(long block, int at, int length) {
    address = block;
    from = at;
    rows = Bytes.lineEnds(block, at, length, ends);
    return rows;
  }

  /** The place after the last line taken. */
  int past() {
    return ends[rows - 1] + 1;
  }

  public UTF8String getUTF8String(int row) {
    int start = row == 0 ? from : ends[row - 1] + 1;
    return UTF8String.fromAddress(null, address + start, ends[row] - start);
  }

  public byte[] getBinary(int row) {
    return getUTF8String(row).getBytes();
  }

  public void close() {
  }

  public boolean hasNull() {
    return false;
  }

  public int numNulls() {
    return 0;
  }

  public boolean isNullAt(int row) {
    return false;
  }

  public boolean getBoolean(int row) {
    throw noText();
  }

  public byte getByte(int row) {
    throw noText();
  }

  public short getShort(int row) {
    throw noText();
  }

  public int getInt(int row) {
    throw noText();
  }

  public long getLong(int row) {
    throw noText();
  }

  public float getFloat(int row) {
    throw noText();
  }

  public double getDouble(int row) {
    throw noText();
  }

  public ColumnarArray getArray(int row) {
    throw noText();
  }

  public ColumnarMap getMap(int row) {
    throw noText();
  }

  public Decimal getDecimal(int row, int precision, int scale) {
    throw noText();
  }

  public ColumnVector getChild(int number) {
    throw noText();
  }

  private static UnsupportedOperationException noText() {
    return new UnsupportedOperationException("this is a column of text");
  }
}
