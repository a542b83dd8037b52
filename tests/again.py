"""What is asked of a browser is asked again where it fails, up to twice (the plugin pytest-rerunfailures does it).

On a busy machine a browser loses a press now and then: in about one test of ten thousand, each time another one. What
is wrong is wrong each time. The run's last lines name what was asked again, with what it had said.
"""

import pytest

IN_A_BROWSER = {"browser", "engine"}  # fixtures
IN_ALL = 20  # in a run: where much fails, once is enough


def installed(config):
    return config.pluginmanager.hasplugin("rerunfailures")


def tell(config):
    """Let the run's end tell what was asked again, and why."""
    if installed(config):
        config.option.rerun_show_tracebacks = True
        config.option.max_suite_reruns = IN_ALL


def mark(config, items):
    """Mark the tests that are asked again."""
    if installed(config):
        for item in items:
            if IN_A_BROWSER.intersection(item.fixturenames):
                item.add_marker(pytest.mark.flaky(reruns=2))
