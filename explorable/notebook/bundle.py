"""The page's runtime, and what mounts widgets on it, as one JavaScript module for hosts that hand it over as bytes."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from explorable.page.exported import packed
from explorable.page.runtime import PLOTLY, later_script, library, pad_script, page_scripts, page_styles

VIEW, HOST = (Path(__file__).with_name(name) for name in ("view.js", "host.js"))

# `globalThis` is another object inside: the runtime puts its one name there, so that two versions can live on one page.
MODULE = """\
export const styles = {styles};
export function start() {{
  const globalThis = Object.assign(Object.create(window), {{ explorable: null }});
{scripts}
  return globalThis.explorable;
}}
{host}
"""


@cache
def module():
    """The text of the module."""
    styles, host = squeezed(page_styles()), squeezed(HOST.read_text(encoding="utf-8"))
    scripts = squeezed(page_scripts() + later_script() + pad_script())
    return MODULE.format(styles=json.dumps(styles), scripts=scripts, host=host)


def squeezed(text):
    """A script or style sheet without its comments of whole lines and without indentation: a quarter shorter.

    Nothing within a line is touched, and of the runtime's texts none goes over several lines (a test looks).
    """
    text = re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def runtime():
    """The module, packed."""
    return packed(module())


@cache
def version():
    """What tells this runtime from another: views of one version share it."""
    return hashlib.sha256(module().encode()).hexdigest()[:12]


@cache
def view():
    """The script of every view, small: it mounts a widget on a runtime that it finds, is given, or asks for."""
    return squeezed(VIEW.read_text(encoding="utf-8"))


@cache
def plotly():
    """The library for figures in space, packed; 1.8 MB before that, and sent only to who asks for it."""
    return packed(library(PLOTLY))
