// The same place in the other language, and back at one's place after formulas and figures have moved it.
const places = () => [...document.querySelectorAll("article section[id], article span.target[id], article dt[id]")];
const top_of_page = () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 8; // below the header

function here() {
  const passed = places().filter(place => place.getBoundingClientRect().top <= top_of_page());
  return window.scrollY > 0 && passed.length ? "#" + passed.at(-1).id : "";
}

for (const link of document.querySelectorAll("a[data-language]")) {
  const page = link.getAttribute("href");
  for (const event of ["pointerdown", "focus", "mouseenter", "click"])
    link.addEventListener(event, () => link.setAttribute("href", page + here()));
}

let touched = false;
for (const event of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(event, () => { touched = true; }, {once: true, passive: true});

function back_to_place() {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place && !touched) place.scrollIntoView();
}
addEventListener("load", () => {
  back_to_place();
  window.MathJax?.startup?.promise?.then(back_to_place);
});

// What a search finds is shown without the list of contents that is only printed, and without the signs around formulas.
if (typeof Search !== "undefined") {
  const text_of = Search.htmlToText;
  Search.htmlToText = (page, anchor) => {
    const parsed = new DOMParser().parseFromString(page, "text/html");
    parsed.getElementById("jb-print-docs-body")?.remove();
    return text_of(parsed.documentElement.outerHTML, anchor).replace(/\\[()[\]]/g, "");
  };
}
