"""Host and device memory of one execution, and the list of its addresses."""

from __future__ import annotations

from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.libraries import Cuda
from tests.generator.network import COLUMNS, Engines
from tests.generator.offsets import Offsets
from tests.generator.text import Lines, lines_of


@dataclass(frozen=True)
class Storage:
    """How memory is kept; `{i}` is a place in the profile, `{h}` the new host array."""

    empty: str
    add: str
    host: str
    device: str
    each: str  # "X for ..." over all device memory in order
    helpers: str = ""
    add_output: str = ""
    output_host: str = ""
    output_device: str = ""


MEMORY = "Memory = namedtuple('Memory', 'host device')"
MEMORY_CLASS = """\
class Memory:
    def __init__(self, host, device):
        self.host = host
        self.device = device

    def __repr__(self):
        return "%s at %s" % (self.host.shape, self.device)
"""
STORAGES = {
    "lists": Storage(
        "host, device = [], []",
        "host.append({h})\ndevice.append({d})",
        "host[{i}]",
        "device[{i}]",
        "int($d) for $d in device",
    ),
    "namedtuples": Storage(
        "memory = []",
        "memory.append(Memory({h}, {d}))",
        "memory[{i}].host",
        "memory[{i}].device",
        "int($d.device) for $d in memory",
        MEMORY,
    ),
    "objects": Storage(
        "memory = []",
        "memory.append(Memory({h}, {d}))",
        "memory[{i}].host",
        "memory[{i}].device",
        "int($d.device) for $d in memory",
        MEMORY_CLASS,
    ),
    "dictionary by place": Storage(
        "memory = {}",
        "memory[{i}] = ({h}, {d})",
        "memory[{i}][0]",
        "memory[{i}][1]",
        "int($d[1]) for $d in memory.values()",
    ),
    "dictionary by name": Storage(
        "memory = OrderedDict()",
        "memory[$engine.get_binding_name({b})] = ({h}, {d})",
        "list(memory.values())[{i}][0]",
        "list(memory.values())[{i}][1]",
        "int($d) for _, $d in memory.values()",
    ),
    "inputs and outputs": Storage(
        "inputs, outputs = [], []",
        "inputs.append(Memory({h}, {d}))",
        "inputs[{i}].host",
        "inputs[{i}].device",
        "int($d.device) for $d in inputs + outputs",
        MEMORY_CLASS,
        "outputs.append(Memory({h}, {d}))",
        "outputs[{i} - $n_in].host",
        "outputs[{i} - $n_in].device",
    ),
}
OUTPUT_SHAPES = {  # {b}: the binding
    "context": "tuple($context.get_binding_shape({b}))",
    "Dims": "$context.get_binding_shape({b})",
    "list": "list($context.get_binding_shape({b}))",
    "by name": "tuple($context.get_binding_shape($engine.get_binding_index("
    "$engine.get_binding_name({b}))))",
    "rest of it": "($rows,) + tuple($context.get_binding_shape({b}))[1:]",
    "engine's rest": "($rows,) + tuple($engine.get_binding_shape({b}))[1:]",
    "of the context's engine": "($rows, $context.engine.get_binding_shape({b})[1])",
}
STATIC_SHAPES = {
    "engine": "tuple($engine.get_binding_shape({b}))",
    "engine, Dims": "$engine.get_binding_shape({b})",
    "volume": "(trt.volume($engine.get_binding_shape({b})),)",
    **OUTPUT_SHAPES,
}
OWN: dict[str, str] = {  # the addresses of the profile
    "comprehension": "[{each}]",
    "list(generator)": "list({each})",
    "tuple": "list(tuple({each}))",
    "appended": "own = []\nfor i in range($n):\n    own.append(int({device}))\nown",
    "preallocated": "own = [None] * $n\nfor i in range($n):\n    own[i] = int({device})\nown",
    "preallocated with zeros": "own = [0 for _ in range($n)]\n"
    "for i in range($n):\n    own[i] = int({device})\nown",
    "by place": "[int({device}) for i in range($n)]",
    "array": "np.array([{each}], dtype=np.int64).tolist()",
    "dictionary": "table = {{i: int({device}) for i in range($n)}}\nlist(table.values())",
    "dictionary by name": "table = {{}}\nfor i in range($n):\n"
    "    table[$engine.get_binding_name({at})] = int({device})\nlist(table.values())",
}
TAIL = "[0] * ($total - $first - $n)"
PADDED: dict[str, str] = {  # {own}: the list of the profile's own addresses
    "put together": "[0] * $first + {own} + " + TAIL,
    "by sizes": "[0] * ($n * $k) + {own} + [0] * ($n * ($profiles - 1 - $k))",
    "by product": "[0] * $first + {own} + [0] * ($n * $profiles - $first - $n)",
    "by num_bindings": "[0] * $first + {own} + [0] * ($engine.num_bindings - $first - $n)",
    "front only": "[0] * $first + {own}",
    "int(0) comprehension": "[int(0) for _ in range($first)] + {own} + "
    "[int(0) for _ in range($total - $first - $n)]",
    "pad before in a variable": "pad = [0] * $first\npad + {own} + " + TAIL,
    "pads in variables": "before, after = [0] * $first, " + TAIL + "\nbefore + {own} + after",
    "whole front in a variable": "front = [0] * $first + {own}\nfront + " + TAIL,
    "filled in place": "bindings = [0] * $total\nfor i in range($n):\n"
    "    bindings[$first + i] = {own}[i]\nbindings",
    "filled by binding": "bindings = [0] * $engine.num_bindings\n"
    "for b in range($first, $first + $n):\n    bindings[b] = {own}[b - $first]\nbindings",
    "filled by name": "bindings = [0] * len($engine)\nfor i in range($n):\n"
    "    name = $engine.get_binding_name($first + i)\n"
    "    bindings[$engine.get_binding_index(name)] = {own}[i]\nbindings",
    "slice": "bindings = [0] * $total\nbindings[$first : $first + $n] = {own}\nbindings",
    "array": "bindings = np.zeros($total, dtype=np.int64)\n"
    "bindings[$first : $first + $n] = {own}\nbindings.tolist()",
    "condition": "[{own}[$b - $first] if $b // $n == $k else 0 for $b in range($total)]",
    "condition on a range": "[{own}[$b - $first] if $first <= $b < $first + $n else 0 "
    "for $b in range($engine.num_bindings)]",
    "condition over engine": "[{own}[$i % $n] if $i // $n == $k else 0 "
    "for $i, _ in enumerate($engine)]",
    "appended": "bindings = []\nfor b in range($total):\n"
    "    bindings.append({own}[b % $n] if b // $n == $k else 0)\nbindings",
    "appended in branches": "bindings = []\nfor b in range($total):\n"
    "    if b // $n == $k:\n        bindings.append({own}[b - $first])\n"
    "    else:\n        bindings.append(0)\nbindings",
    "all profiles": "{own} * $profiles",
    "all profiles in a loop": "bindings = []\nfor _ in range($profiles):\n"
    "    bindings += {own}\nbindings",
    "profile by profile": "bindings = []\nfor number in range($profiles):\n"
    "    bindings += {own} if number == $k else [0] * $n\nbindings",
    "sum of lists": "sum([{own} if number == $k else [0] * $n for number in range($profiles)], [])",
    "inserted": "bindings = list({own})\nfor _ in range($first):\n"
    "    bindings.insert(0, 0)\nbindings",
    "extended": "bindings = [0] * $first\nbindings.extend({own})\n"
    "bindings.extend([0] * ($total - len(bindings)))\nbindings",
    "augmented": "bindings = [0] * $first\nbindings += {own}\n"
    "bindings += [0] * ($total - $first - $n)\nbindings",
    "branches": "if $k == 0:\n    bindings = {own} + [0] * ($total - $n)\nelse:\n"
    "    bindings = [0] * $first + {own} + " + TAIL + "\nbindings",
    "table": "placed = {{$first + i: a for i, a in enumerate({own})}}\n"
    "[placed.get($b, 0) for $b in range($total)]",
    "chained": "list(itertools.chain([0] * $first, {own}, " + TAIL + "))",
    "unpacked": "[*[0] * $first, *{own}, *" + TAIL + "]",
}
ALONE: dict[str, str] = {  # of one profile
    "as it is": "{own}",
    "copied": "list({own})",
    "filled": "bindings = [0] * $engine.num_bindings\nfor i in range($n):\n"
    "    bindings[i] = {own}[i]\nbindings",
    "filled by name": "bindings = [0] * len($engine)\nfor name in $engine:\n"
    "    bindings[$engine.get_binding_index(name)] = {own}[$engine[name]]\nbindings",
    "by names": "[{own}[$engine.get_binding_index($b)] for $b in $engine]",
    "sliced": "{own}[: $engine.num_bindings]",
    "put together": "[0] * $first + {own}",
}


class Buffers:
    def __init__(self, c: Choices, engines: Engines, cuda: Cuda, offsets: Offsets) -> None:
        self._c, self._engines, self._cuda, self._offsets = c, engines, cuda, offsets
        self.storage = c.one("memory in", STORAGES)

    @property
    def helpers(self) -> Lines:
        return [*lines_of(self.storage.helpers.strip()), "", ""] if self.storage.helpers else []

    def host(self, place: str, output: bool = False) -> str:
        text = self.storage.output_host if output else ""
        return (text or self.storage.host).format(i=place)

    def device(self, place: str, output: bool = False) -> str:
        text = self.storage.output_device if output else ""
        return (text or self.storage.device).format(i=place)

    def allocation(self) -> Lines:
        inputs = self._offsets.loop("loop of inputs", "0", "$n_in", self._input)
        outputs = self._offsets.loop("loop of outputs", "$n_in", "$n", self._output)
        return [*lines_of(self.storage.empty), *inputs, *outputs]

    def _dtype(self, binding: str, name: str) -> str:
        options = {
            "asked": f"trt.nptype($engine.get_binding_dtype({binding}))",
            "literal": f"np.{self._engines.dtype}",
            "asked by name": "trt.nptype($engine.get_binding_dtype("
            f"$engine.get_binding_name({binding})))",
        }
        return self._c.one(f"dtype of {name}", options)

    def _input(self, place: str, binding: str) -> Lines:
        values = f"(np.arange($rows * {COLUMNS}) % 7).reshape($rows, {COLUMNS}) + {place}"
        return self._added(f"({values}).astype({self._dtype(binding, 'inputs')})", place, binding)

    def _output(self, place: str, binding: str) -> Lines:
        shapes = OUTPUT_SHAPES if self._engines.dynamic else STATIC_SHAPES
        shape = self._c.one("shape of outputs", shapes).format(b=binding)
        dtype = self._dtype(binding, "outputs")
        if self._c.pick("shape kept", ["no", "in a variable"]) != "no":
            made = self._added(f"np.empty(shape, dtype={dtype})", place, binding, True)
            return [f"shape = {shape}", *made]
        return self._added(f"np.empty({shape}, dtype={dtype})", place, binding, True)

    def _added(self, array: str, place: str, binding: str, output: bool = False) -> Lines:
        text = (self.storage.add_output if output else "") or self.storage.add
        size = self._cuda.malloc.format("array.nbytes")
        added = text.format(h="array", d=size, i=place, b=binding)
        return [f"array = {array}", *lines_of(added)]

    def copies_in(self) -> Lines:
        def body(place: str, binding: str) -> Lines:
            return [self._cuda.to_device.format(self.device(place), self.host(place))]

        return self._offsets.loop("loop of copies in", "0", "$n_in", body)

    def copies_out(self) -> Lines:
        def body(place: str, binding: str) -> Lines:
            device, host = self.device(place, True), self.host(place, True)
            return [self._cuda.to_host.format(host, device)]

        return self._offsets.loop("loop of copies out", "$n_in", "$n", body)

    def addresses(self) -> tuple[Lines, str]:
        """Statements and the expression for the list that the execution gets."""
        lines, own = self._own()
        options = PADDED if self._engines.profiles > 1 else ALONE
        if self._engines.profiles == 1 and self._offsets.none:
            options = {name: text for name, text in ALONE.items() if "$first" not in text}
        *more, expression = lines_of(
            self._c.one("addresses", options)
            .replace("{{", "{")
            .replace("}}", "}")
            .replace("{own}", own)
        )
        return [*lines, *more], expression

    def _own(self) -> tuple[Lines, str]:
        options = dict(OWN)
        if self.storage.output_device:  # the place says nothing of which list it is in
            options = {n: t for n, t in OWN.items() if "{device}" not in t}
        elif self._engines.alone:
            literal = [f"int({self.device(str(i))})" for i in range(self._engines.first.tensors)]
            options["literal"] = f"[{', '.join(literal)}]"
        text = self._c.one("own addresses", options)
        *lines, expression = lines_of(
            text.format(each=self.storage.each, device=self.device("i"), at=self._offsets.at("i"))
        )
        if expression == "own" or self._c.pick("own kept", ["in a variable", "inline"]) == "inline":
            return lines, expression
        return [*lines, f"own = {expression}"], "own"
