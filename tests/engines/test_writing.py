"""An exercise is run, told and mended in every engine, from disk."""

RUN = """const box = document.querySelector("#write-backward");
const rest = () => new Promise((done) => setTimeout(done, 50));
const said = async () => {
  for (let k = 0; k < 1200 && !/ran in/.test(box.querySelector(".ex-write-status").textContent); k++) await rest();
  const words = box.querySelector(".ex-write-output").textContent;
  box.querySelector(".ex-write-status").textContent = "";
  return words;
};
box.querySelector("[data-act=run]").click();
const first = await said();
for (let k = 0; k < 1200 && !explorableWriting.run; k++) await rest();
const told = await explorableWriting.run(args[0], () => 0);
return { first, told: told.shown ? told.shown.headline : JSON.stringify(told.error), problems };"""
RIGHT = """def my_gradient(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return gamma / s * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))

exercises.backward.check(my_gradient)"""


def test_an_exercise_runs_from_disk(engine, noting_pages):
    engine.open(noting_pages("chapters/03_backprop"))
    found = engine.run(RUN, RIGHT)
    assert "the path through the variance is missing" in found["first"]
    assert found["told"] == "Right." and found["problems"] == []
