package replay

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// answer is something that a server says. Masks, fragments and compression are
// no part of it, nor are Pings and Pongs, whose time is chance.
type answer struct {
	at   time.Duration // in the transcript
	what string        // all of it, but for the data of a message
	typ  protocol.Type // of a message, 0 for anything else
	data []byte        // without what is ignored
}

// same reports whether a and b say the same.
func same(a, b answer) bool {
	return a.what == b.what && a.typ == b.typ && bytes.Equal(a.data, b.data)
}

// shownData is how many bytes of a message are shown.
const shownData = 64

// around returns a in words, with what stands around byte at of its data.
func (a answer) around(at int) string {
	if a.typ == 0 {
		return a.what
	}
	from := 0
	if len(a.data) > shownData {
		from = min(max(0, at-shownData/4), len(a.data)-shownData)
	}
	part := a.data[from:min(len(a.data), from+shownData)]
	data := fmt.Sprintf("% x", part)
	if a.typ == protocol.Text && utf8.Valid(a.data) {
		data = fmt.Sprintf("%q", part)
	}
	switch {
	case len(part) == len(a.data):
		return strings.TrimSpace(fmt.Sprintf("%v %s", a.typ, data))
	case from == 0:
		return fmt.Sprintf("%v %s…, %d bytes", a.typ, data, len(a.data))
	}
	return fmt.Sprintf("%v …%s…, %d bytes", a.typ, data, len(a.data))
}

// several says in words what some answers are.
func several(all []answer) string {
	s := all[0].around(0)
	if more := len(all) - 1; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// differ says in words that got is not what was wanted.
func differ(want, got answer) string {
	at := 0
	for at < min(len(want.data), len(got.data)) && want.data[at] == got.data[at] {
		at++
	}
	s := fmt.Sprintf("want %s, got %s", want.around(at), got.around(at))
	if want.typ != 0 && got.typ != 0 && at > 0 {
		s += fmt.Sprintf(": different from byte %d on", at)
	}
	return s
}
