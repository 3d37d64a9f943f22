// The chat's page. What is said here is in the outbox until it comes back from the server, and is sent again after a
// reconnect; the last of it also when the server has forgotten. What arrives is known by its id, and shown once.

import {Socket, showState} from "./socket.js";

const [me, nameField, roomField, count, people, log, pale, typing, form, text] =
  ["me", "name", "room", "count", "people", "log", "pale", "typing", "form", "text"].map(id => document.getElementById(id));

const mostShown = 500, mostRecent = 20;
const longWait = 1000; // milliseconds until it is said why a message that waits is pale
const whyPale = "What is pale has not reached the server yet. It is sent again when the connection is back.";
const who = random(); // the next connection of this page is still the same person
const outbox = new Map(); // what we have not heard ourselves say: ids and the elements that wait in the log
const recent = []; // what was said here last
const shown = new Set(); // the ids of what is in the log
const typists = new Map(); // names and the timers that end their typing
let last = ""; // the position of the last message
let wanted = ""; // the name that was chosen
let called = ""; // what the server calls us: the name, told apart from others
let told = 0; // when the others were told that we type

const room = new URLSearchParams(location.search).get("room") || "lobby"; // in the address, to be shared
roomField.value = room;
rename(sessionStorage.getItem("name") || `Guest ${1 + Math.floor(Math.random() * 99)}`);
document.title = `${room} · Chat`;

const socket = new Socket("/ws/chat", {
  onopen() {
    tell({kind: "join", room, name: wanted, who, after: last});
    for (const [id, item] of outbox) say(id, item.message.text);
  },
  onmessage(data) {
    const message = JSON.parse(data);
    on[message.kind]?.(message);
  },
  onstate: showState,
});

const on = {
  you({name}) { called = name; },
  said(message) {
    last = message.at;
    stopsTyping(message.name);
    if (shown.has(message.id)) return;
    add(message, arrived(message.id) || message.name === called);
  },
  // It was said before, too long ago for us to hear it now.
  known({id}) {
    const message = arrived(id);
    if (message) add(message, true);
  },
  // A server that was started again may have ended before others heard what it had.
  gap() {
    note("Connected again. What was said meanwhile may be missing.");
    for (const {id, text, time} of recent) {
      if (Date.now() - time < 60_000) say(id, text);
    }
  },
  here({names = [], count: n}) {
    count.textContent = `Here (${n})`;
    const more = n - names.length;
    people.replaceChildren(...names.map(person), ...more ? [`and ${more} more`] : []);
  },
  types({name}) {
    if (name === called) return;
    clearTimeout(typists.get(name));
    typists.set(name, setTimeout(stopsTyping, 4000, name));
    showTypists();
  },
};

form.onsubmit = event => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  const id = random();
  text.value = "";
  told = 0;
  outbox.set(id, put({id, name: called || wanted, text: said, time: Date.now()}, "mine waiting"));
  following = true;
  follow();
  say(id, said);
  setTimeout(() => { if (outbox.has(id)) pale.textContent = whyPale; }, longWait);
};

text.oninput = () => {
  if (!text.value || Date.now() - told < 2000) return;
  told = Date.now();
  tell({kind: "type"});
};

// Both fields take effect when they are left, or with Enter.
me.onsubmit = event => {
  event.preventDefault();
  text.focus();
};
nameField.onchange = () => {
  rename(nameField.value.trim() || wanted);
  tell({kind: "name", name: wanted});
};
roomField.onchange = () => location.search = new URLSearchParams({room: roomField.value});

// rename notes the name, for the next page too. Nobody has none: a field that was cleared gets the last one again.
function rename(name) {
  nameField.value = wanted = name;
  sessionStorage.setItem("name", name);
}

function tell(message) { socket.send(JSON.stringify(message)); }
function say(id, text) { tell({kind: "say", id, text}); }

// random returns 128 random bits. crypto.randomUUID is not there on pages without TLS, such as a phone's.
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");
}

// arrived takes a message out of the outbox and returns it, if it is there.
function arrived(id) {
  const item = outbox.get(id);
  if (!item) return null;
  outbox.delete(id);
  item.remove();
  recent.push(item.message);
  recent.splice(0, recent.length - mostRecent);
  if (!outbox.size) pale.textContent = "";
  return item.message;
}

// add shows a message that the server has, before those that wait.
function add(message, mine) {
  shown.add(message.id);
  put(message, mine ? "mine" : "", log.querySelector(".waiting"));
  while (log.childElementCount > mostShown) {
    shown.delete(log.firstChild.message?.id);
    log.firstChild.remove();
  }
}

function put(message, kind, before = null) {
  const item = element("li", kind);
  const previous = (before ? before.previousElementSibling : log.lastElementChild)?.message;
  item.classList.toggle("follows", previous?.name === message.name && message.time - previous.time < 60_000);
  item.message = message;
  const at = new Date(message.time);
  const time = element("time", "", at.toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"}));
  time.dateTime = at.toISOString();
  const head = element("div", "who");
  head.append(element("bdi", "", message.name), time);
  item.append(head, element("div", "text", message.text));
  item.style.setProperty("--own", color(message.name));
  log.insertBefore(item, before);
  follow();
  return item;
}

function note(text) {
  log.insertBefore(element("li", "note", text), log.querySelector(".waiting"));
  follow();
}

function person(name) {
  const item = element("li");
  item.append(element("bdi", "", name), name === called ? " (you)" : "");
  item.style.setProperty("--own", color(name));
  return item;
}

function element(tag, kind = "", text = "") {
  const e = document.createElement(tag);
  e.className = kind;
  e.textContent = text;
  return e;
}

// color returns one that a name always has, to be read on light and on dark.
function color(name) {
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
  hue = hue * 137 % 360; // names that are alike get colours that are not
  return `light-dark(hsl(${hue} 65% 36%), hsl(${hue} 65% 72%))`;
}

function stopsTyping(name) {
  clearTimeout(typists.get(name));
  if (typists.delete(name)) showTypists();
}

function showTypists() {
  const names = [...typists.keys()];
  const some = new Intl.ListFormat("en").format(names.slice(0, 3));
  typing.textContent = names.length > 3 ? "Several people are typing…" : names.length ? `${some} ${names.length > 1 ? "are" : "is"} typing…` : "";
}

// The log stays at its end unless somebody has scrolled up.
let following = true;
function follow() {
  if (following) log.scrollTop = log.scrollHeight;
}
log.onscroll = () => following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
new ResizeObserver(follow).observe(log);
