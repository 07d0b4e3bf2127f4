"""Writes json-mistakes.json: what Python says of texts that are no JSON. Run by hand when the set of texts changes."""

import json
from pathlib import Path

TEXTS = [
    "", " ", "{", "[", "{bad", '{"a"', '{"a" 1}', '{"a":', '{"a": 1', '{"a": 1,', '{"a": 1,}', '{"a": 1 "b": 2}', "{'a': 1}", "[1", "[1,", "[1,]", "[1 2]", "[,1]",
    "nul", "True", "tru", "-", "01", "1.", ".5", "+1", "1e", "1 2", "{}x", "[] []", '"abc', '"a\nb"', '"a\tb"', '"\\x"', '"\\', '"\\u12"', '"\\u12g4"', '"\\u"', '"ok" trailing',
    '{\n  "a": 1,\n  b: 2\n}', '[\n1,\n\n}', '\u00e4', '["\u00e4\U0001F600", x]', '{"a": [1, {"b": }]}', '{"a": {"b": [}}', "// c", "{1: 2}", '{"a": undefined}', "\ufeff{}",
]


def said(text):
    try:
        json.loads(text)
        return None
    except json.JSONDecodeError as error:
        return str(error)


rows = ",\n".join(json.dumps({"text": text, "says": said(text)}) for text in TEXTS)
(Path(__file__).parent / "json-mistakes.json").write_text(f"[\n{rows}\n]\n")
