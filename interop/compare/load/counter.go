package load

import "github.com/seed372fb791/rfc6455/protocol"

// counter counts messages as they arrive, in frames of any number.
type counter struct {
	head []byte // of the frame that has begun, while it is not complete
	left uint64 // bytes of its payload
	last bool   // it ends a message
}

// count takes in what has arrived and returns how many messages end in it.
func (c *counter) count(p []byte) (messages int) {
	for len(p) > 0 {
		if c.left == 0 {
			c.head, p = append(c.head, p[0]), p[1:]
			h, _, err := protocol.ParseHeader(c.head)
			if err != nil {
				continue // there is more to come
			}
			c.head, c.left, c.last = c.head[:0], h.Length, h.Fin && !h.Opcode.IsControl()
		}
		n := min(c.left, uint64(len(p)))
		c.left, p = c.left-n, p[n:]
		if c.left == 0 && c.last {
			messages++
		}
	}
	return messages
}
