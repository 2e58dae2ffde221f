"""The engines of a program: how many tensors and profiles, and the code that makes them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.text import Lines, lines_of

COLUMNS = 4
ROWS_OF_PROFILE = 4  # profile k takes 4k + 1 to 4k + 4 rows, so profiles exclude each other
STATIC_ROWS = 3

IN_A_FUNCTION = """\
def build_plan({parameters}):
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    tensors = [network.add_input("x%d" % j, trt.{dtype}, ({rows}, 4)) for j in range(inputs)]
{profiles}    last = tensors[0]
    for tensor in tensors[1:]:
        last = network.add_elementwise(last, tensor, trt.ElementWiseOperation.SUB).get_output(0)
    for j in range(outputs):
        last = network.add_elementwise(last, tensors[0], trt.ElementWiseOperation.SUM).get_output(0)
        last.name = "y%d" % j
        network.mark_output(last)
    return builder.build_serialized_network(network, config)
"""
PROFILES = """\
    for number in range({profiles}):
        profile = builder.create_optimization_profile()
        low, high = 4 * number + 1, 4 * number + 4
        for tensor in tensors:
            profile.set_shape(tensor.name, (low, 4), (high, 4), (high, 4))
        config.add_optimization_profile(profile)
"""


@dataclass(frozen=True)
class Network:
    """One engine's tensors: x0, x1, ... go in, y0, y1, ... come out."""

    inputs: int
    outputs: int
    profiles: int

    @property
    def tensors(self) -> int:
        return self.inputs + self.outputs

    @property
    def names(self) -> list[str]:
        names = [f"x{i}" for i in range(self.inputs)]
        return names + [f"y{j}" for j in range(self.outputs)]

    @property
    def file(self) -> str:
        return f"net{self.inputs}{self.outputs}.plan"


@dataclass(frozen=True)
class Engines:
    """What all engines of a program share, and their tensors."""

    networks: tuple[Network, ...]
    dynamic: bool
    dtype: str
    from_file: bool

    @property
    def first(self) -> Network:
        return self.networks[0]

    @property
    def alone(self) -> bool:
        return len(self.networks) == 1

    @property
    def profiles(self) -> int:
        return self.first.profiles

    @property
    def differ(self) -> bool:
        """True if the engines have different numbers of profiles."""
        return any(network.profiles != self.profiles for network in self.networks)

    def work(self, network: Network) -> list[tuple[int, int]]:
        """The profile and the number of rows of each execution."""
        if not self.dynamic:
            return [(0, STATIC_ROWS)]
        runs = [(k, ROWS_OF_PROFILE * k + 2 + k % 2) for k in range(network.profiles)]
        return [*runs, (0, 4)]

    def build_function(self) -> Lines:
        number = "profiles" if self.differ else str(self.profiles)
        text = IN_A_FUNCTION.format(
            parameters="inputs, outputs, profiles" if self.differ else "inputs, outputs",
            dtype=self.dtype,
            rows="-1" if self.dynamic else str(STATIC_ROWS),
            profiles=PROFILES.format(profiles=number) if self.dynamic else "",
        )
        return lines_of(text.rstrip("\n"))

    def plan(self, network: Network) -> str:
        """The expression for the serialized engine."""
        if self.from_file:
            return f'open("{network.file}", "rb").read()'
        return self._built(network)

    def _built(self, network: Network) -> str:
        given = [network.inputs, network.outputs, *([network.profiles] if self.differ else [])]
        return f"build_plan({', '.join(map(str, given))})"

    def plan_maker(self) -> str:
        """A program that writes the plan files that a program reads; empty where it reads none."""
        if not self.from_file:
            return ""
        head = ["import tensorrt as trt", "LOGGER = trt.Logger(trt.Logger.ERROR)"]
        writes = [f'open("{n.file}", "wb").write({self._built(n)})' for n in self.networks]
        return "\n".join([*head, *self.build_function(), *writes]) + "\n"


def choose_engines(c: Choices) -> Engines:
    dynamic = c.pick("shapes", ["dynamic", "static"]) == "dynamic"
    profiles = int(c.pick("profiles", ["2", "1", "3"])) if dynamic else 1
    inputs = int(c.pick("inputs", ["2", "1", "3"]))
    outputs = int(c.pick("outputs", ["1", "2", "3"]))
    networks = [Network(inputs, outputs, profiles)]
    several = ["two of different profiles"] if profiles > 1 else []
    number = c.pick("engines", ["one", "two", *several])
    if number != "one":
        ins, outs = (3 - count if count < 3 else 1 for count in (inputs, outputs))
        networks.append(Network(ins, outs, profiles - (number in several)))
    dtype = c.pick("dtype", ["float32", "int32", "float16"])
    from_file = c.pick("plan", ["built here", "from a file"]) == "from a file"
    return Engines(tuple(networks), dynamic, dtype, from_file)
