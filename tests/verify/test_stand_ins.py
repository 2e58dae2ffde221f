"""Stand-ins for modules, libraries, plans and files that are missing, and calls of libraries."""

from __future__ import annotations

import io
import json
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.verify.breaks.judge import fast_simulators
from trtmigrate.verify.backend import Place, simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.guessed_engine import guess_engine
from trtmigrate.verify.options import Options
from trtmigrate.verify.recorder.calling import describe, import_script
from trtmigrate.verify.recorder.errors import NotCovered
from trtmigrate.verify.recorder.missing.content import content_of
from trtmigrate.verify.recorder.missing.files import MissingFiles
from trtmigrate.verify.recorder.missing.images import cv2_member, pil_member
from trtmigrate.verify.recorder.missing.installed import INSTALLED
from trtmigrate.verify.recorder.missing.modules import MissingModules, StandInModule, optional_lines
from trtmigrate.verify.recorder.missing.thing import Thing
from trtmigrate.verify.recorder.record import Record
from trtmigrate.verify.result import Verification
from trtmigrate.verify.run import VerifyError
from trtmigrate.verify.stand_in_engine import parse_engine
from trtmigrate.verify.verification import Program, verify_several


class TestEngines:
    def test_specification_becomes_a_description(self) -> None:
        found = parse_engine("m.plan = images:1x3x640x640:float16 -> a:1x84, b:7:int32")
        assert found["file"] == "m.plan"
        assert [(t["name"], t["mode"], t["shape"], t["dtype"]) for t in found["tensors"]] == [
            ("images", "input", [1, 3, 640, 640], "float16"),
            ("a", "output", [1, 84], "float32"),
            ("b", "output", [7], "int32"),
        ]

    def test_open_extents_get_a_range(self) -> None:
        found = parse_engine("x:-1x3x-1, y:2/4/8x5 -> z:-1")
        assert found["file"] == "*"
        assert found["profiles"] == [
            {"x": [[1, 3, 1], [1, 3, 224], [16, 3, 1024]], "y": [[2, 5], [4, 5], [8, 5]]}
        ]

    def test_name_can_have_a_colon(self) -> None:
        assert parse_engine("input:0:1x3:int32 -> y:0:1x3")["tensors"][1]["name"] == "y:0"

    @pytest.mark.parametrize(
        "text", ["x:1x3", "x -> y:1", "x:1xB -> y:1", "x:1 -> y:1:floats", "x:4/2/8 -> y:1", "->"]
    )
    def test_what_cannot_be_read_is_an_error(self, text: str) -> None:
        with pytest.raises(VerifyError, match="--engine"):
            parse_engine(text)

    def test_description_can_be_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "m.plan.io.json"
        path.write_text(json.dumps({"tensors": []}))
        assert parse_engine(str(path)) == {"file": "*", "tensors": []}
        path.write_text("[]")
        with pytest.raises(VerifyError, match="no description"):
            parse_engine(str(path))


class TestGuesses:
    """The engine of --engine guess."""

    def guess(self, tmp_path: Path, source: str) -> str:
        script = tmp_path / "main.py"
        script.write_text(source)
        return str(guess_engine(script)["guess"])

    @pytest.mark.parametrize(
        ("source", "wanted"),
        [
            ("", "input:1x3x224x224:float32 -> output:1x1000"),
            ("image = cv2.resize(image, (640, 480))", "input:1x3x640x480:float32 -> output:1x1000"),
            (
                "i = engine.get_binding_index('images'); o = engine['scores']\n"
                "size = [1, 3, 64, 64]; y = y.reshape(1, 84, 100)",
                "images:1x3x64x64:float32 -> scores:1x84x100",
            ),
            (
                "c.set_binding_shape(engine.get_binding_index('a'), (2, 5))\n"
                "c.set_tensor_address('b', 0); z.reshape((2, 5)); z.reshape(2, -1)",
                "a:2x5:float32 -> b:1x1000",
            ),
            (
                "for n in ('x', 'y'): pass\n"
                "c.set_input_shape('input_ids', (1, 128)); c.set_tensor_address('logits', 0)",
                "input_ids:1x128:int32 -> logits:1x1000",
            ),
            (
                "models = {}; models['engines']['pose']; engines['a']; print((True, 3, 4, 4))",
                "input:1x3x224x224:float32 -> output:1x1000",
            ),
            ("not python", "input:1x3x224x224:float32 -> output:1x1000"),
        ],
    )
    def test_names_and_shapes_are_those_of_the_code(
        self, tmp_path: Path, source: str, wanted: str
    ) -> None:
        assert self.guess(tmp_path, source) == wanted

    def test_modules_of_the_program_are_looked_at(self, tmp_path: Path) -> None:
        (tmp_path / "model.py").write_text("SHAPE = (1, 3, 96, 96)")
        assert self.guess(tmp_path, "import model").startswith("input:1x3x96x96:float32")


INIT = {"__init__": lambda self, size: setattr(self, "size", size)}  # calls no other


class TestModules:
    def test_thing_takes_what_is_done_with_it(self) -> None:
        thing = Thing("lib").make(1, x=2).part[3:5]
        assert thing.shape == (2, 640, 3)
        assert np.asarray(Thing("a")).dtype == np.uint8
        _, two, _ = Thing("lib").three_values()
        assert str(two) == "<stand-in lib.three_values()[1]>"
        assert len(list(Thing("lib"))) == 2
        assert Thing("TAGS")[Thing("key")] != "Orientation"
        assert (-Thing("lib").reshape((1, -1, 28))).shape == (1, 1, 28)
        assert not isinstance(3, Thing("lib").Tensor)  # type: ignore[arg-type]

    def test_thing_is_compared_with_numbers_and_is_above_what_is_none(self) -> None:
        thing = Thing("count")
        assert thing < 8 and thing <= 7 and thing > 0 and thing >= 1 and not thing > 7
        assert Thing("Version")(1) >= "3.10" and not Thing("Version")(1) <= "3.10"
        assert Thing("parse")("a") >= Thing("parse")("b")
        assert not Thing("torch").cuda.is_available() < None

    def test_values_are_repeatable_and_differ_by_name(self) -> None:
        assert np.array_equal(Thing("a") * 2, Thing("a") * 2)
        assert not np.array_equal(np.asarray(Thing("a")), np.asarray(Thing("b")))

    def test_decorator_gives_the_function_and_class_can_be_a_base(self) -> None:
        def function() -> int:
            return 3

        assert Thing("torch").no_grad()(function) is function
        derived = types.new_class("Model", (Thing("nn").Module,))  # resolved as `class` does
        assert derived().layers.count is not None
        own = types.new_class("Own", (Thing("nn").Module,), {}, lambda space: space.update(INIT))
        assert str(own(3).layers) == "<stand-in object.layers>"
        types.new_class("Hub", (Thing("hub").Mixin,), {"license": "mit"})

    def test_progress_bar_gives_what_it_goes_over(self) -> None:
        assert Thing("tqdm").tqdm([1, 2]) == [1, 2]

    def test_tensor_of_a_missing_torch_becomes_an_array(self) -> None:
        assert isinstance(Thing("torch").zeros(3).cpu().numpy(), np.ndarray)

    def test_submodule_with_members_is_found_in_its_package(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = StandInModule("PIL")
        image = StandInModule("PIL.Image")
        monkeypatch.setitem(sys.modules, "PIL", package)
        monkeypatch.setitem(sys.modules, "PIL.Image", image)
        assert package.Image is image
        assert package.Image.new("L", (4, 3)).size == (4, 3)

    def test_device_memory_is_refused_by_name(self) -> None:
        with pytest.raises(NotCovered, match=r"torch\.zeros\(\) has no device memory"):
            Thing("torch").zeros(3).data_ptr()

    def test_import_with_another_way_is_optional(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        path.write_text(
            "try:\n    import a\nexcept ImportError:\n    a = None\n"
            "try:\n    import b\nexcept ImportError:\n    raise\n"
            "try:\n    import c\nexcept ImportError:\n    sys.exit(1)\n"
            "try:\n    import d\nexcept KeyError:\n    pass\n"
            "try:\n    import e\nexcept ImportError:\n    if x:\n        raise\n"
        )
        assert optional_lines(str(path)) == ((2, 2), (18, 18))

    def test_library_gets_no_stand_in(self) -> None:
        finder = MissingModules(Record.__new__(Record))
        code = "found = find('nothing_of_the_kind')"
        names = {"find": finder.find_spec}
        exec(compile(code, os.path.join(INSTALLED[0], "library.py"), "exec"), names)
        assert names["found"] is None

    def test_images_come_into_the_shape_that_is_asked_for(self) -> None:
        image = cv2_member("imread")("a.jpg")
        assert image.shape == (480, 640, 3)
        assert cv2_member("resize")(image, (32, 16)).shape == (16, 32, 3)
        code = cv2_member("COLOR_BGR2GRAY")
        assert cv2_member("cvtColor")(image, code).shape == (480, 640)
        assert cv2_member("rectangle")(image, (0, 0), (9, 9)) is image
        border = cv2_member("copyMakeBorder")(image, 1, 2, 3, 4, 0, value=(7, 7, 7))
        assert border.shape == (483, 647, 3) and border[0, 0, 0] == 7
        picture = pil_member("open")("a.jpg").convert("L").resize((5, 4))
        assert picture.size == (5, 4) and np.asarray(picture).shape == (4, 5)

    def test_film_ends(self) -> None:
        film = cv2_member("VideoCapture")("film.mp4")
        frames = []
        while film.isOpened():
            frames.append(film.read()[1])
        assert len(frames) == 2 and not np.array_equal(*frames)
        assert film.read() == (False, None)


class TestFiles:
    def test_content_can_be_read_as_its_kind(self) -> None:
        array = np.load(io.BytesIO(content_of("a.npy", (2, 3))[0]))
        assert (array.shape, array.dtype) == ((2, 3), np.float32)
        assert content_of("a.PNG", ())[0].startswith(b"\x89PNG")
        assert len(content_of("a.bin", (2, 3))[0]) == 24
        assert content_of("a.names", ())[0].startswith(b"0.jpg\n")

    def test_only_missing_files_of_the_kinds_have_stand_ins(self, tmp_path: Path) -> None:
        record = Record(str(tmp_path / "record"), 0)
        files = MissingFiles(record, (".png",), (1,))
        (tmp_path / "there.png").write_bytes(b"mine")
        assert files.open(tmp_path / "there.png", "rb").read() == b"mine"
        assert files.open(tmp_path / "missing.png", "rb").read().startswith(b"\x89PNG")
        assert files.stat(tmp_path / "missing.png").st_size > 1000
        library = os.path.join(INSTALLED[0], "missing.png")
        for name, mode in (("missing.cfg", "r"), ("sub/new.png", "w"), (library, "r")):
            with pytest.raises(FileNotFoundError):
                files.open(tmp_path / name, mode)
        assert (tmp_path / "record/record.jsonl").read_text().count("stand_in") == 1

    def test_pattern_that_finds_nothing_finds_two(self, tmp_path: Path) -> None:
        files = MissingFiles(Record(str(tmp_path), 0), (".jpg",), (1,))
        zeros = "0" * 11
        found = files.glob(lambda _: [], "images/*.jpg")
        assert found == [f"images/{zeros}0.jpg", f"images/{zeros}1.jpg"]
        assert all(int(name[-7]) == 0 for name in found)  # where data sets put a label
        assert files.glob(lambda _: ["a.jpg"], "*.jpg") == ["a.jpg"]
        assert files.glob(lambda _: [], "*.cfg") == []


class TestCalls:
    def test_result_is_described_by_its_content(self) -> None:
        ones = np.ones((2, 2), np.float32)
        assert describe([ones, 3, {"a": None}]) == f"({describe(ones)}, 3, {{a: None}})"
        assert describe(ones) != describe(ones * 2)
        assert describe(object()) == "an object of object"

    def test_script_of_a_package_is_imported_as_its_module(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "pack_of_test"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "part.py").write_text("from . import other\n")
        (folder / "other.py").write_text("")
        monkeypatch.syspath_prepend(str(tmp_path))
        module = import_script(str(folder / "part.py"), str(tmp_path))
        assert module.__name__ == "pack_of_test.part"


LIBRARY = """
import cv2
import numpy as np
import tensorrt as trt
from cuda import cudart


class Model:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(file.read())
        self.context = self.engine.create_execution_context()

    def infer(self, array):
        outputs, bindings = [], []
        for i in range(self.engine.num_bindings):
            shape = tuple(self.engine.get_binding_shape(i))
            host = array if self.engine.binding_is_input(i) else np.zeros(shape, np.float32)
            bindings.append(cudart.cudaMalloc(host.nbytes)[1])
            cudart.cudaMemcpy(bindings[i], host.ctypes.data, host.nbytes, 1)
            outputs.append(host)
        self.context.execute_v2(bindings)
        for host, address in list(zip(outputs, bindings))[1:]:
            cudart.cudaMemcpy(host.ctypes.data, address, host.nbytes, 2)
        return outputs[1:]
"""
MAIN = """
import ctypes
ctypes.CDLL("libmissing_plugins.so").initLibNvInferPlugins(None, b"")
image = cv2.resize(cv2.imread("dog.jpg"), (4, 4)).transpose(2, 0, 1)[None].astype(np.float32)
print(Model("model.plan").infer(np.ascontiguousarray(image))[0].sum())
"""
ENGINE = "x:1x3x4x4 -> y:1x5"
BUILD = """
builder = trt.Builder(trt.Logger())
network = builder.create_network(1)
parser = trt.OnnxParser(network, trt.Logger())
assert parser.parse_from_file("model.onnx")
with open("model.plan", "wb") as file:
    file.write(builder.build_serialized_network(network, builder.create_builder_config()))
"""

Run = Callable[..., Verification]


@pytest.fixture(scope="module")
def simulators() -> Iterator[None]:
    with fast_simulators():
        yield


@pytest.fixture
def run(tmp_path: Path, simulators: None) -> Run:
    """Verify a program with its own migration on the simulator, with options."""

    def verified(source: str, place: Place | None = None, **options: object) -> Verification:
        path = tmp_path / "program.py"
        path.write_text(source)
        before = Program(path, sys.executable, simulated("8.6", "test"))
        after = Program(None, sys.executable, place or simulated("10", "test"))
        chosen = Options(timeout=60, **options)  # type: ignore[arg-type]
        return verify_several(before, [(after, chosen)], [])[0]

    return verified


class TestPrograms:
    def test_program_with_missing_module_plan_and_image_is_compared(self, run: Run) -> None:
        result = run(LIBRARY + MAIN, stub_missing=True, engines=(parse_engine(ENGINE),))
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert result.stdout.lines == 1
        notes = "\n".join(result.notes)
        assert "stand-in on both sides: module cv2" in notes
        assert "library libmissing_plugins.so" in notes
        assert "file model.plan (the engine of --engine)" in notes

    def test_difference_shows_in_the_outputs_that_mean_nothing(
        self, run: Run, tmp_path: Path
    ) -> None:
        wrong = tmp_path / "other"
        wrong.mkdir()
        for path, text in ((wrong / "program.py", "(4, 4)"), (tmp_path / "program.py", "(4, 5)")):
            path.write_text(LIBRARY + MAIN.replace("(4, 4)", text).replace("[None]", "[:, :4, :4]"))
        sides = [
            Program(path, sys.executable, simulated("8.6", "test"))
            for path in (tmp_path / "program.py", wrong / "program.py")
        ]
        options = Options(timeout=60, stub_missing=True, engines=(parse_engine(ENGINE),))
        assert verify_several(sides[0], [(sides[1], options)], [])[0].verdict is Verdict.DIFFERENT

    def test_library_is_called(self, run: Run) -> None:
        result = run(
            LIBRARY,
            stub_missing=True,
            engines=(parse_engine(ENGINE),),
            call="Model('m.engine').infer(array)",
        )
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert result.before is not None
        assert result.before.printed.lines[0].text.startswith("result: (array float32 (1, 5) ")

    def test_missing_onnx_file_is_parsed_as_the_engine(self, run: Run) -> None:
        text = LIBRARY.replace("import cv2\n", "") + BUILD
        result = run(text, engines=(parse_engine(ENGINE),), call="Model('model.plan').infer(array)")
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert "file model.onnx (the engine of --engine)" in "\n".join(result.notes)

    def test_nothing_stands_in_without_the_option(self, run: Run) -> None:
        result = run(LIBRARY + MAIN)
        assert result.verdict is Verdict.NOT_VERIFIED
        assert result.before is not None and result.before.failure is not None
        assert "--stub-missing" in result.before.failure.advice[0]

    def test_engine_on_a_gpu_is_refused(self, run: Run) -> None:
        place = Place("gpu", "10.0", True, dict(os.environ), "test")
        result = run(LIBRARY, place, engines=(parse_engine(ENGINE),))
        assert "--backend sim" in result.reason
