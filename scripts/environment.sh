# Sourced by the other scripts, from the root of the repository: makes .venv if needed and sets $python.
# Needs nothing but a Python from 3.10 on with venv and pip. PYTHON names another interpreter.

base=${PYTHON:-}
if [ -z "$base" ]; then
    for candidate in python3 python3.13 python3.12 python3.11 python3.10 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            base=$candidate
            break
        fi
    done
fi
if [ -z "$base" ]; then
    echo "no Python from 3.10 on was found; set PYTHON" >&2
    exit 2
fi

venv=${VENV:-$PWD/.venv}
python=$venv/bin/python
stamp=$venv/.installed
if [ ! -x "$python" ]; then
    # Some distributions ship venv without the pip that goes into it; pip itself can install from outside.
    "$base" -m venv "$venv" >/dev/null 2>&1 || "$base" -m venv --clear --without-pip "$venv"
fi
if [ ! -f "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    if "$python" -m pip --version >/dev/null 2>&1; then
        pip=("$python" -m pip)
    else
        pip=("$base" -m pip --python "$python")
    fi
    "${pip[@]}" install --quiet --disable-pip-version-check --editable '.[dev]'
    touch "$stamp"
fi
