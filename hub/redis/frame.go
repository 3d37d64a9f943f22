package redis

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A message is a frame: a letter for its Type, and its ID, Key and Data, each behind its length as a varint. Nothing
// needs to be escaped, and frames can stand one behind the other: a script of Redis joins them, and need not look into
// them. What is published is one or more, behind a line with the position of the first: an empty one without numbers.

// letters are those of the Types, by place: Text, Binary, both with Plain.
const letters = "tbTB"

var types = [...]websocket.Type{
	websocket.Text, websocket.Binary, websocket.Text | websocket.Plain, websocket.Binary | websocket.Plain,
}

var errFrame = errors.New("websocket: not a message of a hub")

// appendFrame appends m to b.
func appendFrame(b []byte, m *hub.Message) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	b = append(b, letters[slices.Index(types[:], m.Type)])
	b = append(binary.AppendUvarint(b, uint64(len(m.ID))), m.ID...)
	b = append(binary.AppendUvarint(b, uint64(len(m.Key))), m.Key...)
	return append(binary.AppendUvarint(b, uint64(len(m.Data))), m.Data...), nil
}

// consumeFrame returns the message that b begins with, with Data of b, and what is behind it.
func consumeFrame(b []byte) (m hub.Message, rest []byte, err error) {
	if len(b) == 0 {
		return m, nil, errFrame
	}
	i := strings.IndexByte(letters, b[0])
	if i < 0 {
		return m, nil, errFrame
	}
	m.Type = types[i]
	var id, key []byte
	rest = b[1:]
	for _, field := range []*[]byte{&id, &key, &m.Data} {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return m, nil, errFrame
		}
		*field, rest = rest[size:size+int(n)], rest[size+int(n):]
	}
	if len(id) > backplane.MaxID {
		return m, nil, errFrame
	}
	m.ID, m.Key = string(id), string(key)
	return m, rest, nil
}

// decode returns the messages of what was published, with Data of p. Anybody may publish to a channel: what is wrong
// anywhere is no message at all.
func decode(p []byte, numbered bool) (all []hub.Message, err error) {
	line, rest, found := bytes.Cut(p, []byte("\n"))
	at, err := hub.ParsePosition(string(line))
	if !found || err != nil || at.IsZero() == numbered || at == hub.NoHistory || numbered && at.Seq == 0 {
		return nil, errFrame
	}
	for first := true; first || len(rest) > 0; first = false {
		var m hub.Message
		if m, rest, err = consumeFrame(rest); err != nil {
			return nil, err
		}
		m.At = at
		if numbered {
			at.Seq++
		}
		all = append(all, m)
	}
	return all, nil
}
