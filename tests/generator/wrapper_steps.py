"""The steps of one inference of a wrapper: shapes, memory, copies, addresses, execution."""

from __future__ import annotations

from collections.abc import Callable

from tests.generator import launching, name_lists
from tests.generator.choices import Choices
from tests.generator.cuda_memory import Device
from tests.generator.network import Engines
from tests.generator.pairs import Memory
from tests.generator.pieces import Piece
from tests.generator.text import Lines, indented, lines_of

SET = "$context.set_binding_shape({at}, {shape})"
SHAPES = {  # `{at}`: the binding of `name`
    "items": f"for name, array in feed.items():\n    {SET}".replace("{shape}", "array.shape"),
    "zip": f"for name, array in zip($inputs, feed.values()):\n    {SET}".replace(
        "{shape}", "array.shape"
    ),
    "names": f"for name in $inputs:\n    {SET}".replace("{shape}", "feed[name].shape"),
    "tuple": f"for name in feed:\n    {SET}".replace("{shape}", "tuple(feed[name].shape)"),
    "reversed": f"for name in reversed($inputs):\n    {SET}".replace("{shape}", "feed[name].shape"),
    "if it differs": "for name, array in feed.items():\n"
    "    if tuple($context.get_binding_shape({at})) != array.shape:\n"
    f"        {SET}".replace("{shape}", "array.shape"),
    "if dynamic": "for name, array in feed.items():\n"
    f"    if -1 in tuple($engine.get_binding_shape({{at}})):\n        {SET}".replace(
        "{shape}", "array.shape"
    ),
    "dictionary of shapes": "shapes = {name: array.shape for name, array in feed.items()}\n"
    f"for name, shape in shapes.items():\n    {SET}".replace("{shape}", "shape"),
    "popped": f"names = list(feed)\nwhile names:\n    name = names.pop()\n    {SET}".replace(
        "{shape}", "feed[name].shape"
    ),
    "enumerated": f"for place, name in enumerate($inputs):\n    {SET}".replace(
        "{shape}", "list(feed.values())[place].shape"
    ),
    "tested": f"for name, array in feed.items():\n    if not {SET}:\n"
    "        raise ValueError(name)".replace("{shape}", "array.shape"),
    "all()": f"assert all([{SET} for name in feed])".replace("{shape}", "feed[name].shape"),
}
TURNS = {
    "each call": "",
    "kept": "$store = {empty}",
    "two in turn": "$sets = [{empty}, {empty}]\n$turns = itertools.cycle($sets)",
    "two counted": "$sets = ({empty}, {empty})\n$turns = []",
}
OF_CALL = {
    "each call": ([], "{empty}"),
    "kept": ([], "$store"),
    "two in turn": ([], "next($turns)"),
    "two counted": (["$turns.append(len($turns))"], "$sets[len($turns) % 2]"),
}
MADE = {
    "always": "{pair} = {made}",
    "if the shape changes": "if {missing} or {pair}{host}.shape != array.shape:\n"
    "    {pair} = {made}",
    "if it grows": "if {known} and {pair}{host}.nbytes >= array.nbytes:\n"
    "    device = {pair}{device}\nelse:\n    device = {allocated}\n{pair} = {from_device}",
}
LOOPS = {
    "sum": "for name in $inputs + $outputs:",
    "chain": "for name in itertools.chain($inputs, $outputs):",
    "unpacked": "for name in [*$outputs, *$inputs]:",
    "sorted": "for name in sorted($inputs + $outputs, reverse=True):",
    "range": "for i in range($count):\n    name = $engine.get_binding_name(i)",
    "enumerated": "for i, name in enumerate($inputs + $outputs):",
}
BY_INDEX = "sorted($inputs + $outputs, key=$engine.get_binding_index)"
OWN = {  # `{a}`: the address of `name`; `{i}`: its index in its profile
    "comprehension": ("", f"[{{a}} for name in {BY_INDEX}]"),
    "filled": (
        "own = [None] * $count\nfor name in $inputs + $outputs:\n    own[{i}] = {a}",
        "own",
    ),
    "filled by items": (
        "own = [0] * $count\nfor name in $outputs:\n    own[{i}] = {a}\n"
        "for name in $inputs:\n    own[{i}] = {a}",
        "own",
    ),
    "names of indexes": (
        "own = []\nfor name in [$engine.get_binding_name(i) for i in range($count)]:\n"
        "    own.append({a})",
        "own",
    ),
    "sorted table": (
        "placed = {{{i}: {a} for name in $outputs + $inputs}}",
        "[placed[i] for i in sorted(placed)]",
    ),
    "sorted items": (
        "placed = {{{i}: {a} for name in $inputs + $outputs}}",
        "[address for _, address in sorted(placed.items())]",
    ),
    "sorted pairs": (
        "placed = sorted(({i}, {a}) for name in $inputs + $outputs)",
        "[address for _, address in placed]",
    ),
    "by name": (
        "by_name = {{name: {a} for name in $inputs}}\n"
        "by_name.update({{name: {a} for name in $outputs}})",
        "[by_name[$engine.get_binding_name(i)] for i in range($count)]",
    ),
    "popped": (
        f"rest, own = {BY_INDEX}, []\nwhile rest:\n    name = rest.pop(0)\n    own.append({{a}})",
        "own",
    ),
    "inserted": (
        f"own = []\nfor name in reversed({BY_INDEX}):\n    own.insert(0, {{a}})",
        "own",
    ),
    "backwards": (f"own = [{{a}} for name in {BY_INDEX}[::-1]]\nown.reverse()", "own"),
    "tuple": ("", f"list(tuple({{a}} for name in {BY_INDEX}))"),
}
OWN_IN_ORDER = {  # where the names have the order of their indexes
    "two calls": ("", "pointers([{p} for name in $inputs]) + pointers([{p} for name in $outputs])"),
    "chained": ("", "[{a} for name in itertools.chain($inputs, $outputs)]"),
    "appended": (
        "own = []\nfor name in $inputs:\n    own.append({a})\nown += [{a} for name in $outputs]",
        "own",
    ),
}
OWN_OF_KEEPER = {
    "of the keeper": ("", "[{pa} for pair in {ordered}]"),
    "pointers of the keeper": ("", "pointers(list({ordered}))"),
    "by number": ("kept = list({ordered})", "[{kept} for i in range(len(kept))]"),
}
PADDED = {
    "put together": ("", "[0] * {f} + {own} + [0] * ($engine.num_bindings - {f} - $count)"),
    "slice": (
        "bindings = [0] * $engine.num_bindings\nbindings[{f} : {f} + $count] = {own}",
        "bindings",
    ),
    "filled": (
        "bindings = [0] * len($engine)\nfor i, address in enumerate({own}):\n"
        "    bindings[{f} + i] = address",
        "bindings",
    ),
}
DESCRIBE = """\
def describe(engine, names):
    for name in names:
        index = engine.get_binding_index(name)
        print(name, index, engine.get_binding_dtype(index), engine.get_binding_shape(index))"""
DESCRIBE_RANGE = """\
def describe_range(engine, first, last):
    for index in range(first, last):
        print(engine.get_binding_name(index), engine.binding_is_input(index))"""
DESCRIBED = {
    "no": "",
    "two lists": "describe($engine, $inputs)\ndescribe($engine, $outputs)",
    "slices": "describe($engine, $inputs[1:])\ndescribe($engine, $outputs[::-1])",
    "one": "describe($engine, [$outputs[0]])\ndescribe($engine, names)",
    "sorted": "describe($engine, sorted(names))\ndescribe($engine, reversed(names))",
    "ranges": "describe_range($engine, 0, $count)\ndescribe_range($engine, $count - 1, $count)",
    "copied": "describe($engine, list($inputs))\ndescribe($engine, [*$outputs, *$inputs])",
}
HELPERS = {"describe(": DESCRIBE, "describe_range(": DESCRIBE_RANGE}


def described(c: Choices) -> Lines:
    """Ask about several lists of names through one function."""
    return lines_of(c.one("described", DESCRIBED))


def helpers(lines: Lines, device: Device, memory: Memory) -> Lines:
    """The functions of the module that the lines call."""
    text, found = "\n".join(lines), []
    address = device.address.format(d=f"pair{memory.pair.device}")
    texts = {**HELPERS, "index_of(": name_lists.INDEX_OF}
    texts["pointers("] = f"def pointers(pairs):\n    return [{address} for pair in pairs]"
    for call, helper in texts.items():
        if call in text:
            found += [*lines_of(helper), "", ""]
    return found


class Steps:
    def __init__(
        self, c: Choices, engines: Engines, device: Device, memory: Memory, profile_of: str
    ) -> None:
        self._c, self._device, self._memory = c, device, memory
        self._first = ""
        if engines.profiles > 1:
            self._first = "$first" if profile_of == "object" else "first"
        self._index = name_lists.index_of(c, "name")
        self._turns = c.pick("memory made", TURNS)

    def _each(self, loop: str, body: Callable[[str], Lines]) -> Lines:
        """A loop over names, whose body gets the pair of the name."""
        if self._c.pick("pair of a loop", ["in a variable", "in line"]) == "in line":
            return [loop, *indented(body(self._pair))]
        return [loop, *indented([f"pair = {self._pair}", *body("pair")])]

    @property
    def _at(self) -> str:
        return f"{self._first} + {self._index}" if self._first else self._index

    @property
    def _pair(self) -> str:
        return self._memory.of("name", self._index)

    def kept(self) -> Lines:
        return lines_of(TURNS[self._turns].replace("{empty}", self._memory.keeper.empty))

    def set_shapes(self) -> Piece:
        text = self._c.one("shapes set", SHAPES).replace("{at}", self._at)
        return Piece("set_shapes", lines_of(text))

    def memory_of_call(self) -> Piece:
        lines, result = OF_CALL[self._turns]
        result = result.replace("{empty}", self._memory.keeper.empty)
        return Piece("memory_of_call", lines, result, made=("memory",))

    def allocate(self) -> Piece:
        loop = lines_of(self._c.one("loop of memory", LOOPS))
        allocated = self._device.made.format(h="array")
        text = self._c.one("memory made when", MADE).format(
            pair=self._pair,
            known=self._memory.is_there("name", self._index),
            missing=self._memory.is_missing("name", self._index),
            host=self._memory.pair.host,
            device=self._memory.pair.device,
            made=self._memory.made("array", allocated),
            allocated=allocated,
            from_device=self._memory.made("array", "device"),
        )
        body = [
            f"binding = {self._at}",
            "shape = tuple($context.get_binding_shape(binding))",
            "array = np.zeros(shape, dtype=trt.nptype($engine.get_binding_dtype(binding)))",
            *lines_of(text),
        ]
        return Piece("allocate", [*loop, *indented(body)])

    def copy_in(self) -> Piece:
        filled = {"copyto": "np.copyto({h}, array)", "slice": "{h}[...] = array"}
        fill, kind = self._c.one("host filled by", filled), self._memory.pair

        def copied(pair: str) -> Lines:
            host, device = pair + kind.host, pair + kind.device
            copy = self._device.to_device.format(d=device, h=host)
            return [fill.format(h=host), *lines_of(copy)]

        return Piece("copy_in", self._each("for name, array in feed.items():", copied))

    def addresses(self) -> Piece:
        options = dict(OWN)
        if name_lists.are_in_order(self._c):
            options |= OWN_IN_ORDER
        ordered = self._memory.keeper.ordered
        if ordered:
            options |= OWN_OF_KEEPER
        before, own = self._c.one("addresses of a call", options)
        device = self._memory.pair.device
        parts = {
            "a": self._device.address.format(d=self._pair + device),
            "p": self._pair,
            "pa": self._device.address.format(d="pair" + device),
            "kept": self._device.address.format(d="kept[i]" + device),
            "i": self._index,
            "ordered": ordered,
        }
        lines, own = lines_of(before.format(**parts)), own.format(**parts)
        if self._first:
            before, result = self._c.one("addresses padded", PADDED)
            lines += lines_of(before.format(f=self._first, own=own))
            own = result.format(f=self._first, own=own)
        return Piece("addresses", lines, own, made=("bindings",))

    def launch(self) -> Piece:
        return Piece("launch", launching.launched(self._c, "launched", "bindings"))

    def fetch(self) -> Piece:
        kind = self._memory.pair
        host = self._pair + kind.host

        def copied(pair: str) -> Lines:
            copy = self._device.to_host.format(d=pair + kind.device, h=pair + kind.host)
            return lines_of(copy)

        body = [*self._each("for name in $outputs:", copied), "$wait"]
        result = self._c.one(
            "results",
            {
                "list": f"[{host} for name in $outputs]",
                "backwards": f"[{host} for name in $outputs[::-1]]",
                "sorted": f"[{host} for name in sorted($outputs)]",
                "values": f"list({{name: {host} for name in $outputs}}.values())",
            },
        )
        return Piece("fetch", body, result)
