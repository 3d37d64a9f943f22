// The page of the live updates. It draws the last prices of each share that is watched, once a frame at most however
// many arrive.

import {Socket, showState} from "./socket.js";

const kept = 120, height = 40;
const [summary, list, template] = ["summary", "shares", "share"].map(id => document.getElementById(id));
let viewers = 0, updates = 0;

// A share is watched when its box is checked; it has prices once its past has come.
class Share {
  prices = []; #number = 0; #due = false;

  constructor(symbol) {
    this.symbol = symbol;
    this.item = template.content.firstElementChild.cloneNode(true);
    [this.box, this.price, this.change, this.chart] = ["input", "strong", ".change", "svg"].map(s => this.item.querySelector(s));
    this.item.querySelector(".symbol").textContent = symbol;
    this.box.checked = true;
    this.box.onchange = () => watch(this.box.checked, [this]);
  }

  past({number, prices}) {
    this.#number = number;
    this.prices = prices;
    this.#show();
  }

  quote({number, price}) {
    if (!this.prices.length || number <= this.#number) return; // it is part of the past, which is yet to come or has
    this.#number = number;
    this.prices = [...this.prices, price].slice(-kept);
    this.#show();
  }

  forget() {
    this.prices = [];
    this.item.classList.remove("watched");
  }

  #show() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      if (this.prices.length) this.#draw();
    });
  }

  #draw() {
    const {prices, item, chart} = this;
    const now = prices.at(-1), change = now / prices[0] - 1;
    const low = Math.min(...prices), high = Math.max(...prices), scale = height / (high - low || 1);
    const points = prices.map((p, x) => `${x + kept - prices.length},${(height - (p - low) * scale).toFixed(1)}`).join(" ");
    item.classList.add("watched");
    item.classList.toggle("up", change >= 0);
    item.classList.toggle("down", change < 0);
    this.price.textContent = (now / 100).toFixed(2);
    this.change.textContent = `${change < 0 ? "▼" : "▲"} ${(Math.abs(change) * 100).toFixed(2)} %`;
    chart.querySelector(".line").setAttribute("points", points);
    chart.querySelector(".area").setAttribute("points", `${kept - prices.length},${height} ${points} ${kept - 1},${height}`);
    chart.setAttribute("aria-label", `The last ${prices.length} prices of ${this.symbol}, from ${(low / 100).toFixed(2)} to ${(high / 100).toFixed(2)}`);
  }
}

const shares = new Map();

const socket = new Socket("/ws/prices", {
  onmessage(data) {
    const message = JSON.parse(data);
    if ("viewers" in message) viewers = message.viewers;
    if (message.symbols) open(message.symbols);
    const share = shares.get(message.symbol);
    if (!share?.box.checked) return; // what was on its way
    if (message.prices) share.past(message);
    else share.quote(message);
    updates++;
  },
  onstate: showState,
});

// open is the begin of each connection.
function open(symbols) {
  for (const symbol of symbols.filter(symbol => !shares.has(symbol))) {
    const share = new Share(symbol);
    shares.set(symbol, share);
    list.append(share.item);
  }
  watch(true, [...shares.values()].filter(share => share.box.checked));
}

function watch(is, some) {
  if (!is) for (const share of some) share.forget();
  const names = some.map(share => share.symbol);
  socket.send(JSON.stringify(is ? {watch: names} : {unwatch: names}));
}

for (const [id, is] of [["all", true], ["none", false]]) {
  document.getElementById(id).onclick = () => {
    const some = [...shares.values()].filter(share => share.box.checked !== is);
    for (const share of some) share.box.checked = is;
    watch(is, some);
  };
}

setInterval(() => {
  const text = `${viewers} ${viewers === 1 ? "viewer" : "viewers"}, ${updates} ${updates === 1 ? "update" : "updates"} in the last second`;
  if (summary.textContent !== text) summary.textContent = text;
  updates = 0;
}, 1000);
