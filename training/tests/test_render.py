"""Rendering corner cases; kernels/client/render.test.ts holds TypeScript to the same vectors (test/vectors/render.jsonl)."""

from needlelab.render import number_text, render_tool


def text_of(properties: dict, **extra: object) -> str:
    tool = {"name": "t", "description": "", "parameters": {"type": "object", "properties": properties, **extra}}
    return render_tool(tool, 10_000, len)[0]


def test_types_follow_the_table() -> None:
    assert text_of({"a": {"anyOf": [{"const": "x"}, {"enum": ["y", 3]}, {"type": "null"}]}}) == "t\x1f\x1ea\x1fx | y | 3"
    assert text_of({"a": {"type": ["null", "integer"], "minimum": 0, "maximum": 9}}, required=["a"]) == "t\x1f\x1ea\x1f* int 0-9"
    assert text_of({"a": {"$ref": "#/$defs/n"}}, **{"$defs": {"n": {"type": "array", "items": {"$ref": "#/$defs/n"}}}}) == "t\x1f\x1ea\x1flist of any"
    assert text_of({"a": {}, "b": {"type": "string", "x-needled-entity": "device"}}) == "t\x1f\x1ea\x1fany\x1eb\x1fentity"


def test_markers_cannot_be_forged_and_keys_stay_apart() -> None:
    assert text_of({"a\x1e": {}, "a ": {}, "": {}}) == "t\x1f\x1ea\x1fany\x1ea_2\x1fany\x1e_\x1fany"


def test_descriptions_are_cut_from_the_last_parameter_first() -> None:
    tool = {"name": "t", "description": "one two", "parameters": {"properties": {k: {"description": "word"} for k in "ab"}}}
    full = render_tool(tool, 10_000, len)[0]
    assert render_tool(tool, len(full) - 1, len) == ("t\x1fone two\x1ea\x1fany = word\x1eb\x1fany", ["parameter b"])
    assert render_tool(tool, len("t\x1fone\x1ea\x1fany\x1eb\x1fany"), len)[1] == ["parameter b", "parameter a", "description"]


def test_numbers_are_the_shortest_decimal() -> None:
    assert [number_text(n) for n in (1.0, 0.5, -3, 1e-7, 21.5)] == ["1", "0.5", "-3", "0.0000001", "21.5"]
