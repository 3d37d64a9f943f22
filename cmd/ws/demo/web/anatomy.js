// showPart shows a part of a connection taken apart: a frame as in the figure of section 5.2 of the RFC, 32 bits a row (16
// where it is narrow), or an opening handshake line by line.

const $ = id => document.getElementById(id);

const drawnBytes = 32;   // of payload in the figure
const shownBytes = 256;  // of payload below it

const narrow = matchMedia("(max-width: 40rem)");
narrow.onchange = () => showPart(shown, $("over").textContent);
let shown = null;

// kinds are the classes of fields, for their colours.
const kinds = {
  "FIN": "fin", "RSV1": "rsv", "RSV2": "rsv", "RSV3": "rsv", "opcode": "opcode", "MASK": "mask",
  "Payload len": "length", "Extended payload length": "length", "Masking-key": "key",
};

// over says that the part's connection has ended, if it has.
export function showPart(part, over = "") {
  shown = part;
  showEnd(over);
  for (const id of ["figure", "explanation", "payload"]) $(id).replaceChildren();
  $("violation").hidden = true;
  if (!part) {
    $("part-title").textContent = "Nothing chosen";
    $("part-about").textContent = "Choose a line of the sequence to take it apart.";
    return;
  }
  const bytes = fromHex(part.bytes);
  $("part-title").textContent = part.kind === "frame" ? `Frame: ${part.summary}` : part.summary;
  $("part-about").textContent = about(part, bytes);
  if (part.violation) showViolation(part);
  if (part.kind === "frame") drawFigure(part, bytes);
  else drawLines(part);
  const first = part.violation?.field ?? "opcode";
  explain(part, part.fields.find(field => field.name === first) ?? part.fields[0]);
  if (part.payload) showPayload(part);
}

// showEnd says that the connection of what is shown has ended, which matters if a rule is broken.
export function showEnd(over) { $("over").textContent = shown?.violation ? over : ""; }

function about(part, bytes) {
  const words = [`${count(bytes.length)} from the ${part.from}, from byte ${part.offset} on.`];
  if (!part.whole) words.push("Some are missing.");
  if (part.ignored) words.push(`Nobody looks at it any more: ${part.rules[part.ignored]?.text ?? ""}`);
  return words.join(" ");
}

function showViolation(part) {
  const {violation} = part;
  const title = element("strong", "", `Broken: ${violation.text}`);
  const at = element("span", "", ` ${violation.field}, byte ${violation.offset}` + (violation.code ? `; fails with close code ${violation.code}.` : "."));
  $("violation").replaceChildren(title, at, rule(part, violation.rule));
  $("violation").hidden = false;
}

// drawFigure draws each field as a box, or as several where it goes over the end of a row.
function drawFigure(part, bytes) {
  const figure = $("figure"), width = narrow.matches ? 16 : 32;
  figure.className = "figure bits";
  figure.style.setProperty("--bits", width);
  for (let bit = 0; bit < width; bit++) {
    const number = element("span", "number", bit % 8 === 0 || bit === width - 1 ? bit : "");
    number.setAttribute("aria-hidden", "true");
    figure.append(place(number, 1, bit, 1));
  }
  for (const field of part.fields) {
    const last = Math.min(field.bit + field.bits, headerBits(part) + drawnBytes * 8);
    for (let bit = field.bit, first = true; bit < last; first = false) {
      const row = Math.floor(bit / width), end = Math.min(last, (row + 1) * width);
      const what = first ? field.name : "";
      figure.append(place(box(part, field, what, raw(bytes, bit, end - bit), first), row + 2, bit % width, end - bit));
      bit = end;
    }
    const left = (field.bit + field.bits - last) / 8;
    if (left > 0) figure.append(place(element("span", "more dim", `… and ${count(left)} more`), Math.ceil(last / width) + 2, 0, width));
  }
}

// headerBits is where the payload begins.
function headerBits(part) { return 4 * (part.bytes.length - (part.payload ?? "").length); }

function place(node, row, column, span) {
  node.style.gridRow = row;
  node.style.gridColumn = `${column + 1} / span ${span}`;
  return node;
}

// box returns a button that explains a field when it is pointed at, focused or pressed. Only the first one of a field is
// in the order of tabs.
function box(part, field, name, value, first) {
  const button = element("button", `box ${kinds[field.name] ?? "data"}`);
  button.type = "button";
  button.dataset.field = field.name;
  if (field.bits === 1) button.classList.add("bit");
  if (field.name === part.violation?.field) button.classList.add("guilty");
  if (first) button.setAttribute("aria-label", `${field.name}: ${field.value}`);
  else {
    button.tabIndex = -1;
    button.setAttribute("aria-hidden", "true");
  }
  button.append(element("span", "name", name), element("span", "value", value));
  button.onclick = button.onfocus = button.onpointerenter = () => explain(part, field);
  return button;
}

// drawLines shows an opening handshake, or what nobody can read.
function drawLines(part) {
  const figure = $("figure");
  figure.className = "figure lines";
  const bytes = fromHex(part.bytes);
  for (const field of part.fields) {
    const line = text(bytes.subarray(field.bit / 8, Math.min((field.bit + field.bits) / 8, field.bit / 8 + shownBytes)));
    const button = box(part, field, "", line.trimEnd() || field.value, true);
    button.classList.add(/^(sec-|upgrade|connection|request|status)/i.test(field.name) ? "key" : "rsv");
    button.classList.remove("data");
    figure.append(button);
  }
}

// explain says what a field means, and marks it in the figure.
function explain(part, field) {
  for (const other of $("figure").querySelectorAll(".box")) {
    other.classList.toggle("current", other.dataset.field === field.name);
  }
  const title = element("h3", "", field.name);
  const size = element("span", "dim", field.bits % 8 || field.bits < 8 ? `${field.bits} bit${field.bits > 1 ? "s" : ""}` : count(field.bits / 8));
  title.append(" ", size);
  const value = element("p", "fact", field.value);
  const meaning = element("p", "", field.meaning + " ");
  meaning.append(section(field.section));
  $("explanation").replaceChildren(title, value, meaning, ...(field.rules ?? []).map(id => rule(part, id)));
}

// rule returns what a requirement says.
function rule(part, id) {
  const r = part.rules[id], line = element("p", "rule");
  line.append(element("code", "", id));
  if (r) line.append(" ", element("b", "", r.level === "RULE" ? "" : r.level), " ", r.text, " ", section(r.rfc === "6455" ? r.section : `${r.rfc}:${r.section}`));
  return line;
}

// section returns a link to a section of an RFC.
function section(name) {
  const [rfc, number] = name.includes(":") ? name.split(":") : ["6455", name];
  const link = element("a", "section", rfc === "6455" ? `§ ${number}` : `RFC ${rfc} § ${number}`);
  link.href = `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${number}`;
  link.rel = "noreferrer";
  return link;
}

// showPayload shows what the frame carries: as it is on the wire, without the mask, inflated, as text.
function showPayload(part) {
  const list = element("dl", "payload");
  const add = (name, value) => {
    if (value) list.append(element("dt", "", name), element("dd", "", value));
  };
  const masked = part.bytes.slice(-part.payload.length);
  add(masked === part.payload ? "Payload" : "Masked", hex(masked));
  if (masked !== part.payload) add("Payload", hex(part.payload));
  if (part.compressed) add("Inflated", hex(part.contents ?? ""));
  if (!unprintable.test(part.text)) add("Text", part.text && (part.text.length > shownBytes ? part.text.slice(0, shownBytes) + "…" : part.text));
  $("payload").replaceChildren(list);
}

const unprintable = /[\x00-\x08\x0b-\x1f\x7f]/;

function hex(digits) {
  const pairs = digits.slice(0, 2 * shownBytes).replace(/..(?!$)/g, "$& ");
  return digits.length > 2 * shownBytes ? `${pairs} … ${count(digits.length / 2)} in all` : pairs;
}

// raw returns bits as they are: in hex if they are whole bytes.
function raw(bytes, bit, bits) {
  if (bit % 8 === 0 && bits % 8 === 0) {
    return [...bytes.subarray(bit / 8, (bit + bits) / 8)].map(b => b.toString(16).padStart(2, "0")).join(" ");
  }
  let s = "";
  for (let i = bit; i < bit + bits; i++) s += bytes[i >> 3] >> (7 - i % 8) & 1;
  return s;
}

function fromHex(digits) { return Uint8Array.from(digits.match(/../g) ?? [], pair => parseInt(pair, 16)); }

function text(bytes) { return new TextDecoder().decode(bytes); }

function count(n) { return n === 1 ? "1 byte" : `${n} bytes`; }

function element(name, className = "", content = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = content;
  return node;
}
