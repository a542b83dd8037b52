// An axis without fixed ends does not run along with every move: it grows at once, but while the reader moves something
// it does not shrink, and afterwards only where what it has to hold has come to fill less than half of it.

const [ENOUGH, DUST] = [0.5, 1e-9]; // of an axis
const SHOWN = 1400; // ms

/** What a move is to the axes: they may grow; they may shrink as well; they are as in the beginning. */
export const MODES = { grow: "grow", settle: "settle", fresh: "fresh" };

/**
 * The ends of an axis that has to hold those that are wanted, after those that it had before (null: none).
 * bend: what makes equal steps of the axis of its numbers.
 * @type {(wanted: number[], before: number[] | null, mode: string, bend: (value: number) => number) => number[]}
 */
export function keptDomain(wanted, before, mode, bend) {
  if (!before || mode === MODES.fresh || wanted[0] > wanted[1]) return wanted;
  const both = [Math.min(wanted[0], before[0]), Math.max(wanted[1], before[1])];
  if (mode === MODES.grow) return both;
  const length = (ends) => bend(ends[1]) - bend(ends[0]);
  return length(wanted) >= (ENOUGH - DUST) * length(both) ? both : wanted;
}

/**
 * Numbers of an axis that have changed light up for a moment.
 * @type {(svg: SVGSVGElement, name: string) => void}
 */
export function tell(svg, name) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const lit = { fill: "var(--ex-accent)", fontWeight: 700 };
  for (const word of svg.querySelectorAll(`.ex-tick-${name}`))
    word.animate([lit, { ...lit, offset: 0.6 }, {}], {
      duration: SHOWN,
      easing: calm ? "step-end" : "linear",
      id: "scale",
    });
}
