"""Lines as people have them, of each format, and what both sides make of them.

Each table goes from a line to the row it gives, ``None`` where it is set aside.
"""

from __future__ import annotations

from typing import Any

Rows = dict[str, Any]


def columns(seq: int = 1, key: str = "k", value: float = 1.0, note: str = "b") -> tuple[Any, ...]:
    """What a record of ``parse_csv`` and ``parse_json`` holds."""
    return seq, key, 1, value, "u", note


CSV: Rows = {
    "1,k,1,1.0,u,b": columns(),
    '2,k,1,1.0,u,"say ""hi"" now"': columns(2, note='say "hi" now'),
    '3,"a,b",1,1.0,u,b': columns(3, key="a,b"),
    '"4","k","1","1.0","u","b"': columns(4),
    '5,k,1,1.0,u,""""': columns(5, note='"'),
    "6,k,1,1.0,u,b  ": columns(6, note="b  "),
    "7,k ,1,1.0,u,b": columns(7, key="k "),
    "8,null,1,1.0,u,N/A": columns(8, key="null", note="N/A"),
    "9,k,1,1.0,u,b\\": columns(9, note="b\\"),
    '10,k,1,1.0,u,"b\\"': columns(10, note="b\\"),
    "11,k,1,1.0,u,'it''s'": columns(11, note="'it''s'"),
    "+12,k,1,-1.5e3,u,b": columns(12, value=-1500.0),
    "13,k,1,5.,u,b": columns(13, value=5.0),
    f"14,k,1,1.0,u,{'x' * 200_000}": columns(14, note="x" * 200_000),
    "9223372036854775807,k,1,1.0,u,b": columns(2**63 - 1),
    "15,k,1,1.0,u,\u2028é": columns(15, note="\u2028é"),
    r'20,k,1,1.0,u,"say \"hi\" now"': None,  # escaped by backslashes
    '21,k,1,1.0,u,"abc"def': None,
    '22,k,1,1.0,u,"abc': None,
    '23,k,1,1.0,u,a"b"c': None,
    '24,k,1,1.0,u, "b"': None,
    '25,k,1,1.0,u,""': None,
    "26,k,1,1.0,u,": None,
    "27,k,1,1.0,u,b,": None,
    "28;k;1;1.0;u;b": None,
    "29\tk\t1\t1.0\tu\tb": None,
    "#30,k,1,1.0,u,b": None,
    "\ufeff31,k,1,1.0,u,b": None,
    "1_000,k,1,1.0,u,b": None,
    " 6 ,k,1,1.0,u,b": None,
    "12345678901234567890,k,1,1.0,u,b": None,
    "9223372036854775808,k,1,1.0,u,b": None,
    "\u0663,k,1,1.0,u,b": None,  # a digit, but no ASCII one
    "32,k,1\x85,1.0,u,b": None,
    **dict.fromkeys(
        f"33,k,1,{value},u,b" for value in ("nan", "inf", "0x1p3", "1.0d", "1.0 ", ".5", "1e400")
    ),
    "seq,key,time,value,unit,note": None,
    "   ": None,
}


def document(seq: str = "1", key: str = '"k"', value: str = "1.0", note: str = '"b"') -> str:
    """A line of JSON of the parts as they are written."""
    return f'{{"seq":{seq},"key":{key},"time":1,"value":{value},"unit":"u","note":{note}}}'


JSON: Rows = {
    document(): columns(),
    document("2", value="2"): columns(2, value=2.0),
    document("3", note=r'"\ud83d"'): columns(3, note="?"),  # half a pair
    document("4", note=r'"\ud83d\ude00"'): columns(4, note="\U0001f600"),
    document("5", note='""'): columns(5, note=""),
    document("6", note=r'"\u0000"'): columns(6, note="\0"),
    document("-7", value="-0.5"): columns(-7, value=-0.5),
    document("8", value="1.7976931348623157e308"): columns(8, value=1.7976931348623157e308),
    document("9", note=f'"{"x" * 200_000}"'): columns(9, note="x" * 200_000),
    f"  {document('10')}  ": columns(10),
    '{"note":"b","unit":"u","value":1,"time":1,"key":"k","more":[1],"seq":11}': columns(11),
    f'{{"seq":0,{document("12")[1:]}': columns(12),  # the last of two of a name
    document(str(2**63 - 1)): columns(2**63 - 1),
    document(str(2**63)): None,
    "[" * 20_000: None,
    '{"a":' * 2000: None,
    **dict.fromkeys(document(seq) for seq in ("true", "12.0", "1e3", "013", "+21", '"22"')),
    **dict.fromkeys(
        document("23", value=value)
        for value in ("true", "NaN", "Infinity", "1e999", "9" * 400, '"NaN"', '"1.5"')
    ),
    document("24", key="null"): None,
    document("25", note='"a\tb"'): None,
    document("26", note=r'"\q"'): None,
    document("27").replace('"', "'"): None,
    document("28").replace("seq", "SEQ"): None,
    f"[{document('29')}]": None,
    f"\ufeff{document('30')}": None,
    f"/* c */{document('31')}": None,
    f"{document('32')[:-1]},}}": None,
    "{32": None,
}

#: What only Structured Streaming takes for a record: docs/differences.md.
JSON_OF_ONE_SIDE: Rows = {
    document("40", key="5"): columns(40, key="5"),
    document("41", note='{"a": 1}'): columns(41, note='{"a": 1}'),
    f"{document('42')} and more": columns(42),
}

WHEN = "[01/Jan/2026:00:00:01 +0000]"

#: From a line to its status, all in one minute.
WEBLOG: Rows = {
    f'1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 200 12': 200,
    f'1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 201 12 "-" "Mozilla/5.0 (a; b)"': 201,
    f'1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 304 -': 304,
    f'1.1.1.1 - - {WHEN} "-" 408 -': 408,
    rf'1.1.1.1 - - {WHEN} "GET /a\"b HTTP/1.1" 202 5 "-" "x"': 202,
    rf'1.1.1.1 - - {WHEN} "GET /\\" 400 5': 400,
    f'1.1.1.1 - John Doe {WHEN} "GET / HTTP/1.1" 203 5': 203,
    f'1.1.1.1 - a@example.org {WHEN} "GET / HTTP/1.1" 204 5': 204,
    f'example.org:80 1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 206 5': 206,
    f'::1 - - {WHEN} "GET /\u2028é HTTP/1.1" 301 5': 301,
    '1.1.1.1 - - [31/Dec/2025:16:30:01 -0730] "GET / HTTP/1.1" 302 5': 302,
    f'1.1.1.1 - - {WHEN} "" 405 0': 405,
    # What a scanner sends: thousands of escapes, on which Java's patterns can overflow the stack.
    rf'1.1.1.1 - - {WHEN} "{chr(92)}x16{chr(92) * 2 * 5000}" 403 150': 403,
    f'1.1.1.1 - - {WHEN} "GET /{"a" * 100_000}" 414 5': 414,
    f'1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 416 5 "-" "-" 0.005 example.org': 416,
    **dict.fromkeys(
        f'1.1.1.1 - - [{when}] "GET / HTTP/1.1" 500 5'
        for when in (
            "01/Jan/2026:00:00:01 +02:00",
            "01/Jan/2026:00:00:01 Z",
            "1/Jan/2026:00:00:01 +0000",
            "31/Feb/2026:00:00:01 +0000",
            "01/Jan/2026:24:00:01 +0000",
            "01/Jan/2026:23:59:60 +0000",
            "01/Jan/2026:00:00:01 +1930",
            "01/Jan/0000:00:00:01 +0000",
            "01/JAN/2026:00:00:01 +0000",
            "01/Mrz/2026:00:00:01 +0000",
            "2026-01-01T00:00:01+00:00",
        )
    ),
    f"1.1.1.1 - - {WHEN} GET / 501 5": None,
    f'1.1.1.1 - - {WHEN} "GET / HTTP/1.1" 502': None,
    f'1.1.1.1 - - {WHEN}"GET / HTTP/1.1" 503 5': None,
    '{"time":"01/Jan/2026"}': None,
}

AT_MS = 1_767_225_600_000

#: Events of one key: whether a line counts.
EVENTS: Rows = {
    f"01 {AT_MS} k 5": True,
    f"02 +{AT_MS} k -5 tail": True,
    f"03 {AT_MS} k 99999999999999": True,
    **dict.fromkeys(
        f"04 {at} k {value}"
        for at, value in (
            ("1_000", "5"),
            (f"\t{AT_MS}", "5"),
            # As milliseconds beyond what Spark's timestamps hold: it would end the query.
            ("9223372036854775807", "5"),
            ("12345678901234567890", "5"),
            (str(AT_MS), "5.0"),
            (str(AT_MS), "\u0665"),
            (str(AT_MS), "5\x85"),
            (str(AT_MS), "nan"),
        )
    ),
    "05": None,
}
