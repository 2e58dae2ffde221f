"""The binding API: tensors by an index that counts all profiles. Gone from 10 on.

With n tensors, profile k has the bindings k*n to k*n+n-1; from the second on their names carry the
suffix `` [profile k]``.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Tuple, cast

from . import enums
from .expose import Part
from .plan import TensorSpec
from .release import TENSOR_NAMES_ONLY
from .values import Dims

Place = Tuple[TensorSpec, int]

_SUFFIXED = re.compile(r"(.*) \[profile (\d+)\]", re.DOTALL)


class EngineBindings(Part):
    """Members of ICudaEngine; the helpers at the end serve ``engine[...]`` in every release."""

    __slots__ = ()

    @property
    def num_bindings(self: Any) -> int:
        return int(self._count())

    def __len__(self: Any) -> int:
        return int(self._count())

    def get_binding_name(self: Any, index: int) -> Optional[str]:
        place = self._at(index)
        return None if place is None else self._name_at(index)

    def get_binding_index(self: Any, name: Optional[str]) -> int:
        return int(self._index_of(name))

    def binding_is_input(self: Any, key: Any) -> bool:
        place = self._at(key)
        return place is not None and place[0].is_input

    def get_binding_shape(self: Any, key: Any) -> Any:
        place = self._at(key)
        return Dims._invalid() if place is None else Dims(self._shape_in_profile(*place))

    def get_binding_dtype(self: Any, key: Any) -> Any:
        place = self._at(key)
        return enums.value("DataType", place[0].dtype if place else "FLOAT")

    def get_location(self: Any, key: Any) -> Any:
        # Also for shape tensors, which the tensor names place on the host.
        self._at(key)
        return enums.value("TensorLocation", "DEVICE")

    def get_binding_format(self: Any, index: int) -> Any:
        self._at(index)
        return enums.value("TensorFormat", "LINEAR")

    def get_binding_format_desc(self: Any, index: int) -> Optional[str]:
        place = self._at(index)
        return None if place is None else self.get_tensor_format_desc(place[0].name, 0)

    def get_binding_vectorized_dim(self: Any, index: int) -> int:
        self._at(index)
        return -1

    def get_binding_bytes_per_component(self: Any, index: int) -> int:
        self._at(index)
        return 0

    def get_binding_components_per_element(self: Any, index: int) -> int:
        self._at(index)
        return -1

    def is_shape_binding(self: Any, index: int) -> bool:
        place = self._at(index)
        return place is not None and place[0].is_shape

    def is_execution_binding(self: Any, index: int) -> bool:
        # Also for the input of a shuffle's shape, on 8.6.0, although its header says otherwise.
        return self._at(index) is not None

    def get_profile_shape(self: Any, profile_index: int, binding: Any) -> List[Any]:
        place = self._at(binding)
        name = place[0].name if place else None
        return list(self.get_tensor_profile_shape(name, profile_index))

    def get_profile_shape_input(self: Any, profile_index: int, binding: Any) -> List[List[int]]:
        place, profile = self._at(binding), self._profile(profile_index)
        if place is None or profile is None:
            return []
        limits = profile.get(place[0].name)
        return [list(v) for v in limits[1:]] if limits is not None and limits.of_values else []

    @property
    def max_batch_size(self) -> int:
        return 1

    def _count(self: Any) -> int:
        profiles = 1 if TENSOR_NAMES_ONLY else len(self._data.profiles)
        return len(self._data.tensors) * profiles

    def _name_at(self: Any, index: int) -> Optional[str]:
        if not 0 <= index < self._count():
            return None
        profile, place = divmod(index, len(self._data.tensors))
        name = str(self._data.tensors[place].name)
        return "%s [profile %d]" % (name, profile) if profile else name

    def _index_of(self: Any, name: Optional[str]) -> int:
        found = _SUFFIXED.fullmatch(name or "")
        plain, profile = (found.group(1), int(found.group(2))) if found else (name, 0)
        for place, spec in enumerate(self._data.tensors):
            if spec.name == plain and profile < len(self._data.profiles):
                return int(profile * len(self._data.tensors) + place)
        self._complain("getBindingIndex: %s is no binding" % name)
        return -1

    def _at(self: Any, key: Any) -> Optional[Place]:
        """The tensor and profile of a binding by index or name; told to the logger where there is
        none.
        """
        index = self._index_of(key) if isinstance(key, str) or key is None else key
        if 0 <= index < self._count():
            profile, place = divmod(index, len(self._data.tensors))
            return cast(TensorSpec, self._data.tensors[place]), profile
        if not isinstance(key, str):
            self._complain("binding index %s is not in [0, %d)" % (key, self._count()))
        return None


class ContextBindings(Part):
    """Members of IExecutionContext.

    8.6 keeps two shapes for each input: the one set by name, and the one of the binding. What
    follows was measured on 8.6.0, and held for every order of calls that was tried:

    - An execution through any API settles the shapes if one was set since they were settled: the
      shape set by name becomes the shape of the binding, also where the binding had another. It
      runs with the shapes of the bindings.
    - ``get_binding_shape`` of an output settles them with the shapes of the bindings alone, if
      these are complete and fit the network. An execution after it runs with stale shapes, if
      others were set by name.
    - ``infer_shapes`` settles them with the shapes set by name, if these are complete.
    - ``get_tensor_shape`` of an output makes the next execution settle them, if the shapes set by
      name are complete. (What ``get_binding_shape`` says in between was not measured.)
    - To set the shape by name that is set already settles nothing and unsettles nothing.
    """

    __slots__ = ()

    def get_binding_shape(self: Any, binding: int) -> Any:
        place = self._engine._at(binding)
        if place is None:
            return Dims._invalid()
        spec, profile = place
        if self._profile < 0:
            return Dims._invalid()
        if spec.is_input:
            return Dims(self._bound_shape(spec, profile))
        if profile != self._profile:
            return Dims(spec.shape)
        if not self._is_complete():
            return Dims._invalid()
        shapes = self._infer(*self._bound_inputs())
        if shapes is None:
            return Dims._invalid()
        self._pending = False
        return Dims(shapes[spec.name].shape)

    def set_binding_shape(self: Any, binding: int, shape: Any) -> bool:
        spec = self._own_input(binding, "setBindingDimensions")
        if spec is None or not self._is_allowed(spec, tuple(shape), "setBindingDimensions"):
            return False
        self._bound[spec.name] = tuple(shape)
        self._pending = True
        return True

    def set_shape_input(self: Any, binding: int, values: List[int]) -> bool:
        spec = self._own_input(binding, "setInputShapeBinding")
        if spec is None or not spec.is_shape:
            return False
        limits = self._engine._data.profiles[self._profile][spec.name]
        if limits.of_values and not limits.allow(values):
            self._complain("setInputShapeBinding: %s is outside of the profile" % (values,))
            return False
        self._values[spec.name] = tuple(values)
        return True

    def get_shape(self: Any, binding: int) -> List[int]:
        place = self._engine._at(binding)
        return list(self._values.get(place[0].name, ())) if place else []

    def get_strides(self: Any, binding: int) -> Any:
        shape = self.get_binding_shape(binding)
        return shape if shape._values is None else Dims(strides(tuple(shape)))

    @property
    def all_binding_shapes_specified(self: Any) -> bool:
        return bool(self._is_complete())

    @property
    def all_shape_inputs_specified(self: Any) -> bool:
        return bool(self._has_values())

    def execute(self: Any, batch_size: int, bindings: List[int]) -> bool:
        return bool(self.execute_v2(bindings))

    def execute_async(
        self: Any,
        batch_size: int,
        bindings: List[int],
        stream_handle: int,
        input_consumed: Any = None,
    ) -> bool:
        return bool(self.execute_async_v2(bindings, stream_handle, input_consumed))

    def execute_async_v2(
        self: Any, bindings: List[int], stream_handle: int, input_consumed: Any = None
    ) -> bool:
        if input_consumed is not None:
            raise TypeError("execute_async_v2(): incompatible function arguments: input_consumed")
        if not self._may_execute():
            self._complain("enqueueV2: not all binding shapes are specified")
            return False
        shapes, values = self._executed_inputs()
        return bool(self._enqueue(shapes, values, self._addresses_in(bindings), stream_handle))

    def _is_complete(self: Any) -> bool:
        """True if every input's shape, and every shape tensor's values, are given."""
        if self._profile < 0:
            return False
        if TENSOR_NAMES_ONLY:
            shapes = {s.name: self._input_shape(s) for s in self._engine._data.inputs}
            return not self._missing(shapes)
        specs = self._engine._data.inputs
        known = not any(-1 in self._bound_shape(spec, self._profile) for spec in specs)
        return known and bool(self._has_values())

    def _may_execute(self: Any) -> bool:
        """Like ``_is_complete``, with the shapes set by name."""
        if self._profile < 0 or TENSOR_NAMES_ONLY:
            return bool(self._is_complete())
        shapes, _ = self._executed_inputs()
        return bool(self._has_values()) and not any(-1 in shape for shape in shapes.values())

    def _has_values(self: Any) -> bool:
        given = self._addresses if TENSOR_NAMES_ONLY else self._values
        return all(given.get(s.name) for s in self._engine._data.inputs if s.is_shape)

    def _addresses_in(self: Any, bindings: List[int]) -> Dict[str, int]:
        """What a list of addresses by binding index means for the active profile."""
        specs = self._engine._data.tensors
        first = 0 if TENSOR_NAMES_ONLY else self._profile * len(specs)
        if len(bindings) < first + len(specs):
            raise RuntimeError(
                "sim: %d addresses were given; this profile's are at %d to %d, past the end"
                % (len(bindings), first, first + len(specs) - 1)
            )
        for address in bindings:
            if address < 0:
                raise TypeError("an address cannot be negative: %d" % address)
        return {spec.name: bindings[first + place] for place, spec in enumerate(specs)}

    def _own_input(self: Any, binding: int, call: str) -> Optional[TensorSpec]:
        place = self._engine._at(binding)
        if place is None or not place[0].is_input:
            self._complain("%s: binding %d is no input" % (call, binding))
            return None
        if place[1] != self._profile:
            self._complain(
                "%s: binding %d belongs to profile %d, active is %d"
                % (call, binding, place[1], self._profile)
            )
            return None
        return cast(TensorSpec, place[0])

    def _bound_shape(self: Any, spec: TensorSpec, profile: int) -> Tuple[int, ...]:
        if profile == self._profile and spec.name in self._bound:
            return tuple(self._bound[spec.name])
        return tuple(self._engine._shape_in_profile(spec, profile))

    def _bound_inputs(self: Any) -> Any:
        specs = self._engine._data.inputs
        return {s.name: self._bound_shape(s, self._profile) for s in specs}, dict(self._values)

    def _executed_inputs(self: Any) -> Any:
        return self._settled_shapes(), dict(self._values)

    def _settled_shapes(self: Any) -> Any:
        """Return the shapes that an execution runs with; a shape set by name goes first."""
        if self._pending:
            self._bound = {**self._bound, **self._shapes}
            self._pending = False
        shapes, _ = self._bound_inputs()
        return shapes

    def _settle_by_name(self: Any, shapes: Any) -> None:
        """Make the complete shapes that were set by name those of the bindings."""
        if not TENSOR_NAMES_ONLY:
            self._bound = {**self._bound, **shapes}
            self._pending = False


def strides(shape: Tuple[int, ...]) -> Tuple[int, ...]:
    """Elements between neighbours along each axis of a dense tensor; -1 past an unknown extent."""
    found, step = [], 1
    for extent in reversed(shape):
        found.append(step)
        step = -1 if extent < 0 or step < 0 else step * extent
    return tuple(reversed(found))
