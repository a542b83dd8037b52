"""The kernel's half of notebook.py: what a chapter's notebook sends to its browser, and how long one `set` takes."""

import json
import os
import statistics
from queue import Empty

from jupyter_client.manager import KernelManager

VIEW = "application/vnd.jupyter.widget-view+json"
SENT = ("comm_open", "comm_msg", "display_data", "execute_result", "update_display_data")
# Sliders by turns over their stops, each `set` timed alone; what the browser would answer does not come here.
SETS = """
def _times(view, rounds=24):
    import time
    times = []
    for control in view.explorable.controls:
        stops = getattr(control, "stops", None)
        for turn in range(rounds if stops is not None and len(stops) > 1 else 0):
            value = stops[turn * 7 % len(stops)]
            start = time.perf_counter()
            view.set(**{control.name: value})
            times.append(1000 * (time.perf_counter() - start))
    return times

import json
from explorable.notebook.view import _living
print(json.dumps({view.explorable.key: _times(view) for view in _living}))
"""


class Kernel:
    """A kernel that runs cells and keeps what it says meanwhile."""

    def __init__(self, folder, environment):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **environment})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code, patience=900):
        """The messages of one cell, until the kernel is idle again; RuntimeError with its words if it fails."""
        asked, said = self.client.execute(code), []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=patience)
            except Empty:
                raise RuntimeError(f"no end of this cell:\n{code}") from None
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return said
            said.append(message)

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def size(message):
    """Bytes of a message on its way to the browser."""
    parts = ("header", "parent_header", "metadata", "content")
    plain = sum(len(json.dumps(message[part], default=str).encode()) for part in parts)
    return plain + sum(len(bytes(buffer)) for buffer in message["buffers"])


def shown(said):
    """The widget's title if a cell has shown one, else None."""
    for message in said:
        data = message["content"].get("data") if message["msg_type"] in SENT else None
        if data and VIEW in data:
            return data.get("text/plain", "a widget")
    return None


def measured(notebook, folder, environment):
    """([(bytes as comms, of the output, comm models) of each widget], ms of one `set`: median widget, slowest)."""
    kernel = Kernel(folder, environment)
    try:
        cells = [kernel.run(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
        widgets = [costs(said) for said in cells if shown(said)]
        text = "".join(m["content"]["text"] for m in kernel.run(SETS) if m["msg_type"] == "stream")
    finally:
        kernel.stop()
    times = [each for each in json.loads(text).values() if each]
    middles = [statistics.median(each) for each in times]
    return widgets, statistics.median(middles), max(middles)


def costs(said):
    comms = sum(size(message) for message in said if message["msg_type"].startswith("comm_"))
    output = sum(
        size(message) for message in said if not message["msg_type"].startswith("comm_") and message["msg_type"] in SENT
    )
    return comms, output, sum(message["msg_type"] == "comm_open" for message in said)
