"""What each simulated release offers, against the API data, member for member."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.sim.worlds import RELEASES, World, entered
from trtmigrate import api

SPECIAL = {
    name
    for cls in api.classes()
    for name in api.members(cls)
    if name.startswith("__") and name.endswith("__")
}


def found(world: World, path: str) -> Any:
    thing: Any = world.trt
    for part in path.split("."):
        thing = getattr(thing, part)
    return thing


def own_classes(release: str) -> list[str]:
    return sorted(cls for cls in api.classes() if api.exists(*split(cls), release))


def split(path: str) -> tuple[str, str]:
    owner, _, name = path.rpartition(".")
    return owner, name


def plain(names: Any) -> set[str]:
    """The members that count: public ones, and the special methods that the data knows of."""
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("short", RELEASES)
def test_every_class_has_exactly_the_members_of_the_release(short: str) -> None:
    release, wrong = RELEASES[short], {}
    with entered(short) as world:
        assert world.trt.__version__ == release
        for path in own_classes(release):
            cls = found(world, path)
            wanted = {name for name in api.members(path) if api.exists(path, name, release)}
            has = plain(dir(cls))
            if api.is_enum(path):
                has -= {"name", "value"}
            if has != plain(wanted):
                wrong[path] = has ^ plain(wanted)
            for name in SPECIAL - set(dir(object)):
                if api.exists(path, name, release) != hasattr(cls, name):
                    wrong[f"{path}.{name}"] = {name}
    assert wrong == {}


@pytest.mark.parametrize("short", RELEASES)
def test_the_module_has_exactly_the_names_of_the_release(short: str) -> None:
    release = RELEASES[short]
    wanted = {name for name in api.members("") if api.exists("", name, release)}
    with entered(short) as world:
        has = plain(dir(world.trt)) - {"ctypes", "os", "sys", "warnings", "tensorrt"}
    assert has == plain(wanted) - {"tensorrt"}


@pytest.mark.parametrize("short", RELEASES)
def test_every_enumerator_has_the_integer_of_the_release(short: str) -> None:
    release, wrong = RELEASES[short], []
    with entered(short) as world:
        for path in own_classes(release):
            if not api.is_enum(path):
                continue
            for name in api.enum_members(path, release):
                value = api.enum_value(path, name, release)
                if value is not None and int(getattr(found(world, path), name)) != value:
                    wrong.append(f"{path}.{name}")
    assert wrong == []


@pytest.mark.parametrize("short", RELEASES)
def test_no_object_takes_an_attribute_that_its_class_lacks(short: str) -> None:
    with entered(short) as world:
        builder, network, config = world.network()
        engine = world.negation()
        context = engine.create_execution_context()
        profile = builder.create_optimization_profile()
        tensor = network.add_input("x", world.trt.float32, (1,))
        layer = network.add_identity(tensor)
        plan = engine.serialize()
        for thing in (builder, network, config, engine, context, profile, tensor, layer, plan):
            with pytest.raises(AttributeError):
                thing.no_such_setting = 1


@pytest.mark.parametrize(
    "path",
    [
        "ICudaEngine.num_bindings",
        "ICudaEngine.get_binding_shape",
        "IExecutionContext.execute_async_v2",
        "IExecutionContext.set_binding_shape",
        "Builder.build_engine",
        "Builder.max_batch_size",
        "IBuilderConfig.max_workspace_size",
        "INetworkDefinition.add_fully_connected",
        "INetworkDefinition.add_convolution",
        "IConvolutionLayer.stride",
        "BuilderFlag.STRICT_TYPES",
    ],
)
def test_what_10_removed_is_there_in_8_6_only(path: str, sim: World) -> None:
    cls, member = split(path)
    assert hasattr(found(sim, cls), member) == (sim.release == "8.6")


def test_setting_the_workspace_the_old_way_fails_on_10(sim10: World) -> None:
    _, _, config = sim10.network()
    with pytest.raises(AttributeError):
        config.max_workspace_size = 1 << 30


def test_the_active_profile_can_be_assigned_on_8_6_only(sim: World) -> None:
    context = sim.sum_and_product().create_execution_context()
    if sim.release == "8.6":
        context.active_optimization_profile = 1
        assert context.active_optimization_profile == 1
    else:
        with pytest.raises(AttributeError):
            context.active_optimization_profile = 1


def test_what_is_not_covered_refuses_by_its_name(sim8: World) -> None:
    _, network, _ = sim8.network()
    with pytest.raises(NotImplementedError, match=r"sim: INetworkDefinition.add_if_conditional"):
        network.add_if_conditional()
    with pytest.raises(NotImplementedError, match=r"sim: .*CaffeParser"):
        sim8.trt.CaffeParser()


def test_an_implicit_batch_network_is_refused_by_name(sim8: World) -> None:
    builder = sim8.trt.Builder(sim8.logger())
    with pytest.raises(NotImplementedError, match="implicit batch"):
        builder.create_network()


def test_create_network_needs_no_flag_from_10_on(sim10: World) -> None:
    builder = sim10.trt.Builder(sim10.logger())
    assert not builder.create_network().has_implicit_batch_dimension


def test_enums_are_no_integers(sim: World) -> None:
    trt = sim.trt
    assert trt.TensorIOMode.INPUT != 1
    assert bool(trt.TensorIOMode.NONE)
    assert trt.float32 == trt.DataType.FLOAT
    assert trt.DataType.FLOAT is not trt.float32
    with pytest.raises(TypeError):
        1 << trt.BuilderFlag.FP16 if sim.release != "11" else 1 << trt.BuilderFlag.TF32


def test_a_wrong_type_is_a_type_error_in_pybinds_words(sim: World) -> None:
    engine = sim.negation()
    with pytest.raises(TypeError, match="incompatible function arguments"):
        engine.get_tensor_shape(0)


def test_profile_values_have_swapped_keywords_as_the_binding_has(sim10: World) -> None:
    engine = sim10.reshape()
    assert engine.get_tensor_profile_values(0, "dims") == [[1, 1], [4, 6], [24, 24]]
    with pytest.raises(TypeError):
        engine.get_tensor_profile_values(name="dims", profile_index=0)
