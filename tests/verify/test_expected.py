"""The reference, against an implementation of its own: the null engine's, fed byte by byte."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.child.capture import NullCapture
from bench.contract import Options
from bench.contract.capture import FILE_KEY, KIND_KEY, ROWS
from bench.plan.arms import parse_arm
from bench.verify.expected import charset_of, lines_of
from bench.verify.inputs import hostile_input

nasty = st.lists(
    st.sampled_from(
        [b"\r", b"\n", b"\r\n", b"a", b"\xed", b"\xa0", b"\xbf", b"\xe2", b"\x82", b"\xac", b"\xf0"]
    )
    | st.binary(max_size=3),
    max_size=30,
).map(b"".join)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    file = tmp_path_factory.mktemp("capture") / "capture"

    def make():
        return NullCapture(
            Options(
                endpoints=(("127.0.0.1", 1),),
                trigger_s=1.0,
                conf={FILE_KEY: str(file), KIND_KEY: ROWS},
            )
        )

    return make


def read(capture, pieces):
    reader = capture()
    counted = [reader.feed(0, piece) for piece in [*(p for p in pieces if p), b""]]
    (lines,) = reader.cut()
    assert sum(count for count, _ in counted) == len(lines)
    return lines


@given(nasty, st.data())
def test_two_implementations_agree_wherever_the_data_is_cut(capture, data, draw):
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert read(capture, pieces) == lines_of(data)


def test_they_agree_on_the_hostile_input_byte_by_byte_at_its_nastiest(capture):
    source = hostile_input(3)
    assert read(capture, source.pieces()) == lines_of(source.data)
    tail = source.data[-3000:]
    assert read(capture, [bytes([b]) for b in tail]) == lines_of(tail)


def test_a_charset_of_its_own():
    assert lines_of(b"caf\xc3\xa9\r\n\xff", "US-ASCII") == ["caf\ufffd\ufffd", "\ufffd"]
    assert lines_of(b"caf\xe9\x85b\n", "ISO-8859-1") == ["caf\xe9\x85b"]
    with pytest.raises(LookupError):
        lines_of(b"x", "no-such-charset")


def test_only_the_socket_of_structured_streaming_follows_the_jvm():
    assert charset_of(parse_arm("structured"), "US-ASCII") == "US-ASCII"
    assert charset_of(parse_arm("dstream"), "US-ASCII") == "UTF-8"


JAVA = """
import java.io.*;
import java.nio.charset.*;
public class Read {
  public static void main(String[] names) throws Exception {
    InputStreamReader in = new InputStreamReader(System.in, Charset.forName(names[0]));
    BufferedReader lines = new BufferedReader(in);
    PrintStream out = new PrintStream(System.out, false, "US-ASCII");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      StringBuilder text = new StringBuilder("\\"");
      for (char c : line.toCharArray()) text.append(String.format("\\\\u%04x", (int) c));
      out.print(text.append("\\"\\n"));
    }
    out.flush();
  }
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("charset", ["UTF-8", "US-ASCII", "ISO-8859-1"])
def test_java_itself_reads_the_hostile_input_like_this(charset, tmp_path, require):
    """A compiler is needed, which few machines have; ``sparkbench verify`` asks Java as well."""
    require("java")
    if shutil.which("javac") is None:
        pytest.skip("no Java compiler")
    (tmp_path / "Read.java").write_text(JAVA)
    data = hostile_input(5).data.replace(b"x" * 1000, b"x")
    java = ["java", "Read.java", charset]
    done = subprocess.run(java, input=data, cwd=tmp_path, capture_output=True, check=True)
    lines = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
    assert lines == lines_of(data, charset)
