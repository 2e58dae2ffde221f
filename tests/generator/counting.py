"""How a program counts bindings: all of them, those of one profile, and its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.generator.choices import Choices
from tests.generator.network import Engines
from tests.generator.text import Lines, lines_of

TOTALS: dict[str, str] = {  # statements, then an expression on the last line
    "num_bindings": "$engine.num_bindings",
    "len(engine)": "len($engine)",
    "len(list(engine))": "len(list($engine))",
    "len of a tuple": "len(tuple($engine))",
    "sum of ones": "sum(1 for _ in $engine)",
    "len of a comprehension": "len([$b for $b in $engine])",
    "len of a dictionary": "len({$b: $i for $i, $b in enumerate($engine)})",
    "len of names": "every = [$engine.get_binding_name($i) for $i in range($engine.num_bindings)]\n"
    "len(every)",
    "loop counter": "count = 0\nfor _ in $engine:\n    count += 1\ncount",
    "appended names": "every = []\nfor $b in $engine:\n    every.append($b)\nlen(every)",
    "last index": "max($engine.get_binding_index($b) for $b in $engine) + 1",
    "int()": "int($engine.num_bindings)",
    "getattr": 'getattr($engine, "num_bindings")',
    "function": "total_of($engine)",
    "function with default": "total_with_default($engine)",
    "lambda": "(lambda e: e.num_bindings)($engine)",
    "range": "len(range($engine.num_bindings))",
    "enumerate": "len(list(enumerate($engine)))",
    "ins and outs": "sum($engine.binding_is_input($i) for $i in range($engine.num_bindings)) "
    "+ sum(not $engine.binding_is_input($i) for $i in range($engine.num_bindings))",
}
HELPERS: dict[str, str] = {
    "total_of": "def total_of(engine):\n    return engine.num_bindings",
    "total_with_default": "def total_with_default(engine, extra=0):\n"
    "    count = engine.num_bindings\n    return count + extra",
    "per_profile": "def per_profile(count, profiles):\n    return count // profiles",
    "is_input": "def is_input(engine, index):\n    return engine.binding_is_input(index)",
    "first_of": "def first_of(number, size):\n    return number * size",
    "Counts": "class Counts:\n    total = 0\n    n = 0\n    n_in = 0",
}
DIVISIONS: dict[str, str] = {  # {0}: what is divided; of the number of profiles
    "//": "{0} // $profiles",
    "int(/)": "int({0} / $profiles)",
    "round(/)": "round({0} / $profiles)",
    "divmod()[0]": "divmod({0}, $profiles)[0]",
    "np.floor_divide": "int(np.floor_divide({0}, $profiles))",
    "operator.floordiv": "operator.floordiv({0}, $profiles)",
    "function": "per_profile({0}, $profiles)",
    "condition": "{0} // $profiles if $profiles > 1 else {0}",
    "ceiling": "-(-{0} // $profiles)",
    "len(range)": "len(range(0, {0}, $profiles))",
    "keyword lambda": "(lambda count, by=$profiles: count // by)({0})",
}
SEVERAL_LINES: dict[str, str] = {  # {0}: what is divided, {1}: where the result goes
    "divmod": "{1}, rest = divmod({0}, $profiles)",
    "//=": "{1} = {0}\n{1} //= $profiles",
    "branches": "if $profiles > 1:\n    {1} = {0} // $profiles\nelse:\n    {1} = {0}",
    "float first": "quotient = {0} / $profiles\n{1} = int(quotient)",
    "assert": "assert {0} % $profiles == 0\n{1} = {0} // $profiles",
}
WITHOUT_TOTAL: dict[str, str] = {
    "names without suffix": 'len([$b for $b in $engine if "[profile" not in $b])',
}
INPUTS: dict[str, str] = {  # {0}: how many bindings are looked at
    "sum(generator)": "sum($engine.binding_is_input($i) for $i in range({0}))",
    "np.sum": "np.sum([$engine.binding_is_input($i) for $i in range({0})])",
    "int(np.sum)": "int(np.sum([$engine.binding_is_input($i) for $i in range({0})]))",
    "sum(list)": "sum([$engine.binding_is_input($i) for $i in range({0})])",
    "len(filtered)": "len([$i for $i in range({0}) if $engine.binding_is_input($i)])",
    "count(True)": "[$engine.binding_is_input($i) for $i in range({0})].count(True)",
    "sum(map)": "sum(map($engine.binding_is_input, range({0})))",
    "len(filter)": "len(list(filter($engine.binding_is_input, range({0}))))",
    "filter lambda": "len(list(filter(lambda b: $engine.binding_is_input(b), range({0}))))",
    "count_nonzero": "int(np.count_nonzero([$engine.binding_is_input($i) for $i in range({0})]))",
    "sum of ones": "sum(1 for $i in range({0}) if $engine.binding_is_input($i))",
    "one or zero": "sum(1 if $engine.binding_is_input($i) else 0 for $i in range({0}))",
    "int of flag": "sum(int($engine.binding_is_input($i)) for $i in range({0}))",
    "complement": "{0} - sum(not $engine.binding_is_input($i) for $i in range({0}))",
    "flags": "flags = [$engine.binding_is_input($i) for $i in range({0})]\nsum(flags)",
    "names": "input_names = [$engine.get_binding_name($i) for $i in range({0}) "
    "if $engine.binding_is_input($i)]\nlen(input_names)",
    "by name": "sum($engine.binding_is_input($engine.get_binding_name($i)) for $i in range({0}))",
    "by subscript": "sum($engine.binding_is_input($engine[$i]) for $i in range({0}))",
    "Counter": "Counter($engine.binding_is_input($i) for $i in range({0}))[True]",
    "array": "int(np.array([$engine.binding_is_input($i) for $i in range({0})]).sum())",
    "loop": "count_in = 0\nfor $i in range({0}):\n    if $engine.binding_is_input($i):\n"
    "        count_in += 1\ncount_in",
    "loop adding flags": "count_in = 0\nfor $i in range({0}):\n"
    "    count_in += $engine.binding_is_input($i)\ncount_in",
    "loop with continue": "count_in = 0\nfor $i in range({0}):\n"
    "    if not $engine.binding_is_input($i):\n        continue\n    count_in += 1\ncount_in",
    "while": "count_in = position = 0\nwhile position < {0}:\n"
    "    count_in += int($engine.binding_is_input(position))\n    position += 1\ncount_in",
    "appended": "found = []\nfor $i in range({0}):\n    if $engine.binding_is_input($i):\n"
    "        found.append($i)\nlen(found)",
    "two lists": "ins, outs = [], []\nfor $i in range({0}):\n"
    "    (ins if $engine.binding_is_input($i) else outs).append($i)\nlen(ins)",
    "function": "sum(is_input($engine, $i) for $i in range({0}))",
}
OF_ONE_PROFILE: dict[str, str] = {  # right without a division wherever they end
    "first output": "next($i for $i in range({0}) if not $engine.binding_is_input($i))",
    "index(False)": "[$engine.binding_is_input($i) for $i in range({0})].index(False)",
}
OF_THE_ENGINE: dict[str, str] = {  # over all bindings in any case
    "engine iterated": "sum($engine.binding_is_input($b) for $b in $engine)",
    "engine filtered": "len([$b for $b in $engine if $engine.binding_is_input($b)])",
    "engine mapped": "sum(map($engine.binding_is_input, $engine))",
    "engine enumerated": "sum($engine.binding_is_input($i) for $i, _ in enumerate($engine))",
    "engine zipped": "sum($engine.binding_is_input($i) for $i, _ in "
    "zip(range(len($engine)), $engine))",
    "len(filter(engine))": "len(list(filter($engine.binding_is_input, $engine)))",
    "names of loop": "ins = []\nfor $b in $engine:\n    if $engine.binding_is_input($b):\n"
    "        ins.append($b)\nlen(ins)",
}


@dataclass
class Counting:
    """Statements that fill the roles $total, $n and $n_in, and the helpers that they need."""

    lines: Lines = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    helpers: Lines = field(default_factory=list)


def split(text: str) -> tuple[Lines, str]:
    """The statements and the expression of an option.

    The variable of a loop statement outlives it, so it must not shadow anything.
    """
    if re.search(r"^for \$", text, re.MULTILINE):
        text = re.sub(r"\$([ib])\b", r"\1", text)
    *statements, expression = lines_of(text)
    return statements, expression


def choose_counting(c: Choices, engines: Engines) -> Counting:
    counting = Counting()
    _store(c, counting)
    total = _total(c, counting)
    _per_profile(c, counting, engines, total)
    _inputs(c, counting, engines, total)
    used = "\n".join(counting.lines)
    for name, text in HELPERS.items():
        if re.search(rf"\b{name}\(", used):
            counting.helpers += [*lines_of(text), "", ""]
    return counting


def _store(c: Choices, counting: Counting) -> None:
    """Where the counts live."""
    stores: Mapping[str, tuple[str, str, str]] = {
        "variables": ("", "", ""),
        "dictionary": ("$counts = {}", '$counts["', '"]'),
        "object": ("$counts = Counts()", "$counts.", ""),
        "namespace": ("$counts = SimpleNamespace()", "$counts.", ""),
    }
    first, left, right = c.one("counts in", stores)
    if first:
        counting.lines.append(first)
        for role in ("total", "n", "n_in"):
            counting.roles[role] = f"{left}{role}{right}"


def _total(c: Choices, counting: Counting) -> str:
    """The expression that later lines use for the count of all bindings."""
    statements, expression = split(c.one("total", TOTALS))
    counting.lines += statements
    if not statements and c.pick("total kept", ["in a variable", "nowhere"]) == "nowhere":
        counting.roles["total"] = f"({expression})" if " + " in expression else expression
        return counting.roles["total"]
    counting.lines.append(f"$total = {expression}")
    return "$total"


def _per_profile(c: Choices, counting: Counting, engines: Engines, total: str) -> None:
    if engines.profiles == 1 and c.pick("division of one", ["none", "some"]) == "none":
        if c.pick("size of one", ["from total", "again"]) == "again":
            total = "$engine.num_bindings"
        counting.lines.append(f"$n = {total}")
        return
    name = c.pick("division", [*DIVISIONS, *SEVERAL_LINES, *WITHOUT_TOTAL])
    if name in SEVERAL_LINES:
        counting.lines += lines_of(SEVERAL_LINES[name].format(total, "$n"))
    elif name in WITHOUT_TOTAL:
        counting.lines.append(f"$n = {WITHOUT_TOTAL[name]}")
    else:
        counting.lines.append(f"$n = {DIVISIONS[name].format(total)}")


def _inputs(c: Choices, counting: Counting, engines: Engines, total: str) -> None:
    name = c.pick("inputs counted", [*INPUTS, *OF_ONE_PROFILE, *OF_THE_ENGINE])
    over = c.pick("inputs over", ["one profile", "total", "num_bindings", "len(engine)"])
    number = {
        "one profile": "$n",
        "total": total,
        "num_bindings": "$engine.num_bindings",
        "len(engine)": "len($engine)",
    }[over]
    text = {**INPUTS, **OF_ONE_PROFILE, **OF_THE_ENGINE}[name]
    statements, expression = split(text.replace("{0}", number))
    counting.lines += statements
    all_counted = name in OF_THE_ENGINE or (name in INPUTS and over != "one profile")
    if not all_counted or engines.profiles == 1:
        counting.lines.append(f"$n_in = {expression}")
        return
    division = c.pick("division of inputs", [*DIVISIONS, "//="])
    if division == "//=":
        counting.lines += [f"$n_in = {expression}", "$n_in //= $profiles"]
        return
    if name == "complement":
        expression = f"({expression})"
    counting.lines.append(f"$n_in = {DIVISIONS[division].format(expression)}")
