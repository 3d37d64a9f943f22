// Sequence is a sequence diagram that is also a list: each line of it is a button with an arrow, from the lifeline of who
// sent to that of who received.

const most = 500; // lines; older ones go

const SVG = "http://www.w3.org/2000/svg";

export class Sequence {
  #list; #on; #steps = []; #connection = {over: ""}; #open = false; #shown = false; #chosen = null; #last = null;

  // onchoose is called with the part of each step that is chosen and with what is known of the end of its connection,
  // onend with that when it is known later, and onpick when a person has chosen the step or brought it about.
  constructor(list, {onchoose, onend, onpick}) {
    this.#list = list;
    this.#on = {choose: onchoose, end: onend, pick: onpick};
  }

  get empty() { return !this.#steps.length; }

  // add adds a step: a part, or so many bytes that it is not shown.
  add({at, from, part, size}) {
    const text = part ? part.summary : `${size} bytes, too many to show`;
    const step = {part, connection: this.#connection, mermaid: part?.mermaid ?? `    Note over C,S: ${text}\n`, item: document.createElement("li")};
    step.button = row({at, from, text, part});
    step.button.onclick = () => this.#pick(step);
    step.item.append(step.button);
    this.#open = true;
    this.#append(step, part?.violation);
    if (part?.violation) this.#pick(step);
    else if (part && this.#follows) this.#choose(step);
    this.#last = step;
  }

  // A broken rule is looked at when it comes: nobody breaks one but by a person's wish. Otherwise who looks at the last
  // step looks at the next one, unless there is something wrong to look at.
  get #follows() { return !this.#chosen || this.#chosen === this.#last && !this.#chosen.part?.violation; }

  // end adds the end of the connection, unless that is known.
  end(at) {
    if (!this.#open) return;
    this.#open = false;
    const item = document.createElement("li");
    item.className = "over";
    item.textContent = `the connection has ended${time(at)}`;
    this.#append({item, mermaid: "    Note over C,S: the connection has ended\n"});
    this.#connection.over = item.textContent;
    if (this.#shown && this.#chosen?.connection === this.#connection) this.#on.end(this.#connection.over);
    this.#connection = {over: ""};
    this.#last = null; // what comes is not chosen by itself
  }

  // append appends a step. If it must be seen, or the last one is, the list shows it.
  #append(step, must = false) {
    const follow = must || this.#list.scrollTop + this.#list.clientHeight > this.#list.scrollHeight - 20;
    this.#steps.push(step);
    if (this.#steps.length > most) this.#steps.shift().item.remove();
    if (!this.#shown) return;
    this.#list.append(step.item);
    if (follow) this.#list.scrollTop = this.#list.scrollHeight;
  }

  // pick chooses the step with an index for a person.
  pick(index) { this.#pick(this.#steps[index]); }

  #pick(step) {
    this.#choose(step);
    if (this.#shown) this.#on.pick();
  }

  #choose(step) {
    this.#chosen?.button.removeAttribute("aria-current");
    this.#chosen = step;
    step.button.setAttribute("aria-current", "true");
    if (this.#shown && step.part) this.#on.choose(step.part, step.connection.over);
  }

  clear() {
    this.#steps = [];
    this.#chosen = this.#last = null;
    if (this.#shown) this.#list.replaceChildren();
  }

  show() {
    this.#shown = true;
    this.#list.replaceChildren(...this.#steps.map(step => step.item));
    if (this.#chosen) this.#choose(this.#chosen);
  }

  hide() { this.#shown = false; }

  mermaid() {
    return "sequenceDiagram\n    participant C as Client\n    participant S as Server\n" + this.#steps.map(step => step.mermaid).join("");
  }
}

// row returns a line of the diagram.
function row({at, from, text, part}) {
  const button = document.createElement("button");
  const broken = part?.violation, ignored = part?.ignored;
  button.type = "button";
  button.className = ["step", from, broken && "broken", ignored && "ignored"].filter(Boolean).join(" ");
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = text;
  const note = document.createElement("span");
  note.className = "note";
  note.textContent = (from === "client" ? "client" : "server") + time(at) + (broken ? `, broken: ${broken.text}` : ignored ? ", not looked at any more" : "");
  button.append(label, arrow(from, part), note);
  return button;
}

// arrow draws an arrow: dotted for control frames, with a cross where a rule is broken or nobody looks.
function arrow(from, part) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "arrow");
  const line = document.createElementNS(SVG, "line");
  const control = ["ping", "pong", "close"].includes(part?.opcode);
  for (const [name, value] of Object.entries({x1: "0", y1: "50%", x2: "100%", y2: "50%", "stroke-dasharray": control ? "5 4" : "none"})) {
    line.setAttribute(name, value);
  }
  const tip = document.createElementNS(SVG, "svg"); // an svg of its own can stand at a percentage
  tip.setAttribute("x", from === "client" ? "100%" : "0");
  tip.setAttribute("y", "50%");
  tip.setAttribute("overflow", "visible");
  const path = document.createElementNS(SVG, "path");
  const back = from === "client" ? -8 : 8;
  path.setAttribute("d", part?.violation || part?.ignored ? `M${2 * back} -5 l${-back} 10 m0 -10 l${back} 10` : `M0 0 L${back} -5 L${back} 5 Z`);
  if (part?.violation || part?.ignored) path.setAttribute("fill", "none");
  tip.append(path);
  svg.append(line, tip);
  return svg;
}

function time(at) { return at === undefined ? "" : ` at ${(at / 1000).toFixed(at < 10000 ? 2 : 1)} s`; }
