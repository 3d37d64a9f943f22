package websocket

import (
	"slices"
	"sync"

	"github.com/seed372fb791/rfc6455/mask"
)

// outflow is what the goroutine with the right to write has in hand: frames,
// and perhaps the payload of the last of them, which is written from where it
// lies. It says at any moment what is left.
type outflow struct {
	memory []byte   // of a pool, where out lies; nil if out is others'
	out    []byte   // to be written next
	tail   []byte   // payload to be written behind out
	masked bool     // tail is to be masked by key on its way
	shared bool     // tail belongs to a prepared message, which keeps it as it is
	key    mask.Key // of the frame
	pos    int      // of tail[0] within the payload
}

// chunk is the most bytes in one write to a transport that does not tell how far it
// has come: what has to move to be progress. A raw system call takes no more either.
const chunk = 64 << 10

func (f *outflow) empty() bool { return len(f.out)+len(f.tail) == 0 }

// size returns how many bytes are left.
func (f *outflow) size() int { return len(f.out) + len(f.tail) }

// next returns a chunk to be written next.
func (f *outflow) next() []byte {
	if len(f.out) == 0 && !f.masked {
		return f.tail[:min(chunk, len(f.tail))]
	}
	if len(f.tail) > 0 {
		f.gather()
	}
	return f.out[:min(chunk, len(f.out))]
}

// nextTwo returns all that there is, or a chunk of what has to be masked, for a
// writer that writes two pieces at once. The second may be empty.
func (f *outflow) nextTwo() (a, b []byte) {
	switch {
	case f.masked && len(f.tail) > 0:
		return f.next(), nil
	case len(f.out) == 0:
		return f.tail, nil
	}
	return f.out, f.tail
}

// gather moves what fits of the tail into the memory behind out.
//
//rfc:6455-5.3-6 6455-10.3-2
func (f *outflow) gather() {
	if len(f.out) == 0 {
		f.out = f.memory[:0]
	}
	n := min(cap(f.out)-len(f.out), len(f.tail))
	at := len(f.out)
	f.out = f.out[:at+n]
	if f.masked {
		mask.Copy(f.out[at:], f.tail[:n], f.key, f.pos&3)
	} else {
		copy(f.out[at:], f.tail[:n])
	}
	f.tail, f.pos = f.tail[n:], f.pos+n
}

// advance says that the first n bytes of what is left have been written.
func (f *outflow) advance(n int) {
	m := min(n, len(f.out))
	f.out = f.out[m:]
	f.tail, f.pos = f.tail[n-m:], f.pos+n-m
}

// own makes what is left independent of its caller's memory.
func (f *outflow) own() {
	if !f.shared {
		f.tail = slices.Clone(f.tail)
	}
}

// release gives the memory back, and f itself.
func (f *outflow) release() {
	if f.memory != nil {
		putBuffer(f.memory)
	}
	*f = outflow{}
	outflows.Put(f)
}

var outflows = sync.Pool{New: func() any { return new(outflow) }}
