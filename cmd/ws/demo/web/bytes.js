// Reader and Writer take binary messages apart and put them together. Numbers are varints as in Go's encoding/binary:
// seven bits a byte, the low ones first; signed ones are folded, so that those near 0 are short.

export class Reader {
  #bytes; #at = 0;

  constructor(buffer) { this.#bytes = new Uint8Array(buffer); }

  get more() { return this.#at < this.#bytes.length; }

  byte() {
    if (!this.more) throw new RangeError("the message is too short");
    return this.#bytes[this.#at++];
  }

  letter() { return String.fromCharCode(this.byte()); }

  // Not with shifts: those have 32 bits, numbers of messages have up to 53.
  uvarint() {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  varint() {
    const folded = this.uvarint();
    return folded % 2 ? -(folded + 1) / 2 : folded / 2;
  }

  bytes(n) { return Array.from({length: n}, () => this.byte()); }

  text() { return new TextDecoder().decode(new Uint8Array(this.bytes(this.uvarint()))); }
}

export class Writer {
  #bytes = [];

  constructor(letter) { this.#bytes.push(letter.charCodeAt(0)); }

  bytes(list) {
    this.#bytes.push(...list);
    return this;
  }

  uvarint(value) {
    for (; value > 127; value = Math.floor(value / 128)) this.#bytes.push(value % 128 | 128);
    this.#bytes.push(value);
    return this;
  }

  varint(value) { return this.uvarint(value < 0 ? -2 * value - 1 : 2 * value); }

  get message() { return new Uint8Array(this.#bytes); }
}
