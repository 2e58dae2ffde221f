"""Lists of the names of one profile: how they are made, put in order, and split.

`$count` is the number of bindings of one profile.
"""

from __future__ import annotations

from tests.generator.choices import Choices
from tests.generator.text import Lines, lines_of

NAMES = {  # the names in the order of their indexes
    "comprehension": "names = [$engine.get_binding_name(i) for i in range($count)]",
    "sliced": "names = list($engine)[:$count]",
    "subscripts": "names = [$engine[i] for i in range($count)]",
    "appended": "names = []\nfor i in range($count):\n"
    "    names.append($engine.get_binding_name(i))",
    "mapped": "names = list(map($engine.get_binding_name, range($count)))",
    "while": "names = []\nwhile len(names) < $count:\n"
    "    names.append($engine.get_binding_name(len(names)))",
}
NAMES_OF_ONE = {
    "iterated": "names = [name for name in $engine]",
    "list": "names = list($engine)",
    "loop": "names = []\nfor name in $engine:\n    names.append(name)",
    "enumerated": "names = [name for i, name in enumerate($engine) if i < $count]",
    "popped": "names, rest = [], list($engine)\nwhile len(names) < $count:\n"
    "    names.append(rest.pop(0))",
    "zipped": "names = [name for _, name in zip(range($count), $engine)]",
}
AS_THEY_ARE = "as they are"
ORDERS = {
    AS_THEY_ARE: "",
    "copied": "names = list(names)",
    "sorted by index": "names = sorted(names, key=$engine.get_binding_index)",
    "sorted": "names = sorted(names)",
    "sorted backwards": "names = sorted(names, reverse=True)",
    "sorted in place": "names.sort(reverse=True)",
    "sorted by their end": "names.sort(key=lambda name: name[::-1])",
    "outputs first": "names = sorted(names, key=lambda name: $engine.binding_is_input(name))",
    "reversed": "names = list(reversed(names))",
    "reversed in place": "names.reverse()",
    "step of -1": "names = names[::-1]",
    "rotated": "names = names[1:] + names[:1]",
    "last first": "names.insert(0, names.pop())",
    "first last": "names.append(names.pop(0))",
    "swapped": "names[0], names[-1] = names[-1], names[0]",
}
IN_ORDER = (AS_THEY_ARE, "copied", "sorted by index", "sorted")
SPLITS = {
    "comprehensions": "$inputs = [name for name in names if $engine.binding_is_input(name)]\n"
    "$outputs = [name for name in names if not $engine.binding_is_input(name)]",
    "by index": "$inputs, $outputs = [], []\nfor name in names:\n"
    "    if $engine.binding_is_input($engine.get_binding_index(name)):\n"
    "        $inputs.append(name)\n    else:\n        $outputs.append(name)",
    "chosen list": "$inputs, $outputs = [], []\nfor name in names:\n"
    "    ($inputs if $engine.binding_is_input(name) else $outputs).append(name)",
    "filter": "$inputs = list(filter(lambda name: $engine.binding_is_input(name), names))\n"
    "$outputs = list(filter(lambda name: not $engine.binding_is_input(name), names))",
    "the others": "$inputs = [name for name in names if $engine.binding_is_input(name)]\n"
    "$outputs = [name for name in names if name not in $inputs]",
    "removed": "$inputs = [name for name in names if $engine.binding_is_input(name)]\n"
    "$outputs = list(names)\nfor name in $inputs:\n    $outputs.remove(name)",
    "popped": "$inputs, $outputs, rest = [], [], list(names)\nwhile rest:\n    name = rest.pop()\n"
    "    if $engine.binding_is_input(name):\n        $inputs.insert(0, name)\n"
    "    else:\n        $outputs.insert(0, name)",
    "popped in a loop": "$inputs, $outputs = list(names), []\nfor name in names:\n"
    "    if not $engine.binding_is_input(name):\n"
    "        $outputs.append($inputs.pop($inputs.index(name)))",
    "by prefix": '$inputs = [name for name in names if name.startswith("x")]\n'
    '$outputs = [name for name in names if name.startswith("y")]',
    "deleted": "$inputs, $outputs = names[:], names[:]\nfor name in names:\n"
    "    if $engine.binding_is_input(name):\n        del $outputs[$outputs.index(name)]\n"
    "    else:\n        del $inputs[$inputs.index(name)]",
}
SLICES = {  # inputs come first where the names have the order of their indexes
    "slices": "number = sum($engine.binding_is_input(name) for name in names)\n"
    "$inputs, $outputs = names[:number], names[number:]",
    "slices counted by index": "number = 0\nwhile $engine.binding_is_input(number):\n"
    "    number += 1\n$inputs, $outputs = names[:number], names[number:]",
    "starred": "number = [$engine.binding_is_input(i) for i in range($count)].count(True)\n"
    "$inputs = [*names[:number]]\n$outputs = [*names[number:]]",
}
INDEXES = {  # of a name of the first profile
    "method": "$engine.get_binding_index({n})",
    "subscript": "$engine[{n}]",
    "dictionary": "$table[{n}]",
    "searched": "$known.index({n})",
    "function": "index_of($engine, {n})",
}
TABLES = {
    "dictionary": "$table = {name: i for i, name in enumerate($engine)}",
    "searched": "$known = list($engine)",
}
INDEX_OF = "def index_of(engine, name):\n    return engine.get_binding_index(name)"


def listed(c: Choices, several: bool) -> Lines:
    """Make `$inputs` and `$outputs`, of an engine with one or several profiles."""
    lines = lines_of(c.one("names listed", NAMES if several else {**NAMES, **NAMES_OF_ONE}))
    order = c.pick("order of names", ORDERS)
    lines += lines_of(ORDERS[order])
    return lines + lines_of(
        c.one("names split", {**SPLITS, **SLICES} if order in IN_ORDER else SPLITS)
    )


def are_in_order(c: Choices) -> bool:
    return c.pick("order of names", ORDERS) in IN_ORDER


def index_of(c: Choices, name: str) -> str:
    return c.one("index of a name", INDEXES).format(n=name)


def tables(c: Choices) -> Lines:
    """What an index is looked up in."""
    return lines_of(TABLES.get(c.pick("index of a name", INDEXES), ""))
