"""Where the bindings of profile $k begin, and loops over some of them."""

from __future__ import annotations

from collections.abc import Callable

from tests.generator.choices import Choices
from tests.generator.network import Engines
from tests.generator.text import Lines, indented, lines_of

NAME_OF_FIRST = '"x0" if $k == 0 else "x0 [profile %d]" % $k'
OFFSETS: dict[str, str] = {
    "product": "$first = $k * $n",
    "product, turned": "$first = $n * $k",
    "start and end": "$first, end = $k * $n, ($k + 1) * $n",
    "index of a name": f"$first = $engine.get_binding_index({NAME_OF_FIRST})",
    "subscript": f"$first = $engine[{NAME_OF_FIRST}]",
    "range subscripted": "$first = range(0, $total, $n)[$k]",
    "comprehension": "$first = [$b for $b in range($total) if $b // $n == $k][0]",
    "next": "$first = next($b for $b in range($total) if $b // $n == $k)",
    "list of offsets": "$first = [number * $n for number in range($profiles)][$k]",
    "dict of offsets": "$first = {number: number * $n for number in range($profiles)}[$k]",
    "arange": "$first = int(np.arange($profiles)[$k]) * $n",
    "sum": "$first = sum($n for _ in range($k))",
    "function": "$first = first_of($k, $n)",
    "branches": "if $k == 0:\n    $first = 0\nelse:\n    $first = $k * $n",
    "branch": "$first = 0\nif $k:\n    $first = $n * $k",
    "conditional expression": "$first = $k * $n if $k > 0 else 0",
    "added in a loop": "$first = 0\nfor _ in range($k):\n    $first += $n",
    "while": "$first = 0\nwhile $first // $n < $k:\n    $first += $n",
    "augmented": "$first = $k\n$first *= $n",
    "of the active profile": "$first = $context.active_optimization_profile * $n",
    "of the total": "$first = $total // $profiles * $k",
    "slice of a list": "$first = list(range($total))[$k * $n]",
    "list(engine) searched": f"$first = list($engine).index({NAME_OF_FIRST})",
    "names searched": "$first = [$engine.get_binding_name($i) for $i in "
    f"range($engine.num_bindings)].index({NAME_OF_FIRST})",
    "enumerate": "$first = [$i for $i, _ in enumerate($engine) if $i // $n == $k][0]",
    "divmod": "$first = [$b for $b in range($total) if divmod($b, $n) == ($k, 0)][0]",
}
OFFSETS_OF_ONE: dict[str, str] = {"none": "", "zero": "$first = 0", "product": "$first = $k * $n"}

Body = Callable[[str, str], Lines]


class Offsets:
    """How a binding of the profile is written, given its place in the profile."""

    def __init__(self, c: Choices, engines: Engines) -> None:
        self._c = c
        self.roles: dict[str, str] = {}
        self.lines: Lines = []
        if engines.profiles == 1:
            label = c.pick("offset of one", OFFSETS_OF_ONE)
            self.lines = lines_of(OFFSETS_OF_ONE[label])
            self.none = label == "none"
            self.roles["first"] = "0" if self.none else "first"
            return
        self.none = False
        self.roles["first"] = c.pick("offset named", ["first", "bindingPad", "($k * $n)"])
        if self.roles["first"].isidentifier():
            self.lines = lines_of(c.one("offset", OFFSETS))

    def at(self, place: str) -> str:
        return place if self.none else f"$first + {place}"

    def loop(self, name: str, low: str, high: str, body: Body) -> Lines:
        """A loop over places in the profile; the body gets the place and the binding."""
        end = f"range({low}, {high})" if low != "0" else f"range({high})"
        plain = [f"for i in {end}:", *indented(body("i", self.at("i")))]
        if self.none:
            return plain
        shift = f"$first + {low}" if low != "0" else "$first"
        bindings = f"range({shift}, $first + {high})"
        loops: dict[str, Lines] = {
            "by place": plain,
            "by binding": [f"for b in {bindings}:", *indented(body("(b - $first)", "b"))],
            "enumerated": [
                f"for i, b in enumerate({bindings}, {low}):",
                *indented(body("i", "b")),
            ],
            "zipped": [f"for i, b in zip({end}, {bindings}):", *indented(body("i", "b"))],
            "while": [
                f"i = {low}",
                f"while i < {high}:",
                *indented([*body("i", self.at("i")), "i += 1"]),
            ],
            "of all, guarded": [
                "for b in range($engine.num_bindings):",
                f"    if not {shift} <= b < $first + {high}:",
                "        continue",
                *indented(body("(b - $first)", "b")),
            ],
            "of all, by division": [
                "for b in range($total):",
                f"    if b // $n != $k or not {low} <= b % $n < {high}:",
                "        continue",
                *indented(body("b % $n", "b")),
            ],
        }
        return self._c.one(name, loops)
