package nats

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/backplane"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestFrames(t *testing.T) {
	odd := "a b\r\n: \x00\xff ä"
	for _, x := range []struct {
		m      hub.Message
		header nats.Header
	}{
		{hub.Message{Type: websocket.Text, Data: []byte("text")}, nil},
		{hub.Message{Type: websocket.Text | websocket.Plain}, nats.Header{"Websocket-Type": {"plain"}}},
		{hub.Message{Type: websocket.Binary, Data: []byte{0xff}}, nats.Header{"Websocket-Type": {"binary"}}},
		{hub.Message{Type: websocket.Binary | websocket.Plain}, nats.Header{"Websocket-Type": {"binary-plain"}}},
		{hub.Message{Type: websocket.Text, Key: "EUR", ID: "7"}, nats.Header{"Websocket-Key": {"EUR"}, "Websocket-Id": {"7"}}},
		{hub.Message{Type: websocket.Text, Key: odd, ID: odd}, nats.Header{
			"Websocket-Key": {"a%20b%0D%0A:%20%00%FF%20%C3%A4"}, "Websocket-Id": {"a%20b%0D%0A:%20%00%FF%20%C3%A4"},
		}},
	} {
		out, err := encode("hub.a", &x.m)
		if err != nil || out.Subject != "hub.a" || !reflect.DeepEqual(out.Header, x.header) {
			t.Errorf("%v is sent as %v, %v, want headers %v", x.m, out, err, x.header)
			continue
		}
		if m, ok := decode(out); !ok || !reflect.DeepEqual(m, x.m) {
			t.Errorf("%v comes as %v, %v", x.m, m, ok)
		}
	}
}

// What no Hub takes is not encoded either.
func TestNoMessages(t *testing.T) {
	for field, m := range map[string]hub.Message{
		"Message.Type": {Type: websocket.Plain},
		"Message.ID":   {Type: websocket.Text, ID: strings.Repeat("x", backplane.MaxID+1)},
		"Message.Key":  {Type: websocket.Text, Key: strings.Repeat("x", backplane.MaxKey+1)},
	} {
		_, err := encode("hub.a", &m)
		if wrong := (*hub.Error)(nil); !errors.As(err, &wrong) || wrong.Option != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestBadFrames(t *testing.T) {
	for _, header := range []nats.Header{
		{"Websocket-Type": {"text"}},
		{"Websocket-Type": {"Binary"}},
		{"Websocket-Key": {"%"}},
		{"Websocket-Key": {"%4"}},
		{"Websocket-Key": {"%zz"}},
		{"Websocket-Id": {"%0a"}},
		{"Websocket-Id": {strings.Repeat("x", backplane.MaxID+1)}},
	} {
		if m, ok := decode(&nats.Msg{Subject: "hub.a", Header: header}); ok {
			t.Errorf("headers %v make the message %v", header, m)
		}
	}
}

func FuzzUnescape(f *testing.F) {
	for _, s := range []string{"", "%", "%41", "a%2Eb", "%zz", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if back, ok := unescape(escape(s)); !ok || back != s {
			t.Errorf("%q is escaped as %q, and that is %q", s, escape(s), back)
		}
		if text, ok := unescape(s); ok && len(text) > len(s) {
			t.Errorf("%q is longer than %q", text, s)
		}
	})
}
