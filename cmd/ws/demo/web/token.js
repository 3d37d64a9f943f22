// token returns 16 random bytes, the same ones each time in one tab, also after a reload: a secret by which a room knows
// what is ours when we come back.
export function token(room) {
  let text = sessionStorage.getItem(room);
  if (!text) {
    text = hex(crypto.getRandomValues(new Uint8Array(16)));
    sessionStorage.setItem(room, text);
  }
  return text.match(/../g).map(byte => parseInt(byte, 16));
}

export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
