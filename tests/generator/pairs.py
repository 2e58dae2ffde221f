"""Host and device memory of a tensor in one object, and what keeps these objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.text import lines_of


@dataclass(frozen=True)
class Pair:
    """How a pair of `{h}` and `{d}` is made, and what its parts are called."""

    made: str
    host: str
    device: str
    helper: str = ""


CLASS = """\
class Memory:
    def __init__(self, host, device):
        self.host = host
        self.device = device"""
DATACLASS = """\
@dataclass
class Memory:
    host: np.ndarray
    device: object"""
TYPED = """\
class Memory(NamedTuple):
    host: np.ndarray
    device: object"""
SLOTS = """\
class Memory:
    __slots__ = ("host", "device")

    def __init__(self, host=None, device=None):
        self.host, self.device = host, device"""
PAIRS = {
    "class": Pair("Memory({h}, {d})", ".host", ".device", CLASS),
    "dataclass": Pair("Memory(host={h}, device={d})", ".host", ".device", DATACLASS),
    "namedtuple": Pair(
        "Memory({h}, {d})", ".host", ".device", 'Memory = namedtuple("Memory", "host device")'
    ),
    "NamedTuple": Pair("Memory({h}, {d})", ".host", ".device", TYPED),
    "slots": Pair("Memory(host={h}, device={d})", ".host", ".device", SLOTS),
    "tuple": Pair("({h}, {d})", "[0]", "[1]"),
    "dictionary": Pair('{{"host": {h}, "device": {d}}}', '["host"]', '["device"]'),
    "namespace": Pair("SimpleNamespace(host={h}, device={d})", ".host", ".device"),
}


@dataclass(frozen=True)
class Keeper:
    """An object that keeps a pair for each tensor of a profile."""

    empty: str
    key: str  # of the tensor `{n}`, whose index in its profile is `{i}`
    helper: str = ""
    is_there: str = "{key} in memory"
    is_missing: str = "{key} not in memory"
    ordered: str = ""  # all pairs by index, if there is a way of its own


SORTED = """\
class Buffers:
    def __init__(self):
        self._kept = {}

    def __len__(self):
        return len(self._kept)

    def __iter__(self):
        return iter([self._kept[key] for key in sorted(self._kept)])

    def __contains__(self, key):
        return key in self._kept

    def __getitem__(self, key):
        return self._kept[key]

    def __setitem__(self, key, pair):
        self._kept[key] = pair"""
GENERATOR = SORTED.replace(
    "        return iter([self._kept[key] for key in sorted(self._kept)])",
    "        for key in sorted(self._kept):\n            yield self._kept[key]",
)
LISTED = """\
class Buffers:
    def __init__(self, size):
        self._kept = [None] * size

    def __len__(self):
        return len([one for one in self._kept if one is not None])

    def __iter__(self):
        return iter(self._kept)

    def __contains__(self, index):
        return self._kept[index] is not None

    def __getitem__(self, index):
        return self._kept[index]

    def __setitem__(self, index, pair):
        self._kept[index] = pair"""
KEEPERS: Mapping[str, Keeper] = {
    "dictionary by name": Keeper("{}", "{n}"),
    "dictionary by index": Keeper("{}", "{i}", ordered="[memory[$b] for $b in sorted(memory)]"),
    "ordered dictionary": Keeper("OrderedDict()", "{n}"),
    "list by index": Keeper(
        "[None] * $count",
        "{i}",
        is_there="memory[{key}] is not None",
        is_missing="memory[{key}] is None",
        ordered="memory",
    ),
    "dictionary by kind": Keeper("{}", '("x" in {n}, {n})'),
    "sorted wrapper": Keeper("Buffers()", "{i}", SORTED, ordered="memory"),
    "wrapper that yields": Keeper("Buffers()", "{i}", GENERATOR, ordered="memory"),
    "wrapper of a list": Keeper("Buffers($count)", "{i}", LISTED, ordered="memory"),
}


@dataclass(frozen=True)
class Memory:
    """The memory of a program: pairs in a keeper called `memory`."""

    pair: Pair
    keeper: Keeper

    @property
    def helpers(self) -> list[str]:
        texts = [text for text in (self.pair.helper, self.keeper.helper) if text]
        return [line for text in texts for line in (*lines_of(text), "", "")]

    def made(self, host: str, device: str) -> str:
        return self.pair.made.format(h=host, d=device)

    def of(self, name: str, index: str) -> str:
        return f"memory[{self.keeper.key.format(n=name, i=index)}]"

    def is_there(self, name: str, index: str) -> str:
        return self.keeper.is_there.format(key=self.keeper.key.format(n=name, i=index))

    def is_missing(self, name: str, index: str) -> str:
        return self.keeper.is_missing.format(key=self.keeper.key.format(n=name, i=index))


def choose_memory(c: Choices) -> Memory:
    return Memory(c.one("pair", PAIRS), c.one("pairs kept in", KEEPERS))
