// Socket is a WebSocket that comes back: after a lost connection it connects again, sooner at first and later with
// longer pauses, until it is closed or the server says with a close code of 4000 or more that there is no point.
//
//   const socket = new Socket("/ws/chat", {
//     binary: false,                       // messages arrive as ArrayBuffer
//     onopen(socket) {},                   // each time: what the server must be told (again)
//     onmessage(data, socket) {},
//     onstate(text, isOnline) {},          // for people
//   });

const firstDelay = 200, longestDelay = 5000, stable = 5000; // milliseconds

export class Socket {
  #url; #options; #socket = null; #timer = 0; #delay = firstDelay; #over = false;

  constructor(path, options = {}) {
    this.#url = location.origin.replace(/^http/, "ws") + path;
    this.#options = options;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    addEventListener("pagehide", () => this.#socket?.close()); // a page that was left may be kept with its connections
    addEventListener("offline", () => this.#leave());
    this.#connect();
  }

  // send sends a message and returns true, or returns false if there is no connection.
  send(data) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(data);
    return true;
  }

  // close ends the connection for good.
  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  #connect() {
    const socket = this.#socket = new WebSocket(this.#url);
    let opened = Infinity;
    if (this.#options.binary) socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      opened = performance.now();
      this.#show("connected", true);
      this.#options.onopen?.(this);
    };
    socket.onmessage = message => this.#options.onmessage?.(message.data, this);
    socket.onclose = event => {
      this.#socket = null;
      if (performance.now() - opened >= stable) this.#delay = firstDelay;
      this.#lost(event);
    };
  }

  // Without a network no closing handshake comes to its end, which the browser waits for.
  #leave() {
    const socket = this.#socket;
    if (!socket) return;
    const close = socket.onclose;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    close({code: 1006});
  }

  #lost({code, reason}) {
    if (this.#over || code >= 4000) {
      this.#over = true;
      this.#show(reason || "disconnected", false);
      return;
    }
    this.#show(code === 1001 ? "the server has gone, reconnecting" : "reconnecting", false);
    this.#timer = setTimeout(() => this.#retry(), this.#delay * (0.5 + Math.random() / 2)); // not all clients at once
    this.#delay = Math.min(2 * this.#delay, longestDelay);
  }

  #retry() {
    this.#timer = 0;
    this.#connect();
  }

  // There is reason to believe that it works now.
  #hurry() {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#retry();
  }

  #show(text, isOnline) { this.#options.onstate?.(text, isOnline); }
}

// showState shows the state in the page's header: for onstate.
export function showState(text, isOnline) {
  const state = document.getElementById("state");
  state.textContent = text;
  state.classList.toggle("online", isOnline);
}
