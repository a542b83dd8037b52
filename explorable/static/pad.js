// The drawing pad alone, for a notebook: there the kernel runs the programs, with which the pad comes in a page.
import { ex } from "./core.js";
import { drawingPad } from "./drawing_pad.js";

ex.program = { drawingPad };
