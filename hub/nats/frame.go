package nats

import (
	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The headers of a message. A text with neither Key nor ID has none.
const (
	headerType = "Websocket-Type" // see types
	headerKey  = "Websocket-Key"  // escaped as a topic is
	headerID   = "Websocket-Id"   // escaped
)

// types is what headerType says. Without it a message is Text.
var types = map[string]websocket.Type{
	"":             websocket.Text,
	"plain":        websocket.Text | websocket.Plain,
	"binary":       websocket.Binary,
	"binary-plain": websocket.Binary | websocket.Plain,
}

// encode returns m as a message to subject. It has m's Data, which is not kept by nats.go once it is published.
func encode(subject string, m *hub.Message) (*nats.Msg, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	out := &nats.Msg{Subject: subject, Data: m.Data}
	for _, field := range [...][2]string{{headerType, typeName(m.Type)}, {headerKey, escape(m.Key)}, {headerID, escape(m.ID)}} {
		if field[1] != "" {
			if out.Header == nil {
				out.Header = make(nats.Header)
			}
			out.Header.Set(field[0], field[1])
		}
	}
	return out, nil
}

// typeName returns what headerType says of t, which is one of types.
func typeName(t websocket.Type) string {
	for name, other := range types {
		if t == other {
			return name
		}
	}
	panic("websocket: Message.Check has let a Type pass that is none")
}

// decode returns the message that encode has made in of, with in's Data. It reports false for what is none: anybody
// may publish to the subjects. A text that is no UTF-8 is one: what a Hub's Prepare makes of it is not known here.
func decode(in *nats.Msg) (m hub.Message, ok bool) {
	m.Data = in.Data
	m.Type, ok = types[in.Header.Get(headerType)]
	var key, id bool
	m.Key, key = unescape(in.Header.Get(headerKey))
	m.ID, id = unescape(in.Header.Get(headerID))
	return m, ok && key && id && len(m.ID) <= backplane.MaxID
}
