"""Modules become one classic script with the same meaning, or a sentence says which of them cannot."""

import re

import pytest
from py_mini_racer import MiniRacer

from explorable.page import joining, runtime
from explorable.page.joining import JoinError, join

ALONE = {"early.js", "embed.js", "embed_script.js"}  # classic scripts as they are


@pytest.fixture
def joined(tmp_path):
    """joined(one="text of one.js", ...) joins the module one.js."""

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return join(tmp_path, "one")

    return write


def test_a_module_sees_what_it_imports_and_nothing_else(joined):
    script = joined(
        one='import {\n  two,\n  Four,\n} from "./two.js";\nconst own = 1;\nfound = [own, two(), new Four().n];\n',
        two='import { own } from "./three.js";\nexport const two = () => own;\nexport class Four {\n  n = 4;\n}\n',
        three="export const own = 2;\nglobalThis.hidden = typeof two;\n",
    )
    page = MiniRacer()
    page.eval(f"let found;\n{script}")
    assert page.eval("JSON.stringify([found, hidden, typeof own])") == '[[1,2,4],"undefined","undefined"]'


def test_a_module_is_run_once_after_those_that_it_imports(joined):
    script = joined(
        one='import { b } from "./b.js";\nimport { a } from "./a.js";\nimport "./c.js";\nruns.push(a + b);\n',
        a="runs.push(1);\nexport const a = 10;\n",
        b='import { a } from "./a.js";\nruns.push(2);\nexport const b = 2 * a;\n',
        c="runs.push(3);\n",
    )
    page = MiniRacer()
    page.eval(f"const runs = [];\n{script}")
    assert page.eval("runs.join()") == "1,2,3,30"


def test_a_module_of_another_folder_is_found_from_the_one_that_imports_it(tmp_path):
    for path, text in {
        "here/one.js": 'import { two } from "../there/two.js";\nfound = two;\n',
        "there/two.js": 'import { three } from "./three.js";\nexport const two = 2 * three;\n',
        "there/three.js": "export const three = 3;\n",
        "here/two.js": "export const two = 0;\n",
        "here/both.js": 'import { two } from "./two.js";\nimport "./one.js";\nfound = two;\n',
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    page = MiniRacer()
    page.eval(f"let found;\n{join(tmp_path / 'here', 'one')}")
    assert page.eval("found") == 6
    with pytest.raises(JoinError, match=r"two modules are called two\.js"):
        join(tmp_path / "here", "both")


def test_lines_stay_lines_and_comments_stay_behind(joined):
    text = '// First.\nimport { a } from "./a.js";\n/**\n * Second.\n */\nexport const b = a + "// third"; // fourth\n'
    lines = joined(one=text, a="export const a = 1;").split("\n")
    first = lines.index("const $one = (() => {")
    assert lines[first + 1 : first + 7] == ["", "const { a } = $a;", "", "", "", 'const b = a + "// third"; // fourth']


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ('import { b } from "./a.js";', "one.js imports b, which a.js does not export"),
        ('import { a } from "./b.js";', "one.js: there is no module b.js"),
        ('import { a } from "./a.js";\nconst a = 1;', "one.js declares or imports a twice"),
        ('import { a } from "./a.js";\nconst [b, a] = [1, 2];', "one.js declares or imports a twice"),
        ("export const c = 1;\nexport async function c() {}", "one.js declares or imports c twice"),
        ('import { c } from "./circle.js";', "a circle of imports: one > circle > one"),
        ('import { a as b } from "./a.js";', "one.js imports as, which a.js does not export"),
        ("export default 1;", "one.js: this cannot be joined: export default 1;"),
        ("export let c = 1;", "one.js: this cannot be joined: export let c = 1;"),
        ('import * as a from "./a.js";', 'one.js: this cannot be joined: import * as a from "./a.js";'),
    ],
)
def test_what_cannot_be_joined_is_named(joined, one, said):
    with pytest.raises(JoinError, match=f"^{re.escape(said)}"):
        joined(one=one, a="export const a = 1;", circle='import { c } from "./one.js";\nexport const b = 1;')


def test_the_runtime_reaches_every_module():
    names = {path.name for path in runtime.STATIC.glob("*.js")}
    assert set(runtime.script_names()) == names - ALONE
    assert list(joining.ordered(runtime.STATIC, runtime.ENTRY))[-1] == runtime.ENTRY


def test_what_only_a_second_entry_imports_makes_a_script_of_its_own(tmp_path):
    modules = {
        "one": 'import { a } from "./a.js";\nimport "./b.js";\nglobalThis.explorable.seen = a;\n',
        "a": "runs.push('a');\nexport const a = 1;\n",
        "b": "runs.push('b');\nexport const b = 2;\n",
        "two": 'import { a } from "./a.js";\nimport { c } from "./c.js";\nglobalThis.explorable.sum = a + c;\n',
        "c": "import { b } from \"./b.js\";\nruns.push('c');\nexport const c = 10 * b;\n",
    }
    for name, text in modules.items():
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    first, second = join(tmp_path, "one", ["two"]), joining.join_later(tmp_path, "two", "one")
    page = MiniRacer()
    page.eval(f"const runs = []; globalThis.explorable = {{}};\n{first}")
    assert page.eval("JSON.stringify([runs, Object.keys(explorable.inner)])") == '[["a","b"],["$a","$b"]]'
    page.eval(second)
    assert page.eval("JSON.stringify([runs, explorable.sum])") == '[["a","b","c"],21]'
    assert "a = 1" not in second and "c = 10" not in first
    with pytest.raises(JoinError, match=re.escape("two.js imports d, which a.js does not export")):
        (tmp_path / "two.js").write_text('import { d } from "./a.js";\nd();\n', encoding="utf-8")
        joining.join_later(tmp_path, "two", "one")
