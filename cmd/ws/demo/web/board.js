// The whiteboard's page. It shows at once what is drawn here, and all else as it comes from the server, whose order is
// the truth; cmd/ws/demo/board_model.go has the format of the messages.

import {Socket, showState} from "./socket.js";
import {Reader, Writer} from "./bytes.js";
import {hex, token} from "./token.js";

const width = 1600, height = 1200; // of the board, in its own units
const colours = ["Ink", "Blue", "Red", "Green", "Orange", "Purple", "Cyan", "Eraser"];
const widths = [["Fine", 5], ["Medium", 14], ["Broad", 40]];
const adjectives = ["Brave", "Bright", "Calm", "Clever", "Eager", "Fond", "Gentle", "Happy",
  "Jolly", "Kind", "Lively", "Merry", "Proud", "Quick", "Quiet", "Witty"];
const animals = ["Badger", "Bear", "Beaver", "Crane", "Deer", "Dolphin", "Falcon", "Finch", "Fox", "Gecko", "Hare",
  "Hedgehog", "Heron", "Ibex", "Koala", "Lark", "Lynx", "Mole", "Newt", "Otter", "Owl", "Panda", "Puffin", "Raven",
  "Robin", "Seal", "Stork", "Swan", "Tapir", "Toad", "Wolf", "Wren"];

const element = id => document.getElementById(id);
const canvas = element("canvas"), context = canvas.getContext("2d");

// What is known of the board. Strokes are {author, number, colour, width, points, sent, known}: of the points so many
// have been sent, and so many has the server.
let drawing = "", me = "", seq = 0, room = 0;
let strokes = new Map(), people = new Set();
const undone = new Set(); // strokes of ours that the server may still have
const cursors = new Map();

const keyOf = (author, number) => author + number;

// ——— Messages from the server

const socket = new Socket("/ws/board", {
  binary: true,
  onstate: showState,
  onopen: () => socket.send(new Writer("h").bytes(token("board")).message),
  onmessage(data) {
    const r = new Reader(data), kind = r.letter(), number = r.uvarint(), author = hex(r.bytes(8));
    if (kind !== "d" && number <= seq) return; // that is in the drawing already
    seq = number;
    take[kind](author, r);
    showWords();
  },
});

const take = {
  s(author, r) {
    const [number, colour, width, first] = [r.uvarint(), r.uvarint(), r.uvarint(), r.uvarint()];
    const key = keyOf(author, number);
    if (undone.has(key)) return;
    if (!strokes.has(key)) strokes.set(key, {author, number, colour, width, points: [], sent: 0, known: 0});
    const stroke = strokes.get(key), had = stroke.points.length, points = [];
    while (r.more) points.push(nextPoint(r, points.at(-1)));
    stroke.points.push(...points.slice(had - first)); // of our own strokes we have them all
    stroke.known = first + points.length;
    paint(stroke, had);
  },
  u(author, r) {
    const key = keyOf(author, r.uvarint());
    undone.delete(key);
    if (strokes.delete(key)) paintAll();
  },
  c() {
    strokes.clear();
    paintAll();
  },
  p(author, r) {
    if (author === me) return;
    if (r.more) showCursor(author, r.uvarint(), r.uvarint(), r.uvarint());
    else hideCursor(author);
  },
  j(author) { people.add(author); },
  l(author) {
    people.delete(author);
    hideCursor(author);
  },
  d(author, r) {
    const before = strokes, id = hex(r.bytes(8)), isNew = id !== drawing;
    [me, drawing, room] = [author, id, r.uvarint()];
    people = new Set(Array.from({length: r.uvarint()}, () => hex(r.bytes(8))));
    strokes = new Map(Array.from({length: r.uvarint()}, () => wholeStroke(r)));
    for (const author of cursors.keys()) if (!people.has(author)) hideCursor(author);
    for (const stroke of before.values()) if (stroke.author === me) bringBack(stroke, isNew);
    for (const key of undone) {
      const stroke = strokes.get(key);
      if (stroke) sendUndo(stroke);
      else undone.delete(key);
    }
    paintAll();
  },
};

const nextPoint = (r, last = {x: 0, y: 0}) => ({x: last.x + r.varint(), y: last.y + r.varint()});

function wholeStroke(r) {
  const stroke = {author: hex(r.bytes(8)), number: r.uvarint(), colour: r.uvarint(), width: r.uvarint(), points: []};
  for (let n = r.uvarint(); n > 0; n--) stroke.points.push(nextPoint(r, stroke.points.at(-1)));
  stroke.sent = stroke.known = stroke.points.length;
  return [keyOf(stroke.author, stroke.number), stroke];
}

// bringBack sends what the server does not have of a stroke of ours: what was drawn while there was no connection, and
// everything to a server that has been restarted. What it had once and has no longer has been cleared.
function bringBack(stroke, isNew) {
  const key = keyOf(stroke.author, stroke.number), there = strokes.get(key)?.points.length ?? 0;
  if (there >= stroke.points.length || there === 0 && stroke.known > 0 && !isNew) return;
  stroke.sent = stroke.known = there;
  strokes.set(key, stroke);
  sendStroke(stroke);
}

// ——— Messages to the server

function sendStroke(stroke) {
  while (stroke.sent < stroke.points.length) {
    const w = new Writer("s").uvarint(stroke.number).uvarint(stroke.colour).uvarint(stroke.width).uvarint(stroke.sent);
    const points = stroke.points.slice(stroke.sent, stroke.sent + 1000);
    let last = {x: 0, y: 0};
    for (const at of points) {
      w.varint(at.x - last.x).varint(at.y - last.y);
      last = at;
    }
    if (!socket.send(w.message)) return;
    stroke.sent += points.length;
  }
}

const sendUndo = stroke => {
  strokes.delete(keyOf(stroke.author, stroke.number));
  socket.send(new Writer("u").uvarint(stroke.number).message);
};

// Several times a second is smooth enough, and many points share a message.
let pointing = null, pointed = null;
setInterval(() => {
  if (current()) sendStroke(current());
  if (pointing === pointed) return;
  const w = new Writer("p");
  if (pointing) w.uvarint(chosen("colour")).uvarint(pointing.x).uvarint(pointing.y);
  if (socket.send(w.message)) pointed = pointing;
}, 40);

// ——— Drawing

let pen = "", left = 0; // the key of the stroke that is being drawn, and for how many points there is room
const current = () => strokes.get(pen);
const chosen = what => Number(document.querySelector(`input[name=${what}]:checked`).value);

function begin(at) {
  left = room;
  for (const {points} of strokes.values()) left -= points.length;
  element("note").textContent = me && left <= 0 ? "The board is full: undo something, or clear it" : "";
  if (!me || left <= 0) return;
  const stroke = {author: me, number: Date.now(), colour: chosen("colour"), width: chosen("width"), points: [], sent: 0, known: 0};
  pen = keyOf(me, stroke.number);
  strokes.set(pen, stroke);
  extend(at);
}

function extend(at) {
  const stroke = current(), last = stroke?.points.at(-1);
  if (!stroke || left-- <= 0 || last && Math.hypot(at.x - last.x, at.y - last.y) < 2) return;
  stroke.points.push(at);
  paint(stroke, stroke.points.length - 1);
}

function end() {
  if (current()) sendStroke(current());
  pen = "";
  showWords();
}

function undo() {
  const last = [...strokes.values()].filter(s => s.author === me).sort((a, b) => a.number - b.number).at(-1);
  if (!last) return;
  undone.add(keyOf(me, last.number));
  sendUndo(last);
  paintAll();
  showWords();
}

const place = event => {
  const box = canvas.getBoundingClientRect();
  return within((event.clientX - box.left) / box.width * width, (event.clientY - box.top) / box.height * height);
};
const within = (x, y) => ({
  x: Math.round(Math.min(Math.max(x, 0), width)),
  y: Math.round(Math.min(Math.max(y, 0), height)),
});

let pointer = null; // which of several fingers draws
canvas.onpointerdown = event => {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  hideCursor(me);
  begin(place(event));
};
canvas.onpointermove = event => {
  if (pointer !== null && event.pointerId !== pointer) return;
  pointing = place(event);
  if (pointer === null) return;
  const parts = event.getCoalescedEvents?.() ?? [];
  for (const part of parts.length > 0 ? parts : [event]) extend(place(part));
};
canvas.onpointerup = canvas.onpointercancel = event => {
  if (event.pointerId !== pointer) return;
  pointer = null;
  end();
};
canvas.onpointerleave = () => pointing = null;

// With the keyboard: arrow keys move, Space puts the pen down and lifts it.
const arrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
let hand = {x: width / 2, y: height / 2};
canvas.onkeydown = event => {
  if (event.key === " " && pen) end();
  else if (event.key === " ") begin(hand);
  else if (arrows[event.key]) {
    const [x, y] = arrows[event.key], far = event.shiftKey ? 5 : 25;
    hand = within(hand.x + x * far, hand.y + y * far);
    extend(hand);
  } else return;
  event.preventDefault();
  pointing = hand;
  showCursor(me, chosen("colour"), hand.x, hand.y, pen ? "pen down" : "pen up");
};
canvas.onblur = () => {
  end();
  pointing = null;
  hideCursor(me);
};

// ——— Tools

function addChoice(group, what, value, label, property, setting) {
  const choice = document.createElement("label"), input = document.createElement("input"), sign = document.createElement("i");
  Object.assign(input, {type: "radio", name: what, value, checked: value === 0});
  input.setAttribute("aria-label", label);
  choice.title = label;
  choice.className = "choice";
  sign.style.setProperty(property, setting);
  choice.append(input, sign);
  element(group).append(choice);
}
colours.forEach((label, i) => addChoice("colours", "colour", i, label, "--ink", `var(--ink-${i})`));
widths.forEach(([label, size], i) => addChoice("widths", "width", i, label, "--size", `${0.35 + size / 45}rem`));

element("undo").onclick = undo;
addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "z" || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  undo();
});

// Clearing takes a second press, because it is for all.
const clear = element("clear"), clearText = clear.textContent;
let unsure = 0; // the timer that takes the question back
const ask = timer => {
  clearTimeout(unsure);
  unsure = timer;
  clear.textContent = timer ? "Really clear?" : clearText;
};
clear.onclick = () => {
  if (!unsure) return ask(setTimeout(ask, 3000, 0));
  socket.send(new Writer("c").message);
  ask(0);
};

// ——— Showing

let inks = [];

// fit gives the canvas the pixels of the screen, and takes the colours of the theme.
function fit() {
  const scale = canvas.clientWidth * devicePixelRatio / width;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineCap = context.lineJoin = "round";
  const style = getComputedStyle(document.documentElement);
  inks = colours.map((_, i) => style.getPropertyValue(`--ink-${i}`));
  paintAll();
}
new ResizeObserver(fit).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", fit);

function paintAll() {
  context.clearRect(0, 0, width, height);
  for (const stroke of strokes.values()) paint(stroke, 0);
}

// paint paints a stroke from where point i has been added: curves whose ends are halfway between the points, so that
// they go into each other without a corner.
function paint({colour, width, points}, i) {
  const halfway = i => [(points[i].x + points[i + 1].x) / 2, (points[i].y + points[i + 1].y) / 2];
  const last = points.length - 1;
  if (i > last) return;
  context.strokeStyle = inks[colour];
  context.lineWidth = widths[width][1];
  context.beginPath();
  i = Math.max(i - 2, 0);
  context.moveTo(...(i > 0 ? halfway(i) : [points[0].x, points[0].y]));
  for (i++; i < last; i++) context.quadraticCurveTo(points[i].x, points[i].y, ...halfway(i));
  context.lineTo(points[last].x, points[last].y);
  context.stroke();
}

function showCursor(author, colour, x, y, text = nameOf(author)) {
  let cursor = cursors.get(author);
  if (!cursor) {
    cursor = document.createElement("div");
    cursor.append(document.createElement("span"));
    cursors.set(author, cursor);
    element("cursors").append(cursor);
  }
  cursor.firstChild.textContent = text;
  cursor.className = colours[colour] === "Eraser" ? "cursor eraser" : "cursor";
  cursor.style.setProperty("--ink", `var(--ink-${colour})`);
  cursor.style.left = `${x / width * 100}%`;
  cursor.style.top = `${y / height * 100}%`;
}

function hideCursor(author) {
  cursors.get(author)?.remove();
  cursors.delete(author);
}

// nameOf makes a name of an author's id, the same on all pages.
function nameOf(author) {
  const number = parseInt(author.slice(0, 4), 16);
  return adjectives[number % 16] + " " + animals[(number >> 4) % 32];
}

function showWords() {
  const others = [...people].filter(author => author !== me).map(nameOf);
  if (others.length > 9) others.splice(8, Infinity, `${others.length - 8} more`);
  say("people", `You are ${nameOf(me)}` + (others.length > 0 ? `, with ${others.join(", ")}` : ", alone so far"));
  say("count", strokes.size === 1 ? "1 stroke" : `${strokes.size} strokes`);
  element("undo").disabled = ![...strokes.values()].some(stroke => stroke.author === me);
}

// say changes a text only if it is another one, so that screen readers do not read it out again.
function say(id, text) {
  if (element(id).textContent !== text) element(id).textContent = text;
}
