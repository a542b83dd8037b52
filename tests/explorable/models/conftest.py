"""A cache folder for each test, and a page that runs generated JavaScript from a file."""

import json

import pytest

STUB = """
const models = {};
window.explorable = {
    register(spec, model) { models[spec.key] = model; },
    decodeFloats(text) {
        return new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    },
};
const plain = (value) => value.shape ? {shape: value.shape, data: Array.from(value.data)}
    : typeof value === "number" ? value : Array.from(value);
// Every result is kept until all are there: a model that hands out its work space would show.
window.run = (key, states) => states.map(models[key]).map((outputs) =>
    Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, plain(value)])));
"""


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORABLE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def in_page(page, tmp_path):
    """in_page({key: JavaScript of a symbolic model}) opens a page; returns run(key, [values, ...])."""
    problems = []

    def open_models(models):
        registered = "".join(
            f"explorable.register({json.dumps({'key': key})}, {text});\n" for key, text in models.items()
        )
        (tmp_path / "stub.js").write_text(STUB, encoding="utf-8")
        (tmp_path / "models.js").write_text(registered, encoding="utf-8")
        policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'self' file:\">"  # no eval
        html = f"<!doctype html>{policy}<script src=stub.js></script><script src=models.js></script>"
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((tmp_path / "page.html").as_uri())
        assert not problems
        return lambda key, states: page.evaluate("([key, states]) => run(key, states)", [key, states])

    return open_models
