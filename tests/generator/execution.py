"""How a profile is chosen, shapes are set and the engine is executed."""

from __future__ import annotations

from tests.generator.choices import Choices
from tests.generator.libraries import Cuda
from tests.generator.network import COLUMNS, Engines
from tests.generator.offsets import Offsets
from tests.generator.text import Lines, indented, lines_of

SHAPE = f"($rows, {COLUMNS})"
PROFILES: dict[str, str] = {
    "on the stream": "$context.set_optimization_profile_async($k, $handle)\n$wait",
    "assigned": "$context.active_optimization_profile = $k",
    "on the stream, no wait": "$context.set_optimization_profile_async($k, $handle)",
    "on stream 0": "$context.set_optimization_profile_async($k, 0)\n$wait",
    "asserted": "assert $context.set_optimization_profile_async($k, $handle)\n$wait",
    "keywords": "$context.set_optimization_profile_async(profile_index=$k, "
    "stream_handle=$handle)\n$wait",
    "if another": "if $context.active_optimization_profile != $k:\n"
    "    $context.active_optimization_profile = $k",
    "function": "choose_profile($context, $k, $handle)\n$wait",
    "setattr": 'setattr($context, "active_optimization_profile", $k)',
}
SET = "$context.set_binding_shape({at}, {shape})"
SUFFIXED = '"x%d" % i + (" [profile %d]" % $k if $k else "")'
SHAPES: dict[str, str] = {  # in a loop over the inputs, i
    "by index": SET,
    "list": SET.replace("{shape}", f"[$rows, {COLUMNS}]"),
    "asserted": f"assert {SET}",
    "tested": f"if not {SET}:\n    raise RuntimeError(i)",
    "printed": f'print("set", {SET})',
    "index of asked name": "$context.set_binding_shape($engine.get_binding_index("
    "$engine.get_binding_name({at})), {shape})",
    "index of literal name": f"$context.set_binding_shape($engine.get_binding_index({SUFFIXED}), "
    "{shape})",
    "subscript": f"$context.set_binding_shape($engine[{SUFFIXED}], {{shape}})",
    "if dynamic": f"if -1 in $engine.get_binding_shape({{at}}):\n    {SET}",
    "in a variable": "binding = {at}\nshape = {shape}\n$context.set_binding_shape(binding, shape)",
    "rest asked": "$context.set_binding_shape({at}, ($rows, *$engine.get_binding_shape({at})[1:]))",
}
WHOLE: dict[str, str] = {  # instead of the loop
    "mapped": "list(map(lambda i: " + SET + ", range($n_in)))",
    "comprehension": "[" + SET + " for i in range($n_in)]",
    "all()": "assert all(" + SET + " for i in range($n_in))",
    "all bindings": "for i in range($n):\n    if $engine.binding_is_input({at}):\n        " + SET,
    "dictionary": f"wanted = {{{{{SUFFIXED}: {{shape}} for i in range($n_in)}}}}\n"
    "for name, shape in wanted.items():\n"
    "    $context.set_binding_shape($engine.get_binding_index(name), shape)",
    "engine iterated": "for name in $engine:\n    i = $engine.get_binding_index(name)\n"
    "    if $engine.binding_is_input(name) and i // $n == $k:\n"
    "        $context.set_binding_shape(i, {shape})",
}
SPECIFIED: dict[str, str] = {
    "not asked": "",
    "asserted": "assert $context.all_binding_shapes_specified",
    "printed": 'print("specified", $context.all_binding_shapes_specified)',
    "tested": "if not $context.all_binding_shapes_specified:\n    raise RuntimeError",
    "shape inputs too": "assert $context.all_binding_shapes_specified and "
    "$context.all_shape_inputs_specified",
}
EXECUTED: dict[str, str] = {  # {b}: the addresses
    "execute_async_v2": "$context.execute_async_v2({b}, $handle)",
    "keywords": "$context.execute_async_v2(bindings={b}, stream_handle=$handle)",
    "keywords turned": "$context.execute_async_v2(stream_handle=$handle, bindings={b})",
    "None at the end": "$context.execute_async_v2({b}, $handle, None)",
    "asserted": "assert $context.execute_async_v2({b}, $handle)",
    "tested": "if not $context.execute_async_v2({b}, $handle):\n    raise RuntimeError",
    "result": 'done = $context.execute_async_v2({b}, $handle)\nprint("done", done)',
    "execute_v2": "$wait\n$context.execute_v2({b})",
    "execute_v2 by keyword": "$wait\n$context.execute_v2(bindings={b})",
    "execute_v2 result": '$wait\nprint("done", $context.execute_v2({b}))',
    "execute_v2 lambda": "$wait\nrun = lambda: $context.execute_v2({b})\nrun()",
    "execute_v2 thread": "$wait\nthread = threading.Thread(target=$context.execute_v2, "
    "args=({b},))\nthread.start()\nthread.join()",
    "lambda": "run = lambda: $context.execute_async_v2({b}, $handle)\nrun()",
    "lambda with list": "run = lambda given: $context.execute_async_v2(given, $handle)\nrun({b})",
    "method in a variable": "run = $context.execute_async_v2\nrun({b}, $handle)",
    "partial": "run = functools.partial($context.execute_async_v2, stream_handle=$handle)\n"
    "run({b})",
    "star": "$context.execute_async_v2(*({b}, $handle))",
    "twice": "for _ in range(2):\n    $context.execute_async_v2({b}, $handle)",
    "in try": "try:\n    $context.execute_async_v2({b}, $handle)\nfinally:\n    $wait",
    "inner function": "def run():\n    return $context.execute_async_v2({b}, $handle)\n\nrun()",
    "function": "launch($context, {b}, $handle)",
    "function by keywords": "launch(bindings={b}, stream=$handle, context=$context)",
    "function in thread": "thread = threading.Thread(target=launch, "
    "args=($context, {b}, $handle))\nthread.start()\nthread.join()",
    "function with default": "launch_with_default($context, {b})\n$wait",
    "waiting function": "launch_and_wait($context, {b}, $stream)",
}
HELPERS = {
    "choose_profile": "def choose_profile(context, number, handle):\n"
    "    context.set_optimization_profile_async(number, handle)",
    "launch": "def launch(context, bindings, stream):\n"
    "    context.execute_async_v2(bindings, stream)",
    "launch_with_default": "def launch_with_default(context, bindings, stream=0):\n"
    "    return context.execute_async_v2(bindings, stream)",
    "launch_and_wait": "def launch_and_wait(context, bindings, stream):\n"
    "    context.execute_async_v2(bindings=bindings, stream_handle=$handle)\n    $wait",
}


def choose_profile(c: Choices, engines: Engines) -> Lines:
    if engines.profiles == 1:
        chosen = c.pick("profile of one", ["not chosen", *PROFILES])
        if chosen == "not chosen":
            return []
        written = c.pick("profile of one written", ["0", "$k"])  # 0 in half of the public files
        return lines_of(PROFILES[chosen].replace("$k", written))
    return lines_of(c.one("profile chosen", PROFILES))


def set_shapes(c: Choices, engines: Engines, offsets: Offsets) -> Lines:
    """Set the shapes of the inputs and ask whether all are known."""
    lines: Lines = []
    if engines.dynamic:
        options = [*SHAPES, *WHOLE, *(["unrolled"] if engines.alone else [])]
        name = c.pick("shapes set", options)
        if name == "unrolled":
            places = (offsets.at(str(i)) for i in range(engines.first.inputs))
            lines = [SET.format(at=at, shape=SHAPE) for at in places]
        elif name in WHOLE:
            lines = lines_of(WHOLE[name].format(at=offsets.at("i"), shape=SHAPE))
        elif "% i" in SHAPES[name]:
            body = lines_of(SHAPES[name].format(shape=SHAPE))
            lines = ["for i in range($n_in):", *indented(body)]
        else:
            lines = offsets.loop(
                "loop of shapes",
                "0",
                "$n_in",
                lambda place, binding: lines_of(
                    SHAPES[name].replace("(i)", f"({place})").format(at=binding, shape=SHAPE)
                ),
            )
    return [*lines, *lines_of(c.one("specified", SPECIFIED))]


def execute(c: Choices, addresses: tuple[Lines, str]) -> Lines:
    lines, expression = addresses
    if c.pick("addresses kept", ["in a variable", "inline"]) == "in a variable":
        lines, expression = [*lines, f"addresses = {expression}"], "addresses"
    # A method that a variable keeps keeps its context, and with it the only profile.
    keeps_context = ("method in a variable", "partial")
    new_each_time = c.made.get("contexts") == "new each time"
    offered = {n: t for n, t in EXECUTED.items() if not (new_each_time and n in keeps_context)}
    return [*lines, *lines_of(c.one("executed", offered).replace("{b}", expression))]


def helpers(lines: Lines, cuda: Cuda) -> Lines:
    """The functions that the lines call."""
    used = "\n".join(lines)
    found: Lines = []
    for name, text in HELPERS.items():
        if f"{name}(" in used or f"={name}," in used:
            text = text.replace("$wait", cuda.wait).replace("$handle", cuda.handle)
            found += [*lines_of(text.replace("$stream", "stream")), "", ""]
    return found
