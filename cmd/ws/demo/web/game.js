// The game's page. The server says where everything is, 20 times a second; the page shows the others between the last
// two places that it knows of them, a moment late, and its own ship where it will be by the time that what is steered
// now has reached the server. cmd/ws/demo/game_scene.go has the format of the messages.

import {Socket, showState} from "./socket.js";
import {Reader, Writer} from "./bytes.js";
import {token} from "./token.js";

const width = 1200, height = 900, radius = 30, starRadius = 16; // in units of the arena
const thrust = 1.5, drag = 0.93, bounce = 0.7; // as in game_world.go
const interval = 50;     // milliseconds of a tick
const late = 2;          // ticks: how late others are shown, so that the next place is known already
const noCourse = 256;
const aStar = 0, aBot = 2;

const element = id => document.getElementById(id);
const canvas = element("canvas"), context = canvas.getContext("2d");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ——— What comes from the server

let scenes = [];          // the last ones, as {tick, things, arrived}, things by their slots; a thing is never changed
let begin = -Infinity;    // when tick 0 was, by this page's clock
let me = 0, playing = false;
let trip = 0;             // milliseconds

const socket = new Socket("/ws/game", {
  binary: true,
  onstate: showState,
  onopen() {
    me = 0; // until the server says who we are
    if (playing) enter();
    measure();
  },
  onmessage(data) {
    const r = new Reader(data), kind = r.letter();
    if (kind === "r") took(r);
    else if (kind === "y") entered(r.uvarint());
    else take(kind === "w", r);
  },
});

function take(isWhole, r) {
  const tick = r.uvarint(), last = scenes.at(-1);
  if (isWhole) scenes = [];
  else if (!last || tick <= last.tick) return; // it is in the scene already
  const things = new Map(isWhole ? [] : last.things), arrived = performance.now();
  while (r.more) change(things, r);
  keepTime(arrived - tick * interval);
  scenes = [...scenes, {tick, things, arrived}].slice(-20);
  if (last) compare(last.things, things);
  if (!isWhole) flash(last.things, things);
  showScores(things);
  wake();
}

// keepTime takes into account when tick 0 was by the last message. Messages come sooner and later; but while nobody
// plays there are no ticks.
function keepTime(by) {
  const off = by - begin;
  begin = Math.abs(off) < 500 ? begin + off / 10 : by;
}

function change(things, r) {
  const slot = r.uvarint(), which = r.uvarint();
  if (which & 1) {
    things.delete(slot);
    return;
  }
  const thing = which & 2 ?
    {id: r.uvarint(), kind: r.uvarint(), name: r.text(), x: 0, y: 0, speedX: 0, speedY: 0, course: 0, score: 0} :
    {...things.get(slot)};
  if (which & 4) [thing.x, thing.y] = [r.uvarint() / 8, r.uvarint() / 8];
  if (which & 8) [thing.speedX, thing.speedY] = [r.varint() / 32, r.varint() / 32];
  if (which & 16) thing.course = r.uvarint();
  if (which & 32) thing.score = r.uvarint();
  things.set(slot, {...thing, slot});
}

const isShip = ({kind}) => kind !== aStar;
const mine = things => [...things.values()].find(thing => thing.id === me);

// flash notes where stars have been collected.
function flash(before, now) {
  for (const [slot, {id, kind, x, y}] of before) {
    if (kind === aStar && now.get(slot)?.id !== id) flashes.push({x, y, since: performance.now()});
  }
}

// compare tells what has happened to us.
function compare(before, now) {
  const was = mine(before), is = mine(now);
  if (was && !is) {
    [me, playing] = [0, false];
    showForm("You did not steer for a minute, so you are watching now");
  }
  if (!was || !is || was.score === is.score) return;
  const stars = is.score === 1 ? "1 star" : `${is.score} stars`;
  news(was.score < is.score ? `You have ${stars}` : `A star was knocked out of you: ${stars} left`);
}

function measure() {
  socket.send(new Writer("r").uvarint(Math.round(performance.now() * 10)).message);
}
setInterval(measure, 1000);

function took(r) {
  trip = performance.now() - r.uvarint() / 10;
  element("trip").textContent = trip < 10 ? `${trip.toFixed(1)} ms` : `${Math.round(trip)} ms`;
}

// ——— Playing

const enter = () => {
  const name = new TextEncoder().encode(element("name").value);
  return socket.send(new Writer("h").bytes(token("game")).bytes(name).message);
};

element("name").value = sessionStorage.getItem("name") ?? "";
element("form").onsubmit = event => {
  event.preventDefault();
  sessionStorage.setItem("name", element("name").value);
  if (!enter()) news("There is no connection");
};

function entered(id) {
  me = id;
  playing = id !== 0;
  [shown, courses] = [null, []];
  if (!playing) return showForm("The game is full, you are watching");
  element("form").hidden = true;
  canvas.focus({preventScroll: true});
  news("You are playing");
  steer(); // keys may be down
}

function showForm(text) {
  element("form").hidden = false;
  news(text);
}

const news = text => element("news").textContent = text;

// What is steered: by keys, or by where a pointer is.
const ways = {
  arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1],
  a: [-1, 0], d: [1, 0], w: [0, -1], s: [0, 1],
};
const pressed = new Set();
let held = null;          // where the pointer is
let courses = [];         // the last courses, as {course, since}

function steer() {
  let x = 0, y = 0;
  if (held && shown) [x, y] = Math.hypot(held.x - shown.x, held.y - shown.y) > radius ? [held.x - shown.x, held.y - shown.y] : [0, 0];
  for (const key of pressed) [x, y] = [x + ways[key][0], y + ways[key][1]];
  const course = x || y ? Math.round(Math.atan2(y, x) / (2 * Math.PI) * 256) & 255 : noCourse;
  if (!playing || course === courses.at(-1)?.course) return;
  courses = [...courses, {course, since: performance.now()}].slice(-40);
  socket.send(new Writer("s").uvarint(course).message);
}

addEventListener("keydown", event => {
  const key = event.key.toLowerCase();
  if (!playing || !ways[key] || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return;
  event.preventDefault(); // of scrolling
  pressed.add(key);
  steer();
});
addEventListener("keyup", event => {
  pressed.delete(event.key.toLowerCase());
  steer();
});
addEventListener("blur", () => {
  pressed.clear();
  held = null;
  steer();
});

canvas.onpointerdown = event => {
  canvas.setPointerCapture(event.pointerId);
  hold(event);
};
canvas.onpointermove = event => held && hold(event);
canvas.onpointerup = canvas.onpointercancel = () => {
  held = null;
  steer();
};

function hold(event) {
  const box = canvas.getBoundingClientRect();
  held = {x: (event.clientX - box.left) / box.width * width, y: (event.clientY - box.top) / box.height * height};
  steer();
}

// ——— Where things are now

// between returns the things as they were a moment ago, ships between two places.
function between(now) {
  const tick = (now - begin) / interval - late;
  const after = scenes.find(scene => scene.tick >= tick) ?? scenes.at(-1);
  const before = scenes.findLast(scene => scene.tick < tick) ?? after;
  const part = after === before ? 0 : (tick - before.tick) / (after.tick - before.tick);
  return [...after.things.values()].map(thing => {
    const was = before.things.get(thing.slot);
    return was?.id === thing.id ? {...thing, x: was.x + (thing.x - was.x) * part, y: was.y + (thing.y - was.y) * part} : thing;
  });
}

// ahead returns our ship where it will be when the server gets what is steered now.
function ahead(ship, now) {
  const future = {...ship}, ticks = Math.min((now - scenes.at(-1).arrived + trip) / interval, 10);
  for (let left = ticks; left > 0; left--) {
    const course = courses.findLast(({since}) => since <= now - left * interval)?.course ?? ship.course;
    move(future, course, Math.min(left, 1));
  }
  return future;
}

// move moves a ship by a tick, or a part of one, by the rules of the server.
function move(ship, course, part) {
  if (course !== noCourse) {
    ship.speedX += part * thrust * Math.cos(course / 128 * Math.PI);
    ship.speedY += part * thrust * Math.sin(course / 128 * Math.PI);
  }
  ship.speedX *= drag ** part;
  ship.speedY *= drag ** part;
  const [x, y] = [ship.x + part * ship.speedX, ship.y + part * ship.speedY];
  ship.x = Math.min(Math.max(x, radius), width - radius);
  ship.y = Math.min(Math.max(y, radius), height - radius);
  if (x !== ship.x) ship.speedX *= -bounce;
  if (y !== ship.y) ship.speedY *= -bounce;
}

// follow returns where our ship is shown: on its way to where it should be, so that a wrong guess does not make it jump.
let shown = null, shownAt = 0;
function follow(ship, now) {
  const goal = ahead(ship, now), far = shown && Math.hypot(goal.x - shown.x, goal.y - shown.y) > 200;
  const part = !shown || far ? 1 : 1 - Math.exp((shownAt - now) / 60);
  const from = shown ?? goal;
  shown = {...goal, x: from.x + (goal.x - from.x) * part, y: from.y + (goal.y - from.y) * part};
  shown.course = courses.at(-1)?.course ?? noCourse;
  shownAt = now;
  return shown;
}

// ——— Painting

let colour = name => "";
let flashes = [];         // where stars have been collected
const facing = new Map(); // the angles of ships, by their ids

// fit gives the canvas the pixels of the screen, and takes the colours of the theme.
function fit() {
  const scale = canvas.clientWidth * devicePixelRatio / width;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(document.documentElement), known = {};
  colour = name => known[name] ??= style.getPropertyValue("--" + name);
  wake();
}
new ResizeObserver(fit).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", fit);

// The painting goes on as long as something comes from the server.
let painting = false;
function wake() {
  if (painting || scenes.length === 0) return;
  painting = true;
  requestAnimationFrame(frame);
}

function frame(now) {
  paint(now);
  painting = now - scenes.at(-1).arrived < 500;
  if (painting) requestAnimationFrame(frame);
}

function paint(now) {
  const things = between(now), own = mine(scenes.at(-1).things);
  paintGrid();
  for (const thing of things) if (!isShip(thing)) paintStar(thing);
  flashes = flashes.filter(flash => paintFlash(flash, (now - flash.since) / 400));
  for (const thing of things) if (isShip(thing) && thing.id !== me) paintShip(thing);
  if (own) paintShip(follow(own, now));
  if (held) steer(); // the ship has moved under the finger
}

function paintGrid() {
  context.clearRect(0, 0, width, height);
  context.strokeStyle = colour("grid");
  context.lineWidth = 2;
  context.beginPath();
  for (let x = 100; x < width; x += 100) context.rect(x, -2, 0, height + 4);
  for (let y = 100; y < height; y += 100) context.rect(-2, y, width + 4, 0);
  context.stroke();
}

function paintStar({x, y}) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const angle = (i / 10 - 0.25) * 2 * Math.PI, far = starRadius * (i % 2 ? 0.55 : 1.3);
    context.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = colour("star");
  context.strokeStyle = colour("star-edge");
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.fill();
  context.stroke();
}

// paintFlash paints a ring that grows. It returns false when that is over.
function paintFlash({x, y}, part) {
  if (part > 1 || calm.matches) return false;
  context.globalAlpha = 1 - part;
  context.strokeStyle = colour("star-edge");
  context.lineWidth = 6;
  context.beginPath();
  context.arc(x, y, starRadius + 40 * Math.max(part, 0), 0, 2 * Math.PI);
  context.stroke();
  context.globalAlpha = 1;
  return true;
}

function paintShip(ship) {
  if (ship.course !== noCourse) facing.set(ship.id, ship.course / 128 * Math.PI);
  context.save();
  context.translate(ship.x, ship.y);
  context.save();
  context.rotate(facing.get(ship.id) ?? -Math.PI / 2);
  if (ship.course !== noCourse) paintFlame();
  paintHull(colour(`ship-${ship.slot}`), ship.kind === aBot);
  context.restore();
  if (ship.id === me) paintRing();
  context.fillStyle = colour("text");
  context.font = `${ship.id === me ? 600 : 400} ${Math.max(22, 11 * width / canvas.clientWidth)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillText(ship.name, 0, ship.y > 90 ? -46 : 66);
  context.restore();
}

function paintHull(ink, isBot) {
  context.beginPath();
  context.moveTo(34, 0);
  context.quadraticCurveTo(0, -8, -26, -26);
  context.quadraticCurveTo(-12, 0, -26, 26);
  context.quadraticCurveTo(0, 8, 34, 0);
  context.lineJoin = "round";
  context.lineWidth = 6;
  context.strokeStyle = ink;
  context.fillStyle = isBot ? colour("arena") : ink;
  context.fill();
  context.stroke();
}

function paintFlame() {
  context.beginPath();
  context.moveTo(-18, -9);
  context.lineTo(calm.matches ? -40 : -34 - 14 * Math.random(), 0);
  context.lineTo(-18, 9);
  context.fillStyle = colour("flame");
  context.fill();
}

function paintRing() {
  context.beginPath();
  context.arc(0, 0, radius + 10, 0, 2 * Math.PI);
  context.setLineDash([6, 10]);
  context.lineWidth = 3;
  context.strokeStyle = colour("dim");
  context.stroke();
}

// ——— Scores

let scores = "";
function showScores(things) {
  const ships = [...things.values()].filter(isShip).sort((a, b) => b.score - a.score || a.id - b.id);
  const now = JSON.stringify([me, ...ships.map(({id, score}) => [id, score])]);
  if (now === scores) return;
  scores = now;
  element("scores").replaceChildren(...ships.map(row));
  element("nobody").hidden = ships.length > 0;
}

function row({id, kind, name, score, slot}) {
  const tr = document.createElement("tr"), player = tr.insertCell(), sign = document.createElement("i");
  tr.className = id === me ? "me" : kind === aBot ? "bot" : "";
  sign.style.setProperty("--ship", `var(--ship-${slot})`);
  player.append(sign, name + (id === me ? " (you)" : ""));
  tr.insertCell().textContent = score;
  return tr;
}
