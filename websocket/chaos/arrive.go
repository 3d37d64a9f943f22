package chaos

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// receive records that a message arrived at an end, whole or in part, by the
// call that began at start. It reports which one it is, nil for none that was
// sent or an anonymous one.
func (l *ledger) receive(end int, by string, start stamp, typ websocket.Type, p []byte, whole bool) *sent {
	m, why := l.identify(1-end, typ, p, whole)
	if why != "" {
		l.violate("foreign", "%s of the %s got %s: %v of %d bytes, %.40q", by, endNames[end], why, typ, len(p), p)
	}
	if m == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got[end] = append(l.got[end], &got{m, by, start, l.tick(), whole})
	return m
}

// identify finds the message, or says what is wrong with it.
func (l *ledger) identify(from int, typ websocket.Type, p []byte, whole bool) (m *sent, why string) {
	if len(p) < idSize {
		return nil, l.identifyBrief(from, typ, p, whole)
	}
	i, ok := parseID(p)
	l.mu.Lock()
	m = l.sent[i]
	l.mu.Unlock()
	if !ok || m == nil || int(i.end) != from {
		return nil, "a message that nobody sent"
	}
	want := appendPayload(nil, m.id, m.form, m.size)
	switch {
	case typ != m.form.wire():
		return m, fmt.Sprintf("%v with another type", m.id)
	case whole && len(p) != m.size || len(p) > m.size:
		return m, fmt.Sprintf("%v with another length than %d", m.id, m.size)
	case !bytes.HasPrefix(want, p):
		return m, fmt.Sprintf("%v changed at byte %d", m.id, differsAt(want, p))
	}
	return m, ""
}

func differsAt(p, q []byte) int {
	for i := range q {
		if p[i] != q[i] {
			return i
		}
	}
	return len(q)
}

// identifyBrief counts an anonymous message.
func (l *ledger) identifyBrief(from int, typ websocket.Type, p []byte, whole bool) (why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !whole {
		l.unseen[1-from]++
		return ""
	}
	key := brief{formBinary, len(p)}
	if typ == websocket.Text {
		key.form = formText
	}
	t := l.brief[from][key]
	if t == nil || slices.ContainsFunc(p, func(b byte) bool { return b != '~' }) {
		return "a short message that nobody sent"
	}
	t.got++
	return ""
}
