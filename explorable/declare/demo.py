"""A widget that moves by itself until it is touched. A plain record."""

from dataclasses import dataclass

from explorable.declare.controls import Slider
from explorable.declare.errors import DeclarationError, meant
from explorable.declare.marks import is_number


@dataclass(frozen=True, eq=False)
class Demo:
    """Sliders glide from their start to each of `states`, {slider: value}, in turn, and back, `seconds` each time.

    It begins when the picture is in view, and ends at the first touch, key or turn of the wheel; a button holds it.
    Who asks for little motion sees it only by that button. A slider that a state leaves out stays as it was.
    """

    states: tuple
    seconds: float = 3

    def wire(self, controls):
        """The JSON form, all sliders by the number of their stop; DeclarationError for what cannot be moved so."""
        known = {control.name: control for control in controls if isinstance(control, Slider)}
        if not self.states or not is_number(self.seconds) or self.seconds <= 0:
            raise DeclarationError(f"demo: needs states and positive seconds, got {self.states!r}, {self.seconds!r}")
        named = {name for state in self.states for name in state}
        for name in sorted(named - set(known)):
            raise DeclarationError(
                f'demo: there is no slider "{name}"{meant(name, known)}; sliders: {", ".join(known)}'
            )
        now = {name: known[name].index_of(known[name].start) for name in sorted(named)}
        frames = []
        for state in self.states:
            now = now | {name: known[name].index_of(value) for name, value in state.items()}
            frames.append(now)
        return {"frames": frames, "seconds": self.seconds}
