package sparkbench.socket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.spark.unsafe.Platform;

/**
 * Bytes outside the heap, looked at eight at a time.
 *
 * <p>A word has the top bit of each byte set that equals the one looked for: exact, without a
 * carry from one byte to the next (Warren, Hacker's Delight, 6-1).
 */
final class Bytes {
  static final byte LF = 10;
  static final byte CR = 13;

  private static final long SEVENS = 0x7F7F7F7F7F7F7F7FL;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LFS = 0x0A0A0A0A0A0A0A0AL;
  private static final long CRS = 0x0D0D0D0D0D0D0D0DL;
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Bytes() {
  }

  static ByteBuffer allocate(int size) {
    // Not counted against -XX:MaxDirectMemorySize; the source has a limit of its own.
    return Platform.allocateDirectBuffer(size);
  }

  static long address(ByteBuffer buffer) {
    // As Platform.getDirectBufferAddress does, which Spark 3.5 to 4.1 have not; all of them open
    // the package to every JVM that they start (JavaModuleOptions).
    return ((sun.nio.ch.DirectBuffer) buffer).address();
  }

  static byte get(long address) {
    return Platform.getByte(null, address);
  }

  static void put(long address, byte value) {
    Platform.putByte(null, address, value);
  }

  static void copy(long from, long to, int length) {
    Platform.copyMemory(null, from, null, to, length);
  }

  private static long hits(long word, long pattern) {
    long differing = word ^ pattern;
    return ~(((differing & SEVENS) + SEVENS) | differing | SEVENS);
  }

  /** The place of the first byte of a word with its bit set; the bit itself. */
  private static int first(long hits) {
    return (LITTLE ? Long.numberOfTrailingZeros(hits) : Long.numberOfLeadingZeros(hits)) >>> 3;
  }

  private static long withoutFirst(long hits) {
    return LITTLE ? hits & (hits - 1) : hits & ~Long.highestOneBit(hits);
  }

  /** Line ends in {@code length} bytes. */
  static int lines(long address, int length) {
    int count = 0;
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      count += Long.bitCount(hits(Platform.getLong(null, address + at), LFS));
    }
    for (; at < length; at++) {
      if (get(address + at) == LF) {
        count++;
      }
    }
    return count;
  }

  static boolean hasCr(long address, int length) {
    int at = 0;
    long found = 0L;
    for (; at + 8 <= length; at += 8) {
      found |= hits(Platform.getLong(null, address + at), CRS);
    }
    for (; at < length; at++) {
      if (get(address + at) == CR) {
        return true;
      }
    }
    return found != 0L;
  }

  /** How many bytes there are up to and with the last line end; 0 without one. */
  static int lastLineEnd(long address, int length) {
    for (int at = length - 1; at >= 0; at--) {
      if (get(address + at) == LF) {
        return at + 1;
      }
    }
    return 0;
  }

  /** How many bytes there are up to and with the line end with this number, from 1; else -1. */
  static int lineEnd(long address, int length, long number) {
    int at = 0;
    long left = number;
    for (; at + 8 <= length; at += 8) {
      long hits = hits(Platform.getLong(null, address + at), LFS);
      int count = Long.bitCount(hits);
      if (count >= left) {
        for (; left > 1; left--) {
          hits = withoutFirst(hits);
        }
        return at + first(hits) + 1;
      }
      left -= count;
    }
    for (; at < length; at++) {
      if (get(address + at) == LF && --left == 0) {
        return at + 1;
      }
    }
    return -1;
  }

  /** The places of the line ends from {@code from} on, {@code ends.length} at most; how many. */
  static int lineEnds(long address, int from, int length, int[] ends) {
    int count = 0;
    int most = ends.length;
    int at = from;
    for (; at + 8 <= length; at += 8) {
      for (long hits = hits(Platform.getLong(null, address + at), LFS); hits != 0L;
          hits = withoutFirst(hits)) {
        ends[count++] = at + first(hits);
        if (count == most) {
          return count;
        }
      }
    }
    for (; at < length && count < most; at++) {
      if (get(address + at) == LF) {
        ends[count++] = at;
      }
    }
    return count;
  }

  /** CR LF and CR become LF, in place; the new length. */
  static int normalise(long address, int length) {
    int to = 0;
    for (int at = 0; at < length; at++) {
      byte value = get(address + at);
      if (value == CR) {
        value = LF;
        if (at + 1 < length && get(address + at + 1) == LF) {
          at++;
        }
      }
      put(address + to++, value);
    }
    return to;
  }

  static boolean isAscii(long address, int length) {
    long seen = 0L;
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      seen |= Platform.getLong(null, address + at);
    }
    for (; at < length; at++) {
      seen |= get(address + at);
    }
    return (seen & HIGHS) == 0L;
  }

  /** Whether these bytes are UTF-8 as Java's decoder has it (no surrogates, no overlong forms). */
  static boolean isUtf8(long address, int length) {
    int at = 0;
    while (at < length) {
      if (at + 8 <= length && (Platform.getLong(null, address + at) & HIGHS) == 0L) {
        at += 8;
        continue;
      }
      int lead = get(address + at) & 0xFF;
      if (lead < 0x80) {
        at++;
        continue;
      }
      int more = lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
      if (more < 0 || at + more >= length) {
        return false;
      }
      int second = get(address + at + 1) & 0xFF;
      int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      if (second < low || second > high) {
        return false;
      }
      for (int k = 2; k <= more; k++) {
        if ((get(address + at + k) & 0xC0) != 0x80) {
          return false;
        }
      }
      at += more + 1;
    }
    return true;
  }

  /**
   * Whole lines as UTF-8, in a buffer of their own; {@code errors} is the option encodingErrors.
   * No line end is part of a malformed sequence, so lines stay lines.
   */
  static ByteBuffer repaired(long address, int length, String errors) {
    byte[] raw = new byte[length];
    Platform.copyMemory(null, address, raw, Platform.BYTE_ARRAY_OFFSET, length);
    CodingErrorAction action = errors.equals("ignore") ? CodingErrorAction.IGNORE
        : errors.equals("strict") ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    decoder.onMalformedInput(action).onUnmappableCharacter(action);
    ByteBuffer input = ByteBuffer.wrap(raw);
    CharBuffer text;
    try {
      text = decoder.decode(input);
    } catch (CharacterCodingException problem) {
      int from = input.position();
      while (from > 0 && raw[from - 1] != LF) {
        from--;
      }
      int past = from;
      while (past < length && raw[past] != LF && past < from + 60) {
        past++;
      }
      String line = new String(raw, from, past - from, StandardCharsets.ISO_8859_1);
      throw new NativeSocketError("a line is not UTF-8: '" + line
          + "'; mend the sender, or set encodingErrors to replace");
    }
    byte[] made = text.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = allocate(Math.max(1, made.length));
    Platform.copyMemory(made, Platform.BYTE_ARRAY_OFFSET, null, address(buffer), made.length);
    buffer.limit(made.length);
    return buffer;
  }
}
