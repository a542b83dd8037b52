// What marks drawn by hand have in common: places on the screen, and groups of elements with one style.
(function (ex) {
  "use strict";
  const { node } = ex.parts;
  const near = (pixels) => Math.round(pixels * 100) / 100; // a hundredth of a pixel

  /** The places of data on the screen; what is no number there (a gap, 0 on a logarithmic axis) becomes NaN. */
  function placesOf(values, axis) {
    const places = new Float64Array(values.length);
    for (let i = 0; i < places.length; i++) {
      const place = axis.apply(values[i]);
      places[i] = Number.isFinite(place) ? near(place) : NaN;
    }
    return places;
  }

  // As Plot does: on a coarse screen what is placed by its middle stands half a pixel aside, so that lines are sharp.
  const aside = (x, y) => (devicePixelRatio > 1 ? null : `translate(${x},${y})`);

  const styled = (style, children) => {
    const group = node("g", Object.fromEntries(Object.entries(style).filter(([, value]) => value !== null && value !== undefined)));
    group.append(...children);
    return group;
  };

  Object.assign(ex.parts, { near, placesOf, aside, styled });
})(globalThis.explorable);
