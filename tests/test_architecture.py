"""The import order of docs/design.md, held: nothing looks upward, nothing goes in a circle, start-up stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import prle
import prle_cli

ORDER = (
    "package",
    "errors",
    "observer",
    "arrays",
    "metrics",
    "config",
    "data",
    "encoders",
    "engines",
    "workspace",
    "models",
    "explanation",
    "baselines",
    "stages",
    "estimators",
)
WINGS = {
    "models": ("labels", "consolidation", "texts", "students", "exporting"),
    "models.labels": (
        "calibration",
        "pairing",
        "retrieval",
        "prototypes",
        "projections",
        "routers",
        "targets",
        "experts",
        "model",
        "assembly",
        "committee",
        "predictor",
        "losses",
        "training",
        "votes",
        "checkpoint",
    ),
    "models.texts": (
        "lexicon",
        "experts",
        "routers",
        "soft_targets",
        "interface",
        "model",
        "clusters",
        "routed",
        "training",
        "checkpoint",
        "consolidating",
    ),
}
"""The rooms of a wing, in the order of their imports."""

LIBRARY = Path(prle.__file__).parent
COMMANDS = Path(prle_cli.__file__).parent
MODULES = sorted(LIBRARY.rglob("*.py"))
TYPES_ONLY = {"TYPE_CHECKING"}


def family(module: Path) -> str:
    relative = module.relative_to(LIBRARY)
    return relative.parts[0].removesuffix(".py")


def imports(module: Path) -> set[str]:
    """Dotted names that a module imports, those for type checking included: a circle of types is a circle too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.update(_source(node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{module}: relative import"
    return found


def _source(package: str, name: str) -> str:
    """What ``from package import name`` reads: the sibling module ``package.name`` where there is one."""
    sibling = LIBRARY.parent.joinpath(*package.split("."), f"{name}.py")
    return f"{package}.{name}" if sibling.exists() else package


def test_order_lists_every_family():
    present = {family(module) for module in MODULES} - {"__init__"}
    assert present == set(ORDER)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_lists_its_rooms(wing):
    folder = LIBRARY.joinpath(*wing.split("."))
    present = {each.stem for each in folder.iterdir() if each.suffix == ".py" or (each / "__init__.py").exists()}
    assert present - {"__init__"} == set(WINGS[wing])


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_only_from_above(module):
    own = family(module)
    known = {name for name in imports(module) if name.split(".")[0] == "prle"}
    if own == "__init__":
        assert known <= {"prle.package", "prle.estimators", "prle.stages.project"}
        return
    for name in known:
        other = name.split(".")[1]
        assert other in ORDER, f"{name} is not a module of prle"
        assert ORDER.index(other) <= ORDER.index(own), f"{own} imports {name}, which comes later"
        inside = LIBRARY.parent.joinpath(*name.split("."))
        assert module.name == "__init__.py" or inside not in module.parents, f"{module} imports {name}, which it is in"
    for wing, order in WINGS.items():
        for name in known:
            here, there = _room(module, wing), _room(LIBRARY.parent.joinpath(*name.split(".")), wing)
            assert here is None or there is None or order.index(there) <= order.index(here), (
                f"{module}: {name} is later"
            )


def _room(place: Path, wing: str) -> str | None:
    """Return the room of a wing that a module is in; None where it is in none."""
    folder = LIBRARY.joinpath(*wing.split("."))
    room = place.relative_to(folder).parts[0].removesuffix(".py") if folder in place.parents else "__init__"
    return None if room == "__init__" else room


ALIKE = {"baselines", "stages", "commands", "views"}
"""Folders of things that are all alike, which may be many."""


@pytest.mark.parametrize("package", [LIBRARY, COMMANDS], ids=["prle", "prle_cli"])
def test_a_folder_can_be_taken_in_at_a_glance(package):
    folders = (package, *(each for each in package.rglob("*") if each.is_dir() and each.name != "__pycache__"))
    entries = {
        each: [one for one in each.iterdir() if one.suffix == ".py" or (one / "__init__.py").exists()]
        for each in folders
    }
    crowded = {
        str(each): len(found) - 1 for each, found in entries.items() if len(found) - 1 > 16 and each.name not in ALIKE
    }
    assert crowded == {}


@pytest.mark.parametrize("package", [LIBRARY, COMMANDS], ids=["prle", "prle_cli"])
def test_files_and_classes_are_short(package):
    for module in sorted(package.rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{module} is long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= 210, f"{module}: {node.name} has {lines} lines"


def test_families_have_no_circle():
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        name = ".".join(("prle", *module.relative_to(LIBRARY).with_suffix("").parts)).removesuffix(".__init__")
        graph[name] = {other for other in imports(module) if other.startswith("prle") and other != name}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"circle: {' -> '.join((*path, name))}"
        if name in done:
            return
        for other in graph.get(name, ()):
            visit(other, (*path, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("line", ["import sys, prle", "import sys, prle; prle.open('prle.h5')"])
def test_the_front_door_is_light_until_something_is_asked_for(line):
    code = f"{line}; print(*sorted({{name.split('.')[0] for name in sys.modules}} & set(sys.argv[1:])))"
    heavy = ["torch", "numpy", "sklearn", "h5py", "pydantic"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    assert prle.PRLERegressor.__name__ == "PRLERegressor"
    with pytest.raises(AttributeError, match="no attribute 'PRLE'"):
        prle.PRLE  # noqa: B018


@pytest.mark.parametrize("forbidden", ["typer", "rich", "prle_cli", "pickle"])
def test_library_does_not_know(forbidden):
    users = [module for module in MODULES if any(name.split(".")[0] == forbidden for name in imports(module))]
    assert users == []


def test_path_strings_live_in_layout_only():
    """Nothing but the workspace opens HDF5."""
    users = {family(module) for module in MODULES if any(name.split(".")[0] == "h5py" for name in imports(module))}
    assert users == {"workspace"}


def loaded_by(*arguments: str) -> set[str]:
    """Top-level packages in memory after running the command line with ``arguments`` in a new process."""
    code = (
        "import sys, prle_cli.app\n"
        f"sys.argv = ['prle', *{list(arguments)!r}]\n"
        "try:\n    prle_cli.app.main()\nexcept SystemExit:\n    pass\n"
        "print('\\nloaded:', ' '.join(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("loaded:", 1)[1].split())


def test_help_loads_no_heavy_package():
    heavy = {"torch", "numpy", "sklearn", "scipy", "h5py", "transformers", "sentence_transformers", "pydantic"}
    assert loaded_by("--help") & heavy == set()


def test_a_verb_loads_the_commands_of_no_other():
    code = "import sys, prle_cli.app; prle_cli.app.main(['cache', '-q']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("prle_cli.commands.") for name in done.stdout.split() if "prle_cli.commands." in name}
    assert loaded == {"cache"}
