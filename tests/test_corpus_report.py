"""The corpus report: its own scan finds the uses, and no finding is taken at its word."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

import corpus_report
import removed_names
from corpus_report import ADVISED, REPORTED, REWRITTEN, SILENT, Judged, cross_check, judge
from removed_uses import Use, scan

from trtmigrate import api
from trtmigrate.findings import FileResult, Finding, Safety, Status


def members(source: str, target: str = "10") -> list[str]:
    return [use.member for use in scan(source, target).uses if not use.probe]


def probes(source: str, target: str = "10") -> list[str]:
    return [use.member for use in scan(source, target).uses if use.probe]


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("anything.binding_is_input(i)", "ICudaEngine.binding_is_input"),
        ("list(filter(engine.binding_is_input, names))", "ICudaEngine.binding_is_input"),
        ("self.trt_ctx.get_binding_shape(0)", "IExecutionContext.get_binding_shape"),
        ("self.engines[k].get_binding_shape(0)", "ICudaEngine.get_binding_shape"),
        ("c = e.create_execution_context()\nc.execute([1])", "IExecutionContext.execute"),
        ("cs = [e.create_execution_context()]\ncs[0].execute([1])", "IExecutionContext.execute"),
        (
            "context.active_optimization_profile = 1",
            "IExecutionContext.active_optimization_profile",
        ),
        ("context.set_shape_input(0, [1])", "IExecutionContext.set_shape_input"),
        ("builder.max_batch_size = 1", "Builder.max_batch_size"),
        ("n = engine.max_batch_size", "ICudaEngine.max_batch_size"),
        ("config.max_workspace_size = 1", "IBuilderConfig.max_workspace_size"),
        ("builder.max_workspace_size = 1", "Builder.max_workspace_size"),
        ("x = b.build_engine(network, config)", "Builder.build_engine"),
        ("builder.int8_calibrator = c", "Builder.int8_calibrator"),
        ("conv = network.add_convolution_nd(x)\nconv.stride = 2", "IConvolutionLayer.stride"),
        ("import tensorrt as trt\nf = trt.BuilderFlag.STRICT_TYPES", "BuilderFlag.STRICT_TYPES"),
        ("import tensorrt as trt\nF = trt.BuilderFlag\nF.STRICT_TYPES", "BuilderFlag.STRICT_TYPES"),
        ("from tensorrt import UffParser", "UffParser"),
        ("import tensorrt.parsers", "parsers"),
        ("import tensorrt as trt\nm = trt.ResizeMode.LINEAR", "ResizeMode"),
        ("n = len(self.engine)", "ICudaEngine.__len__"),
        ("i = engine['x']", "ICudaEngine.__getitem__"),
        ("for name in engine:\n    i = engine[name]", "ICudaEngine.__getitem__"),
        ("import tensorrt as trt\nwith trt.Refitter(e, l) as r: pass", "Refitter.__enter__"),
        ("class A(trt.IGpuAllocator):\n    def free(self, p): pass", "IGpuAllocator.free"),
        ("runtime.deserialize_cuda_engine(plan, factory)", "Runtime.deserialize_cuda_engine"),
    ],
)
def test_a_removed_use_is_found(source: str, member: str) -> None:
    assert member in members(source)


@pytest.mark.parametrize(
    "source",
    [
        "cursor.execute('select 1')",
        "conv = torch.nn.Conv2d(1, 1, 1)\nconv.stride = 2",
        "n = context.active_optimization_profile",
        "profile.set_shape_input('x', [1], [2], [3])",
        "p.set_shape_input('x', min=[1], opt=[2], max=[3])",
        "engine.num_io_tensors",
        "context.execute_v2(bindings)",
        "context.set_input_shape('x', (1,))",
        "config.int8_calibrator = c",
        "flag = trt.BuilderFlag.FP16",
        "mode = trt.InterpolationMode.LINEAR",
        "Other.STRICT_TYPES",
        "level = Logger.VERBOSE",
        "model.build_engine(logger, 4)",
        "import builders\nbuilders.build_engine(network, config)",
        "def build_engine(network): pass\nbuild_engine(network)",
        "args.max_workspace_size",
        "o = p.parse_args()\no.max_batch_size",
        "class A:\n    def f(self): self.max_batch_size = 1\n    def g(self): self.max_batch_size",
        "class Net:\n    num_bindings = 1\nnet = Net()\nnet.num_bindings",
        "class Base: pass\nclass A(Base):\n    def f(self): return self.get_binding_shape(0)",
        "for name in engine:\n    pass",
        "name = engine[0]",
        "engine = {}\nengine['x']",
        "class Engine: pass\nengine = Engine()\nlen(engine)",
        "len(engines)",
        "len(engine_path)",
        "# engine.num_bindings\n'engine.num_bindings'",
        "parser = trt.OnnxParser(n, l)\nparser.parse(b)",
        "layer = network.add_elementwise(a, b, op)\nlayer.op = 1",
        "runtime.deserialize_cuda_engine(plan)",
        "class A(Allocator):\n    def free(self, p): pass",
        "max_workspace_size = 1\nf(max_workspace_size=max_workspace_size)",
    ],
)
def test_what_is_not_removed_or_not_tensorrts_is_not_counted(source: str) -> None:
    assert members(source) == []


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("config.int8_calibrator = c", "IBuilderConfig.int8_calibrator"),
        ("f = trt.BuilderFlag.FP16", "BuilderFlag.FP16"),
        ("network.get_input(0).dtype = d", "ITensor.dtype"),
        ("layer.precision = p", "ILayer.precision"),
        ("x = network.add_relu(y)\nfc = network.get_layer(0)\nlayer.precision", "ILayer.precision"),
        ("class C(trt.IInt8EntropyCalibrator2): pass", "IInt8EntropyCalibrator2"),
        ("network.add_quantize(x, s)", "INetworkDefinition.add_quantize"),
    ],
)
def test_what_11_removed_counts_for_11_only(source: str, member: str) -> None:
    assert member in members(source, "11")
    assert members(source, "10") == []


NETWORK = """import tensorrt as trt
for layer in layers:
    if layer.type == trt.LayerType.POOLING:
        layer.__class__ = trt.IPoolingLayer
        size = layer.window_size
    elif layer.type == trt.LayerType.LRN:
        layer.__class__ = trt.ILRNLayer
        size = layer.window_size
    elif layer.type == trt.LayerType.CONVOLUTION:
        layer.__class__ = trt.IConvolutionLayer
        layer.stride = 2
    elif layer.type == trt.LayerType.SLICE:
        layer.__class__ = trt.ISliceLayer
        try:
            layer.stride = 2
        except ValueError:
            pass
    layer.precision = trt.float32
"""


def test_the_class_assigned_in_the_block_decides_whose_member_it_is() -> None:
    assert members(NETWORK) == ["IPoolingLayer.window_size", "IConvolutionLayer.stride"]


def test_a_class_assigned_still_has_the_members_of_every_layer() -> None:
    source = "import tensorrt as trt\nx.__class__ = trt.ISliceLayer\nx.precision = p"
    assert members(source, "11") == ["ILayer.precision"]
    assert "ILayer.precision" in members(NETWORK, "11")


@pytest.mark.parametrize(
    "after",
    [
        "x = network.add_convolution_nd(y)",
        "if a:\n    x = network.add_convolution_nd(y)",
        "x.__class__ = trt.IConvolutionLayer",
        "def f(x: trt.IConvolutionLayer):\n    return x.stride",
    ],
)
def test_a_class_assigned_holds_until_the_name_is_bound_again(after: str) -> None:
    source = f"import tensorrt as trt\nx.__class__ = trt.ISliceLayer\n{after}\nx.stride"
    assert "IConvolutionLayer.stride" in members(source)


MADE_LAST = """import tensorrt as trt
for info in layers:
    if info.kind == "pool":
        layer = network.add_pooling_nd(x, trt.PoolingType.MAX, size)
        layer.stride = (2, 2)
    elif info.kind == "lrn":
        layer = network.add_lrn(x, 5, 0.0, 1.0, 1.0)
        layer.window_size = info.size
"""


def test_the_call_that_surely_made_the_layer_decides_whose_member_it_is() -> None:
    assert members(MADE_LAST) == ["IPoolingLayer.stride"]


def test_where_several_calls_may_have_made_the_layer_all_of_them_count() -> None:
    assert "IPoolingLayer.window_size" in members(f"{MADE_LAST}    layer.window_size = 3\n")


def test_what_8_6_still_has_does_not_count_for_8_6() -> None:
    source = "engine.num_bindings\nbuilder.build_cuda_engine(network)"
    assert members(source, "8.6") == ["Builder.build_cuda_engine"]


@pytest.mark.parametrize(
    "source",
    [
        "hasattr(engine, 'num_bindings')",
        "getattr(engine, 'num_bindings', 0)",
        "f = attrgetter('num_bindings')",
    ],
)
def test_a_probe_is_counted_apart(source: str) -> None:
    assert (members(source), probes(source)) == ([], ["ICudaEngine.num_bindings"])


@pytest.mark.parametrize(
    "source",
    [
        "hasattr(engine, 'num_io_tensors')",
        "getattr(args, 'max_batch_size')",
        "getattr(context, 'active_optimization_profile')",
        "getattr(cursor, 'execute')",
        "hasattr(engine, name)",
    ],
)
def test_a_probe_for_something_else_is_not_counted(source: str) -> None:
    assert probes(source) == []


def test_namesakes_are_counted_by_name() -> None:
    source = "class A:\n    def f(self): return self.num_bindings\nargs.num_bindings"
    assert scan(source).namesakes == {"num_bindings": 2}


def test_the_place_is_that_of_the_name_in_characters() -> None:
    (use,) = scan("é = (engine\n     .größe['ü'].num_bindings)").uses
    assert (use.line, use.column) == (2, 18)


def test_the_table_names_all_that_the_releases_lost() -> None:
    elsewhere = {  # decided by syntax, or too rare and too general to be told by a name
        *("ICudaEngine.__len__", "ICudaEngine.__getitem__", "IGpuAllocator.free"),
        *("Refitter.__enter__", "Refitter.__exit__", "Dims.get_type"),
        *("IPluginCreatorV3Quick.create_plugin", "IPluginV3OneBuild.get_output_datatypes"),
        *("IPluginV3QuickBuild.metadata_string", "IPluginV3QuickBuild.num_outputs"),
        "IPluginV3QuickBuild.timing_cache_id",
    }
    tables = (removed_names.DISTINCTIVE, removed_names.GENERIC, removed_names.QUALIFIED)
    known = set(removed_names.TWO_ARGUMENTS)
    known.update(
        n for table in tables for by in table.values() for s in by.values() for n in s.split()
    )
    classes = {name for names in removed_names.TOP.values() for name in names.split()}
    for path, missing in api.missing_in("11").items():
        found = missing.name in known | classes or missing.owner in classes
        assert found or path in elsewhere, path


def finding(
    name: str,
    line: int,
    *,
    applied: bool = False,
    advice: bool = False,
    span: tuple[int, int] = (1, 99),
) -> Finding:
    member = f"ICudaEngine.{name}"
    return Finding("T1", line, span[0], line, span[1], member, "", Safety.SAFE, applied, advice)


USE = Use("ICudaEngine", "num_bindings", 3, 10)


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ([finding("num_bindings", 3, applied=True)], REWRITTEN),
        ([finding("num_bindings", 3)], REPORTED),
        ([finding("num_bindings", 3, advice=True)], ADVISED),
        ([finding("num_bindings", 4)], SILENT),
        ([finding("get_binding_name", 3)], SILENT),
        ([finding("get_binding_name", 3, applied=True)], REWRITTEN),
        ([finding("get_binding_name", 3, applied=True, span=(20, 30))], SILENT),
        ([], SILENT),
    ],
)
def test_a_use_is_judged_by_the_finding_that_names_it(
    findings: list[Finding], outcome: str
) -> None:
    assert judge(USE, findings).outcome == outcome


@pytest.mark.parametrize(
    ("member", "outcome"),
    [("ResizeMode.LINEAR", REPORTED), ("ResizeMode", REPORTED), ("SliceMode.LINEAR", SILENT)],
)
def test_a_finding_for_a_member_of_a_gone_class_names_the_class(member: str, outcome: str) -> None:
    found = Finding("T1", 3, 1, 3, 99, member, "", Safety.SAFE)
    assert judge(Use("", "ResizeMode", 3, 10), [found]).outcome == outcome


def test_the_finding_on_the_very_place_goes_before_one_on_the_line() -> None:
    findings = [
        finding("num_bindings", 3, applied=True, span=(40, 60)),
        finding("num_bindings", 3, span=(5, 25)),
    ]
    assert judge(USE, findings).outcome == REPORTED


def test_a_name_that_is_still_in_the_output_was_not_rewritten() -> None:
    uses = [Judged(USE, REWRITTEN), Judged(USE, REWRITTEN)]
    cross_check(uses, [Judged(USE, REPORTED)])
    assert sorted(j.outcome for j in uses) == [REPORTED, REWRITTEN]


def test_a_name_in_the_output_that_no_second_run_reports_is_silent() -> None:
    uses = [Judged(USE, REWRITTEN), Judged(USE, REPORTED)]
    cross_check(uses, [Judged(USE, SILENT), Judged(USE, SILENT)])
    assert [j.outcome for j in uses] == [SILENT, SILENT]


def test_an_output_without_the_name_confirms_the_rewrite() -> None:
    uses = [Judged(USE, REWRITTEN), Judged(USE, REWRITTEN)]
    cross_check(uses, [])
    assert [j.outcome for j in uses] == [REWRITTEN, REWRITTEN]


BEFORE = "n = engine.num_bindings\n"


def measured(
    monkeypatch: pytest.MonkeyPatch, path: Path, runs: dict[str, str]
) -> corpus_report.FileReport:
    """The report on BEFORE where the tool makes of each text what `runs` says."""

    def tool(source: bytes, path: str, target: str) -> FileResult:
        before = source.decode()
        after = runs.get(before, before)
        done = (finding("num_bindings", 1, applied=True),) if after != before else ()
        return FileResult(path, Status.MIGRATED, done, None, before, after)

    monkeypatch.setattr(corpus_report, "run_tool", tool)
    path.write_text(BEFORE)
    return corpus_report.measure(str(path), path.name, "10", 5)[0]


def test_a_good_run_is_counted_as_rewritten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = measured(monkeypatch, tmp_path / "a.py", {BEFORE: "n = engine.num_io_tensors\n"})
    assert [j.outcome for j in report.uses] == [REWRITTEN]
    assert (report.changed, report.unstable, report.uncompilable) == (True, False, False)


def test_a_claim_that_the_output_contradicts_is_silent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = measured(monkeypatch, tmp_path / "a.py", {BEFORE: "n = 1 * engine.num_bindings\n"})
    assert [j.outcome for j in report.uses] == [SILENT]


def test_an_output_that_does_not_compile_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert measured(monkeypatch, tmp_path / "a.py", {BEFORE: "n = = 1\n"}).uncompilable


def test_a_second_run_that_changes_the_file_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert measured(
        monkeypatch, tmp_path / "a.py", {BEFORE: "n = 1\n", "n = 1\n": "n = 2\n"}
    ).unstable


@pytest.mark.parametrize("slow", [True, False])
def test_a_crash_and_a_timeout_are_counted_not_fatal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slow: bool
) -> None:
    def tool(source: bytes, path: str, target: str) -> FileResult:
        if slow:
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 0, "no limit is set"
            signal.raise_signal(signal.SIGALRM)  # the time is over
        raise KeyError("oops")

    monkeypatch.setattr(corpus_report, "run_tool", tool)
    (tmp_path / "a.py").write_text(BEFORE)
    report, _ = corpus_report.measure(str(tmp_path / "a.py"), "a.py", "10", 60)
    assert report.crash.startswith("TimeoutError" if slow else "KeyError")
    assert [j.outcome for j in report.uses] == [SILENT]


def test_a_file_that_python_cannot_parse_is_counted_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("print 'x'\n")
    report, _ = corpus_report.measure(str(tmp_path / "a.py"), "a.py", "10", 5)
    assert report.problem.startswith("SyntaxError")
    assert not report.crash
