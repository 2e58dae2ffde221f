"""Executions by a padded list and by name, and the ones that are refused."""

import numpy as np
from common import download, reshape, sum_and_product, tell, upload
from cuda import cudart


class WithInt:
    def __init__(self, value):
        self.value = value

    def __int__(self):
        return self.value


engine = sum_and_product()
context = engine.create_execution_context()
left = np.arange(6, dtype=np.float32).reshape(2, 3)
right = np.full((2, 3), 3, np.float32)
tell("execute_async_v3 with nothing set", lambda: context.execute_async_v3(0))
for profile in (0, 1):
    context.set_optimization_profile_async(profile, 0)
    addresses = [upload(left), upload(right), upload(left * 0), upload(left * 0)]
    padded = [0] * (4 * profile) + addresses + [0] * (4 - 4 * profile)
    for place in (0, 1):
        context.set_binding_shape(4 * profile + place, (2, 3))
    tell(f"execute_v2 of profile {profile}", lambda padded=padded: context.execute_v2(padded))
    tell("sum", lambda a=addresses[2]: download(a, (2, 3)).tolist())
    cudart.cudaMemset(addresses[3], 0, 24)
    tell("execute_async_v2", lambda padded=padded: context.execute_async_v2(padded, 0))
    tell("product", lambda a=addresses[3]: download(a, (2, 3)).tolist())
    for place, name in enumerate(("inputT0", "inputT1")):
        context.set_input_shape(name, (2, 3))
        context.set_tensor_address(name, addresses[place])
    tell("execute_async_v3 without addresses of the outputs", lambda: context.execute_async_v3(0))
    new = [upload(left * 0), upload(left * 0)]
    context.set_tensor_address("outA", new[0])
    context.set_tensor_address("outB", new[1])
    tell("execute_async_v3", lambda: context.execute_async_v3(0))
    tell(
        "the same bits",
        lambda old=addresses, new=new: [
            download(o, 6).tobytes() == download(n, 6).tobytes()
            for o, n in zip(old[2:], new)  # noqa: B905 (3.8)
        ],
    )
    for name in ("inputT0", "inputT1", "outA", "outB"):
        context.set_tensor_address(name, 0)

address = addresses[0]
for kind in (int, np.int64, WithInt):
    tell(
        "an address as " + kind.__name__,
        lambda kind=kind: context.set_tensor_address("inputT0", kind(address)),
    )
tell("an address as float", lambda: context.set_tensor_address("inputT0", float(address)))
tell("an address for nope", lambda: context.set_tensor_address("nope", address))
tell("the address 0", lambda: context.set_tensor_address("inputT0", 0))

context = reshape().create_execution_context()
context.set_shape_input(1, [4, 6])
x = np.arange(24, dtype=np.float32)
y = upload(x * 0)
tell(
    "execute_v2 with a shape input",
    lambda: context.execute_v2([upload(x), upload(np.zeros(2, np.int32)), y]),
)
tell("reshaped", lambda: download(y, 24).tolist())
