"use strict";
const filters = document.getElementById("filters");
const nothing = document.getElementById("nothing");
const findings = [...document.querySelectorAll(".finding")].map(e => ({
  e, verdict: e.dataset.verdict, run: e.dataset.run, cases: Number(e.dataset.cases),
  // What stands in the logs is not searched: every case has a Close frame.
  text: (e.closest("section").querySelector("h2").textContent + e.closest("article").querySelector("h3").textContent +
    (e.querySelector("summary") ?? e).textContent + (e.querySelector(".facts")?.textContent ?? "")).toLowerCase(),
}));

function filter() {
  const verdicts = filters.verdict.value, run = filters.run?.value ?? "";
  const words = filters.words.value.toLowerCase().split(/\s+/);
  let shown = 0, all = 0;
  for (const f of findings) {
    const fits = (!verdicts || verdicts.split(" ").includes(f.verdict)) && (!run || f.run === run) && words.every(word => f.text.includes(word));
    f.e.hidden = !fits;
    all += f.cases;
    if (fits) shown += f.cases;
  }
  for (const outer of ["article", "#cases section"]) {
    for (const e of document.querySelectorAll(outer)) e.hidden = !e.querySelector(".finding:not([hidden])");
  }
  nothing.hidden = shown > 0;
  filters.querySelector("output").textContent = `${shown} of ${all} cases`;
}

// What the address names is shown and opened, whatever the filters say.
function reveal() {
  let target;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch { // not an address of this page's
  }
  if (!target) return;
  if (target.closest("[hidden]") || target.querySelector(".finding[hidden]")) {
    filters.reset();
    filter();
  }
  const inside = target.matches("article") ? target.querySelector("details") : target;
  if (inside?.matches("details")) inside.open = true;
  target.scrollIntoView();
}

for (const code of document.querySelectorAll(".again code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch { // a page from a file may not everywhere
      getSelection().selectAllChildren(code);
    }
  };
  code.after(button);
}

filters.hidden = false;
filters.oninput = filter;
filters.onsubmit = event => event.preventDefault();
addEventListener("hashchange", reveal);
const failed = filters.querySelector('[value="fail error"]');
if (failed) failed.checked = true;
filter();
const shown = findings.filter(f => !f.e.hidden);
if (shown.length === 1 && shown[0].e.matches("details")) shown[0].e.open = true; // there is nothing else to look at
reveal();
