import {Socket, showState} from "./socket.js";

const [log, form, text] = ["log", "form", "text"].map(id => document.getElementById(id));
const socket = new Socket("/ws/chat", {
  onstate: showState,
  onmessage(data) {
    const item = document.createElement("li");
    item.textContent = data;
    log.append(item);
  },
});
form.onsubmit = event => {
  event.preventDefault();
  if (socket.send(text.value)) text.value = "";
};
