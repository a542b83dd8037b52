// Loaded in the page's head, before anything is painted: with scripts, figures keep their place from the first moment.
document.documentElement.classList.add("ex-js");
