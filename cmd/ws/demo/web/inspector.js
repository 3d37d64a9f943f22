// The page has two connections: what passes over the one that is watched comes in over the other one, taken apart.

import {Socket, showState} from "./socket.js";
import {Sequence} from "./sequence.js";
import {showPart, showEnd} from "./anatomy.js";

const $ = id => document.getElementById(id);

const sequences = {live: newSequence(), paste: newSequence()};
let mode = "live";
let id = "", watched = null;

const teller = new Socket("/ws/inspector", {
  onstate: showState,
  onmessage(data) {
    const report = JSON.parse(data);
    hear[report.kind]?.(report);
  },
});

const hear = {
  hello(report) {
    sequences.live.end(); // the one before, of which nobody could tell
    id = report.id;
    offer(report.examples);
    connect();
  },
  step({at, parts, size, from}) {
    sequences.live.add({at, from, part: parts?.[0], size});
    refresh();
  },
  end({at}) {
    sequences.live.end(at);
    refresh();
  },
  pasted({parts = [], error = ""}) {
    $("wrong").textContent = error;
    sequences.paste.clear();
    for (const part of parts) sequences.paste.add({from: part.from, part});
    if (parts.length && !parts.some(part => part.violation)) sequences.paste.pick(0);
    if (!parts.length) showPart(null);
    refresh();
  },
};

// connect opens the connection that is watched.
function connect() {
  watched?.close();
  const socket = watched = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws/inspector?watch=" + id);
  socket.onopen = socket.onclose = enable;
  enable();
}

// enable enables what can be done now.
function enable() {
  const open = watched?.readyState === WebSocket.OPEN;
  for (const button of document.querySelectorAll("#live button")) button.disabled = !open;
  $("again").disabled = open || watched?.readyState === WebSocket.CONNECTING;
}

function send(data) {
  if (watched?.readyState === WebSocket.OPEN) watched.send(data);
}

function order(kind, more = {}) { teller.send(JSON.stringify({kind, ...more})); }

$("say").onsubmit = event => {
  event.preventDefault();
  send($("text").value);
  $("text").select();
};
$("binary").onclick = () => send(crypto.getRandomValues(new Uint8Array(8)));
$("ping").onclick = () => order("ping");
$("close").onclick = () => watched.close(1000, "done");
$("again").onclick = connect;
$("breach").onsubmit = event => {
  event.preventDefault();
  order($("how").value);
};

function newSequence() { return new Sequence($("steps"), {onchoose: showPart, onend: showEnd, onpick: bringPart}); }

// bringPart brings into view what a person has chosen or brought about: in one column it is below.
const column = matchMedia("(max-width: 56rem)");
function bringPart() { $("part").scrollIntoView({block: column.matches ? "start" : "nearest"}); }

// offer shows the examples.
function offer(examples) {
  $("examples").replaceChildren(...examples.map(example => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = example.title;
    button.title = `testdata/frames/${example.fixture}.txt`;
    button.onclick = () => {
      $("bytes").value = example.text;
      document.querySelector(`#dissect [value=${example.from}]`).checked = true;
      $("deflate").checked = example.deflate;
      paste();
    };
    return button;
  }));
}

function paste() {
  const from = document.querySelector("#dissect [name=from]:checked").value;
  order("paste", {text: $("bytes").value, from, deflate: $("deflate").checked});
}

$("dissect").onsubmit = event => {
  event.preventDefault();
  paste();
};

// refresh shows what depends on whether there is something to show.
function refresh() {
  $("nothing").hidden = !sequences[mode].empty;
  $("copy").disabled = sequences[mode].empty;
}

function choose(next) {
  mode = next;
  for (const name of ["live", "paste"]) {
    $(name).hidden = name !== mode;
    $(name + "-mode").setAttribute("aria-pressed", name === mode);
  }
  showPart(null);
  sequences[mode === "live" ? "paste" : "live"].hide();
  sequences[mode].show();
  refresh();
}

$("live-mode").onclick = () => choose("live");
$("paste-mode").onclick = () => choose("paste");
$("clear").onclick = () => {
  sequences[mode].clear();
  showPart(null);
  refresh();
};
$("copy").onclick = async () => {
  await copy(sequences[mode].mermaid());
  $("said").textContent = $("copy").textContent = "Copied";
  setTimeout(() => $("copy").textContent = "Copy as Mermaid", 1500);
};

// copy puts text on the clipboard, which pages without TLS have to do in the old way.
async function copy(text) {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch { /* not allowed to */ }
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

choose("live");
