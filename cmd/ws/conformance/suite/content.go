package suite

import (
	"bytes"
	"fmt"
)

// content is what a message has to hold.
type content struct {
	text bool
	size int64
	// at returns what stands from an offset on, as much as is at hand.
	at func(offset int64) []byte
}

// contentOf returns the content that is data.
func contentOf(text bool, data string) content {
	b := []byte(data)
	return content{text, int64(len(b)), func(offset int64) []byte { return b[offset:] }}
}

// matches reports whether p is what stands at an offset.
func (c content) matches(offset int64, p []byte) bool {
	if offset+int64(len(p)) > c.size {
		return false
	}
	for len(p) > 0 {
		want := c.at(offset)
		want = want[:min(len(want), len(p))]
		if !bytes.Equal(want, p[:len(want)]) {
			return false
		}
		p, offset = p[len(want):], offset+int64(len(want))
	}
	return true
}

// bytes returns all of it.
func (c content) bytes() []byte {
	all := make([]byte, 0, c.size)
	for n := int64(0); n < c.size; n = int64(len(all)) {
		p := c.at(n)
		all = append(all, p[:min(int64(len(p)), c.size-n)]...)
	}
	return all
}

// shown is how much of a message is shown in a line.
const shown = 32

func (c content) String() string {
	if c.size == 0 {
		return describe(c.text, 0, nil)
	}
	start := c.at(0)
	return describe(c.text, c.size, start[:min(int64(len(start)), c.size, shown)])
}

// describe tells of a message in a few words.
func describe(text bool, size int64, start []byte) string {
	kind := "binary"
	if text {
		kind = "text"
	}
	switch {
	case size == 0:
		return "an empty " + kind + " message"
	case size > int64(len(start)):
		return fmt.Sprintf("%s %q... of %d bytes", kind, start, size)
	}
	return fmt.Sprintf("%s %q", kind, start)
}
