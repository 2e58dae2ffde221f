"""What a program asks and prints beside its executions."""

from __future__ import annotations

from tests.generator.choices import Choices
from tests.generator.offsets import Offsets
from tests.generator.text import Lines, lines_of

NONE = {"none": ""}
BASE = '.split(" [profile")[0]'
OF_ENGINE: dict[str, str] = {
    "counts": 'print("counts", $total, $n, $n_in)',
    "count of all": 'print("all", $engine.num_bindings, len($engine))',
    "outputs": "n_out = $n - $n_in\nprint(n_out)",
    "every binding": "for i in range($engine.num_bindings):\n"
    '    kind = "input" if $engine.binding_is_input(i) else "output"\n'
    "    print(i, kind, $engine.get_binding_dtype(i), $engine.get_binding_shape(i))",
    "bindings of one": "for i in range($n):\n"
    f"    print(i, $engine.get_binding_name(i){BASE}, $engine.get_binding_shape(i))",
    "engine iterated": f"for name in $engine:\n    print(name{BASE}, "
    "$engine.binding_is_input(name), $engine.get_binding_shape(name))",
    "engine enumerated": "for i, name in enumerate($engine):\n"
    f"    print(i, name{BASE}, $engine.get_binding_dtype(i))",
    "engine zipped": "for i, name in zip(range($n), $engine):\n    print(i, name)",
    "engine sliced": "print(list($engine)[:$n])",
    "engine in a list": "names = [$b for $b in $engine]\nprint(len(names) // $profiles, names[0])",
    "names with suffix": "print([$engine.get_binding_name($i) "
    "for $i in range($engine.num_bindings)])",
    "suffix skipped": "for i in range($engine.num_bindings):\n"
    "    name = $engine.get_binding_name(i)\n"
    '    if "[profile" in name:\n        continue\n    print(name)',
    "dictionary of shapes": "shapes = {$b: tuple($engine.get_binding_shape($b)) "
    "for $b in $engine}\nprint(shapes['x0'], len(shapes))",
    "dictionary of indexes": "places = {$b: $engine.get_binding_index($b) for $b in $engine}\n"
    "print(places['x0'], sorted(places.values()))",
    "index of a name": 'print($engine.get_binding_index("y0"), $engine["x0"])',
    "name of an index": "print($engine[0], $engine.get_binding_name($n - 1))",
    "unknown name": 'print($engine.get_binding_index("nothing"))',
    "unknown name tested": 'if $engine.get_binding_index("nothing") == -1:\n    print("none")',
    "known name tested": 'index = $engine.get_binding_index("y0")\n'
    'if index != -1:\n    print("at", index, $engine.get_binding_shape(index))',
    "name out of range": "print($engine.get_binding_name($engine.num_bindings))",
    "name or nothing": 'name = $engine.get_binding_name(99)\nprint("no" if name is None else name)',
    "modulo": "print([$engine.get_binding_name($i % $n) for $i in range($n + 1)])",
    "last": "print($engine.get_binding_dtype($engine.num_bindings - 1))",
    "names mapped": "print(list(map($engine.get_binding_name, range($n))))",
    "names filtered": "names = list($engine)[:$n]\n"
    "print(list(filter($engine.binding_is_input, names)))",
    "inputs and outputs": "ins = [$b for $b in $engine if $engine.binding_is_input($b)]\n"
    "outs = [$b for $b in $engine if not $engine.binding_is_input($b)]\n"
    "print(len(ins) // $profiles, outs[0])",
    "name in engine": 'print("x0" in list($engine), "z" in set($engine))',
    "lambda": "name_of = lambda i: $engine.get_binding_name(i)\nprint(name_of(0), name_of($n - 1))",
    "lambda default": "name_of = lambda i=0: $engine.get_binding_name(i)\nprint(name_of())",
    "partial": "flag = functools.partial($engine.binding_is_input)\nprint(flag(0), flag($n - 1))",
    "volume": "print(trt.volume($engine.get_binding_shape(0)[1:]), "
    "trt.nptype($engine.get_binding_dtype(0)))",
    "is dynamic": "print([-1 in $engine.get_binding_shape($i) for $i in range($n)])",
    "bytes": "print(sum(trt.nptype($engine.get_binding_dtype($i))().itemsize for $i in range($n)))",
    "location": "print([$engine.get_location($i) for $i in range($n)])",
    "execution binding": "print(sum($engine.is_execution_binding($i) for $i in range($n)))",
    "shape binding": "print(any($engine.is_shape_binding($i) for $i in range($n)))",
    "sorted": "print(sorted($engine, key=$engine.get_binding_index)[0])",
    "reversed": "print([$engine.get_binding_name($i) for $i in reversed(range($n))])",
    "while": "i = 0\nwhile i < $n:\n    print($engine.get_binding_name(i))\n    i += 1",
    "walrus": "if (count := $engine.num_bindings) > 1:\n    print(count // $profiles)",
    "f-string": "print(f'{$engine.num_bindings // $profiles} {$engine.get_binding_name(0)}')",
    "percent": 'print("%d of %s" % ($engine.num_bindings, $engine.get_binding_name(0)))',
    "try": "try:\n    print($engine.get_binding_shape(99))\n"
    "except (IndexError, ValueError):\n    print('no')",
}
OF_CONTEXT: dict[str, str] = {  # {0}: the first binding, {i}: binding i
    "shapes": "for i in range($n):\n    print(i, $context.get_binding_shape({i}))",
    "names": f"print([$engine.get_binding_name({{i}}){BASE} for i in range($n)])",
    "profile shapes": "for i in range($n_in):\n    print($engine.get_profile_shape($k, {i}))",
    "profile shapes by name": 'print($engine.get_profile_shape($k, "x0")[2])',
    "range of one": "low, best, high = $engine.get_profile_shape($k, {0})\n"
    "print(tuple(low), tuple(high))",
    "active profile": "print($context.active_optimization_profile, {0})",
    "engine of the context": "print($context.engine.num_bindings, "
    f"$context.engine.get_binding_name({{0}}){BASE})",
    "strides": "print($context.get_strides({0}))",
    "dictionary": "shapes = {$engine.get_binding_name({i}): tuple($context.get_binding_shape({i})) "
    "for i in range($n)}\nprint(list(shapes.values()))",
    "comparison": "print(tuple($context.get_binding_shape({0})) == "
    "tuple($engine.get_binding_shape({0})))",
    "rows": "rows_out = $context.get_binding_shape({0})[0]\nprint(rows_out == $rows)",
    "volume": "print(trt.volume($context.get_binding_shape({0})))",
    "kinds": "print(['in' if $engine.binding_is_input({i}) else 'out' for i in range($n)])",
    "shadowed engine": "print([engine for engine in range($n)], $engine.get_binding_dtype({0}))",
    "shadowed context": "print([context for context in range(2)], $context.get_binding_shape({0}))",
}


def ask_engine(c: Choices) -> Lines:
    lines: Lines = []
    for number in ("first", "second", "third"):
        lines += lines_of(c.one(f"{number} question", {**NONE, **OF_ENGINE}))
    return lines


def ask_context(c: Choices, offsets: Offsets) -> Lines:
    text = c.one("question in the run", {**NONE, **OF_CONTEXT})
    return lines_of(text.replace("{0}", offsets.at("0")).replace("{i}", offsets.at("i")))
