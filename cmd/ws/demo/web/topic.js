// Topic is a topic of a hub, over a connection that comes back: what others say arrives once and in order, and what is
// said here is kept until the server has it, and sent again after a lost connection. hub/PROTOCOL.md has the protocol;
// copy this file, and socket.js, to speak it.
//
//   const topic = new Topic("/ws/chat", {
//     join: () => ({room: "lobby", name: "Ann"}), // goes along whenever the topic is joined
//     onsaid(message) {},                         // somebody's, or our own: each once
//     ongap() {},                                 // messages are missing here
//     on: {here(message) {}},                     // other kinds of messages
//     onstate(text, isOnline) {},                 // see socket.js
//   });
//   await topic.say("Hello");                     // the server has it now; it throws if that refuses it

import {Socket} from "./socket.js";

const mostKnown = 1000; // ids
const mostRecent = 20, recentFor = 60_000; // messages and milliseconds
const hearsay = 10_000; // milliseconds: others may be said before it, and a broker that was away takes a while

export class Topic {
  #socket; #options;
  #last = ""; // the position of the last message
  #known = new Set(); // the ids of what has arrived, the oldest first
  #outbox = new Map(); // what was said here and has not arrived: ids and {message, times, taken, resolve, reject}
  #recent = []; // what was said here and has arrived last

  constructor(path, options) {
    this.#options = options;
    this.#socket = new Socket(path, {
      onopen: () => {
        this.#join(this.#last);
        for (const item of this.#outbox.values()) if (!item.taken) this.#send(item);
      },
      onmessage: data => this.#hear(JSON.parse(data)),
      onstate: options.onstate,
    });
  }

  // say says text, under an id that is new if there is none, and returns a promise.
  say(text, id = newId()) {
    return new Promise((resolve, reject) => {
      const item = {message: {id, text, time: Date.now()}, times: 0, taken: false, resolve, reject};
      this.#outbox.set(id, item);
      this.#send(item);
    });
  }

  // tell sends a message of another kind, if there is a connection.
  tell(message) { this.#socket.send(JSON.stringify(message)); }

  #join(after) { this.tell({kind: "join", after, ...this.#options.join()}); }

  #send(item) {
    const {id, text} = item.message;
    if (this.#socket.send(JSON.stringify({kind: "say", id, text}))) item.times++;
  }

  #hear(message) {
    switch (message.kind) {
      case "said":
        this.#last = message.at;
        this.#arrived(message);
        break;
      case "taken":
        this.#taken(this.#outbox.get(message.id));
        break;
      case "refused":
        this.#outbox.get(message.id)?.reject(new Error(message.text));
        this.#outbox.delete(message.id);
        break;
      case "gap":
        this.#options.ongap?.();
        this.#join(""); // what is kept may have what is missing; what has arrived is known
        this.#repeat();
        break;
      default:
        this.#options.on?.[message.kind]?.(message);
    }
  }

  // What was sent more than once may have been said so long ago that it does not arrive here any more.
  #taken(item) {
    if (!item) return;
    item.taken = true;
    item.resolve();
    if (item.times > 1) setTimeout(() => this.#outbox.has(item.message.id) && this.#arrived(item.message), hearsay);
  }

  #arrived(message) {
    const {id} = message;
    if (this.#known.has(id)) return;
    this.#known.add(id);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.values().next().value);
    const item = this.#outbox.get(id);
    if (item) {
      this.#outbox.delete(id);
      item.resolve();
      this.#recent.push(item.message);
      this.#recent.splice(0, this.#recent.length - mostRecent);
    }
    this.#options.onsaid(message, !!item);
  }

  // A broker that has forgotten messages may have forgotten ours before others heard them. Those who have will know
  // them by their ids.
  #repeat() {
    for (const {id, text, time} of this.#recent) {
      if (Date.now() - time < recentFor) this.#socket.send(JSON.stringify({kind: "say", id, text}));
    }
    for (const item of this.#outbox.values()) this.#send(item);
  }
}

// newId returns 128 random bits. crypto.randomUUID is not there on pages without TLS, such as a phone's.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");
}
