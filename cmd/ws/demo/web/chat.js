// The chat's page. What is said here waits in the log, pale, until it comes back from the server; topic.js sees to it
// that it gets there, and that what others say arrives once.

import {Topic, newId} from "./topic.js";
import {showState} from "./socket.js";

const [me, nameField, roomField, count, people, place, log, pale, typing, form, text] =
  ["me", "name", "room", "count", "people", "place", "log", "pale", "typing", "form", "text"].map(id => document.getElementById(id));

const mostShown = 500;
const longWait = 1000; // milliseconds until it is said why a message that waits is pale
const whyPale = "What is pale has not reached the server yet. It is sent again when the connection is back.";
const who = newId(); // the next connection of this page is still the same person
const waiting = new Map(); // what we have not heard ourselves say: ids and the elements in the log
const typists = new Map(); // names and the timers that end their typing
let wanted = ""; // the name that was chosen
let called = ""; // what the server calls us: the name, told apart from others
let told = 0; // when the others were told that we type

const room = new URLSearchParams(location.search).get("room") || "lobby"; // in the address, to be shared
roomField.value = room;
rename(sessionStorage.getItem("name") || `Guest ${1 + Math.floor(Math.random() * 99)}`);
document.title = `${room} · Chat`;

const topic = new Topic("/ws/chat", {
  join: () => ({room, name: wanted, who}),
  onsaid(message, mine) {
    stopsTyping(message.name);
    stopsWaiting(message.id);
    add({name: called, ...message}, mine || message.name === called);
  },
  ongap() { note("Connected again. What was said meanwhile may be missing."); },
  on: {
    you({name, place: at}) {
      called = name;
      place.textContent = at ? `connected to ${at}` : "";
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
  },
  onstate: showState,
});

form.onsubmit = event => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  const id = newId();
  text.value = "";
  told = 0;
  waiting.set(id, put({id, name: called || wanted, text: said, time: Date.now()}, "mine waiting"));
  following = true;
  follow();
  topic.say(said, id).catch(error => {
    stopsWaiting(id);
    note(`This was not sent, ${error.message}: ${said}`);
  });
  setTimeout(() => { if (waiting.has(id)) pale.textContent = whyPale; }, longWait);
};

text.oninput = () => {
  if (!text.value || Date.now() - told < 2000) return;
  told = Date.now();
  topic.tell({kind: "type"});
};

// Both fields take effect when they are left, or with Enter.
me.onsubmit = event => {
  event.preventDefault();
  text.focus();
};
nameField.onchange = () => {
  rename(nameField.value.trim() || wanted);
  topic.tell({kind: "name", name: wanted});
};
roomField.onchange = () => location.search = new URLSearchParams({room: roomField.value});

// rename notes the name, for the next page too. Nobody has none: a field that was cleared gets the last one again.
function rename(name) {
  nameField.value = wanted = name;
  sessionStorage.setItem("name", name);
}

// stopsWaiting takes what has arrived, or never will, from where it waits.
function stopsWaiting(id) {
  waiting.get(id)?.remove();
  if (waiting.delete(id) && !waiting.size) pale.textContent = "";
}

// add shows a message that the server has, before those that wait.
function add(message, mine) {
  put(message, mine ? "mine" : "", log.querySelector(".waiting"));
  while (log.childElementCount > mostShown) log.firstChild.remove();
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
