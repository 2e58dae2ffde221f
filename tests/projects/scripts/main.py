import common
from build import build
from common import load as get
from cuda import cudart

plan = build(3).serialize()
first = get(plan)
context = first.create_execution_context()
print([get(plan).get_binding_name(i) for i in range(first.num_bindings)])
hosts, bindings = common.allocate(first)
stream = cudart.cudaStreamCreate()[1]
for start in (1, 5):
    hosts[0][:] = [start, start + 1, start + 2, start + 3]
    print(common.infer(context, hosts, bindings, stream).tolist())
for pointer in bindings:
    cudart.cudaFree(pointer)
cudart.cudaStreamDestroy(stream)
