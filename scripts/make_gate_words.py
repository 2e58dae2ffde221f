"""Make trtmigrate/sources/gate_words.py: the words that the gate looks for in the bytes of a file.

    make_gate_words.py            write the file
    make_gate_words.py --check    exit with 1 if the file is not current

The words are the names of all members that some release lost (whether a rule rewrites them or
TRT001 names them), the members of the rules, and the words of `Rule.gate`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from trtmigrate import api
from trtmigrate.api.release import Release, releases
from trtmigrate.rules import all_rules

TARGET = Path(__file__).resolve().parent.parent / "trtmigrate" / "sources" / "gate_words.py"
SHORTEST = 4  # shorter names (`c`, `op`) are in every file; a file that uses them names tensorrt

# Whatever the rules scan for (subscripts, iteration, flags, advice), the file says tensorrt then.
ALWAYS = ("tensorrt",)

# Words of two parts or more that other libraries use, too: found in the standard library, sympy,
# transformers or onnx, or in the vocabulary of any program that trains or serves a model. Words of
# one part (`name`, `padding`) are common without being listed.
COMMON = frozenset(
    """
    BF16 DataType FP16 INT32 INT4 INT8 add_convolution add_padding add_pooling align_corners
    build_engine cell_state compute_precision create_plugin data_length dynamic_range error_recorder
    get_batch get_batch_size get_engine get_location get_output_shape get_shape get_strides get_type
    get_version hidden_size hidden_state input_mode int8_mode kernel_size max_batch_size
    max_seq_length num_fields num_inputs num_layers num_output_channels num_outputs
    post_padding pre_padding register_input register_output seq_lengths set_profiler transpose0
    transpose1 window_size workspace_size
    """.split()
)


def is_common(word: str) -> bool:
    """True if files without TensorRT are likely to hold the word."""
    has_parts = re.search(r"[^_]_[^_]|[a-z\d][A-Z]|[A-Z]{2}[a-z]|\d", word)
    return word in COMMON or has_parts is None


def collect() -> tuple[dict[str, int], dict[str, int], tuple[str, ...]]:
    """Return decisive words and common words, each with the number of the first release that it
    matters for, and the phrases of more than one word.
    """
    known = releases()
    since: dict[str, int] = {}
    for number in reversed(range(len(known))):
        for member in api.missing_in(known[number]):
            since[_bare(member)] = number
    for rule in all_rules():
        for member in rule.members:  # also those that the api data does not list as missing
            since.setdefault(_bare(member), 0)
    since = {w: n for w, n in since.items() if len(w) >= SHORTEST and not w.startswith("__")}
    gate = {word for rule in all_rules() for word in rule.gate} | set(ALWAYS)
    asked = {word: 0 for word in gate if re.fullmatch(r"\w+", word)}
    common = {word: n for word, n in since.items() if is_common(word) and word not in asked}
    decisive = {word: n for word, n in since.items() if word not in common} | asked
    return decisive, common, tuple(sorted(gate - set(asked)))


def targets() -> dict[str, int]:
    """Return every plain spelling of a target, with the number of the release that it means."""
    spelled = {
        ".".join(release.name.split(".")[:length])
        for release in releases()
        for length in range(1, release.name.count(".") + 2)
    }
    found = {}
    for text in sorted(spelled, key=lambda text: (len(text), text)):
        try:
            found[text] = releases().index(Release.parse(text))
        except ValueError:
            continue  # 8 alone is not a target: 8.0 has no tensor names
    return found


def render() -> str:
    """Return the text of the module."""
    decisive, common, phrases = collect()
    return "".join(
        (
            '"""The words of the gate, made by scripts/make_gate_words.py from the rules.\n\n'
            "Each word has the number of the first release that lacks its member, 0 for always.\n"
            '"""\n\n',
            _table("TARGETS", targets()),
            _table("DECISIVE", decisive),
            _table("COMMON", common),
            "PHRASES = (\n" + "".join(f'    "{phrase}",\n' for phrase in phrases) + ")\n",
        )
    )


def _table(name: str, entries: dict[str, int]) -> str:
    lines = "".join(f'    "{word}": {entries[word]},\n' for word in sorted(entries))
    return f"{name} = {{\n{lines}}}\n"


def _bare(member: str) -> str:
    return member.rsplit(".", 1)[-1]


def main() -> int:
    text = render()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") == text
        print("current" if current else f"{TARGET.name} is not current: run {sys.argv[0]}")
        return 0 if current else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
