"""Programs put together from the idioms of binding-API code: whatever the combination, the result
compiles, a second run changes nothing, and nothing is left in silence.
"""

from __future__ import annotations

import ast
from textwrap import indent

from hypothesis import given, settings
from hypothesis import strategies as st

from trtmigrate import Safety, Status, migrate_source

# Names that only TensorRT has; what `get_strides` or `get_location` of an unknown object is, nobody
# can tell.
OLD_NAMES = frozenset(
    "get_binding_name get_binding_shape get_binding_dtype binding_is_input get_binding_index"
    " set_binding_shape execute_async_v2 is_shape_binding".split()
)

ENGINES = st.sampled_from(["engine", "self.engine", "self.trt_model", "context.engine"])
CONTEXTS = st.sampled_from(["context", "self.context"])
INDEXES = st.sampled_from(
    ["0", "1", "i", "n - 1", "k * 2", 'E.get_binding_index("x")', 'E["x"]', "*where"]
)
NAMES_OR_INDEXES = st.one_of(INDEXES, st.sampled_from(['"x"', "name", "E[0]", "unknown"]))
LISTS = st.sampled_from(
    ["bindings", "[int(d_in), int(d_out)]", "list(table.values())", "self.bindings", "a + b"]
    + ["[int(b) for b in buffers]", "bindings[2:]"]
)

QUESTIONS = st.builds(
    "E.{}({})".format,
    st.sampled_from(
        ["get_binding_shape", "get_binding_dtype", "binding_is_input", "get_location"]
        + ["is_shape_binding"]
    ),
    NAMES_OR_INDEXES,
)
EXPRESSIONS = st.one_of(
    QUESTIONS,
    st.builds("C.get_binding_shape({})".format, INDEXES),
    st.builds("C.get_strides({})".format, INDEXES),
    st.builds("E.get_profile_shape(0, {})".format, NAMES_OR_INDEXES),
    st.builds("E.get_binding_name({})".format, INDEXES),
    st.builds("C.set_binding_shape({}, shape)".format, INDEXES),
    st.builds("C.execute_async_v2({}, stream)".format, LISTS),
    st.builds("C.execute_async_v2(bindings={}, stream_handle=s.handle)".format, LISTS),
    st.sampled_from(
        [
            "E.num_bindings",
            "len(E)",
            'E["x"]',
            "E.get_binding_index(name)",
            "trt.volume(E.get_binding_shape(0)) * E.max_batch_size",
            "[E.get_binding_name(i) for i in range(E.num_bindings)]",
            "np.sum([E.binding_is_input(i) for i in range(E.num_bindings)])",
            "[n for n in E if not E.binding_is_input(n)]",
            "list(filter(E.binding_is_input, E))",
            'getattr(E, "num_bindings")',
            "(lambda: E.num_bindings)",
            "{n: E.get_binding_dtype(n) for n in E}",
            "other.num_bindings",
        ]
    ),
)
SIMPLE = st.one_of(
    st.builds("{}\n".format, EXPRESSIONS),
    st.builds("x = {}  # keep\n".format, EXPRESSIONS),
    st.builds("# why\nassert {}\n".format, EXPRESSIONS),
    st.builds("print({}, {})\n".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("if {}: return {}\n".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("a = 1; y = {}; b = 2\n".format, EXPRESSIONS),
    st.builds("if not {}:\n    raise ValueError(shape)\n".format, EXPRESSIONS),
    st.builds("ok = {} if {} else None\n".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("if (z := {}) is None: pass\nelif {}: print(z)\n".format, EXPRESSIONS, EXPRESSIONS),
    st.sampled_from(
        ["bindings[0] = int(x)\n", "shape = (1, 3)\n", "C.active_optimization_profile = 0\n"]
    ),
)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(inner, min_size=1, max_size=3)
    heads = [
        "for i in range(E.num_bindings):\n",
        "for name in E:\n",
        "for i, name in enumerate(E):\n",
        "for _ in range(3):\n",
        "while C.execute_async_v2(bindings, stream):\n",
        "with lock:\n",
        'if hasattr(E, "num_io_tensors"):\n',
        "if trt.__version__ >= '10':\n",
        "try:\n",
    ]

    def joined(head: str, body: list[str]) -> str:
        text = head + indent("".join(body), "    ")
        return text + "except AttributeError:\n    pass\n" if head == "try:\n" else text

    return st.builds(joined, st.sampled_from(heads), bodies)


STATEMENTS = st.recursive(SIMPLE, compound, max_leaves=5)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A class with a constructor and two methods, and a function; TensorRT imported or not."""
    engine, context = draw(ENGINES), draw(CONTEXTS)

    def suite() -> str:
        text = "".join(draw(st.lists(STATEMENTS, min_size=1, max_size=4)))
        return (
            text.replace("E.", f"{engine}.")
            .replace("E[", f"{engine}[")
            .replace(" E", f" {engine}")
            .replace("(E", f"({engine}")
            .replace("C.", f"{context}.")
        )

    parts = [
        draw(st.sampled_from(["import tensorrt as trt\n", "import tensorrt\n", ""])),
        "import numpy as np\n\n\nclass Net:\n",
        "    def __init__(self, path, bindings):\n",
        "        runtime = trt.Runtime(trt.Logger())\n",
        "        self.engine = runtime.deserialize_cuda_engine(open(path, 'rb').read())\n",
        "        self.trt_model = self.engine\n",
        "        self.context = self.engine.create_execution_context()\n",
        "        self.bindings = list(bindings)\n\n",
        "    def method(self, context, engine, bindings, shape, stream, n, k, i, *where):\n",
        indent(suite(), " " * 8),
        "\n\n",
        draw(st.sampled_from(["async def ", "def "])),
        "function(self, context, engine, bindings, shape, stream, n, k, i, name, *where):\n",
        indent(suite(), " " * 4),
    ]
    return "".join(parts)


def old_names(source: str) -> list[tuple[int, str]]:
    """Line and name of every attribute or getattr that has a name of the old API."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in OLD_NAMES:
            found.append((node.end_lineno or 0, node.attr))
    return found


@settings(max_examples=60)
@given(programs(), st.sampled_from(["10", "11"]))
def test_any_mixture_of_idioms_is_handled_whole(program: str, target: str) -> None:
    first = migrate_source(program, target=target)
    assert first.status is not Status.FAILED, first.error
    assert first.after is not None
    compile(first.after, "<after>", "exec")

    second = migrate_source(first.after, target=target)
    assert second.after == first.after
    assert not any(f.applied for f in second.findings)

    named = {
        (line, f.member.rsplit(".", 1)[-1])
        for f in second.findings
        for line in range(f.line, f.end_line + 1)
    }
    silent = [use for use in old_names(first.after) if use not in named]
    assert not silent, first.after
    for finding in first.findings:
        assert finding.message and finding.line >= 1
        waits = "which has to change with it, is left" in finding.message
        assert finding.applied or waits or finding.safety is Safety.MANUAL


@settings(max_examples=30)
@given(programs())
def test_dry_look_does_not_depend_on_the_run_before(program: str) -> None:
    assert migrate_source(program) == migrate_source(program)


@settings(max_examples=30)
@given(programs())
def test_comments_survive(program: str) -> None:
    after = migrate_source(program).after
    assert after is not None
    assert after.count("# why") == program.count("# why")
