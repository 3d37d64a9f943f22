// Sequence is a sequence diagram that is also a list: each line of it is a button with an arrow, from the lifeline of who
// sent to that of who received.

const most = 500; // lines; older ones go

const SVG = "http://www.w3.org/2000/svg";

export class Sequence {
  #list; #onchoose; #onpick; #steps = []; #open = false; #shown = false; #chosen = null; #last = null;

  // onchoose is called with the part of each step that is chosen, onpick when a person has chosen it.
  constructor(list, onchoose, onpick) {
    this.#list = list;
    this.#onchoose = onchoose;
    this.#onpick = onpick;
  }

  get empty() { return !this.#steps.length; }

  // add adds a step: a part, or so many bytes that it is not shown.
  add({at, from, part, size}) {
    const text = part ? part.summary : `${size} bytes, too many to show`;
    const step = {part, mermaid: part?.mermaid ?? `    Note over C,S: ${text}\n`, item: document.createElement("li")};
    step.button = row({at, from, text, part});
    step.button.onclick = () => {
      this.#choose(step);
      this.#onpick();
    };
    step.item.append(step.button);
    this.#open = true;
    this.#append(step);
    if (part && this.#follows) this.#choose(step);
    this.#last = step;
  }

  // Who looks at the last step looks at the next one when it comes, unless there is something wrong to look at.
  get #follows() { return !this.#chosen || this.#chosen === this.#last && !this.#chosen.part?.violation; }

  // end adds the end of the connection, unless that is known.
  end(at) {
    if (!this.#open) return;
    this.#open = false;
    const item = document.createElement("li");
    item.className = "over";
    item.textContent = `the connection has ended${time(at)}`;
    this.#append({item, mermaid: "    Note over C,S: the connection has ended\n"});
    this.#last = null; // what comes is not chosen by itself
  }

  #append(step) {
    const follow = this.#list.scrollTop + this.#list.clientHeight > this.#list.scrollHeight - 20;
    this.#steps.push(step);
    if (this.#steps.length > most) this.#steps.shift().item.remove();
    if (!this.#shown) return;
    this.#list.append(step.item);
    if (follow) this.#list.scrollTop = this.#list.scrollHeight;
  }

  // choose chooses the step with an index.
  choose(index) {
    if (this.#steps[index]) this.#choose(this.#steps[index]);
  }

  #choose(step) {
    this.#chosen?.button.removeAttribute("aria-current");
    this.#chosen = step;
    step.button.setAttribute("aria-current", "true");
    if (this.#shown && step.part) this.#onchoose(step.part);
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
