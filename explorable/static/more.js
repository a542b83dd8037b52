// The second script of a page: what the menu of a widget does. It is loaded when a menu is first opened.
import { ex } from "./core.js";
import { csv } from "./numbers.js";
import { svg, png } from "./picture.js";
import { enlarge } from "./enlarge.js";
import { keys } from "./keys.js";
import { pin } from "./pin.js";
import { python } from "./python.js";

ex.more = { csv, enlarge, keys, pin, png, python, svg };
