package protocol

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// Send, SendHeader and SendPrepared say the same.
//
//rfc:6455-6.1-3 6455-6.1-5 6455-5.1-1 6455-5.1-5
func TestThreeWaysToSend(t *testing.T) {
	for _, role := range []Role{Server, Client} {
		f := fixture{key: exampleKey}
		for _, text := range []string{"", "Hello", string(bytes.Repeat([]byte("x"), 70000))} {
			m, err := Prepare(Text, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			sent, prepared, asHeader := f.start(role).e, f.start(role).e, f.start(role).e
			err1, err2 := sent.Send(Text, true, []byte(text)), prepared.SendPrepared(m)
			key, err3 := asHeader.SendHeader(Text, true, []byte(text))
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			want := sent.Output()
			if got := prepared.Output(); !bytes.Equal(got, want) {
				t.Errorf("%v: SendPrepared(%.10q) gives % .20x, Send % .20x", role, text, got, want)
			}
			payload := []byte(text)
			if role == Client {
				mask.XOR(payload, key, 0)
			}
			if got := append(asHeader.Output(), payload...); !bytes.Equal(got, want) {
				t.Errorf("%v: SendHeader(%.10q) gives % .20x, Send % .20x", role, text, got, want)
			}
		}
	}
}

// What the application gave is neither changed by masking nor kept.
//
//rfc:6455-10.3-2
func TestSendLeavesDataAlone(t *testing.T) {
	e := (&fixture{key: exampleKey}).start(Client).e
	data := []byte("Hello")
	e.Send(Text, true, data)
	if string(data) != "Hello" {
		t.Errorf("the data is now %q", data)
	}
	copy(data, "xxxxx")
	if got := e.Output(); !bytes.Equal(got, masked([]byte("\x81\x05Hello"), exampleKey)) {
		t.Errorf("% x", got)
	}
}

// Each frame has a key of its own, whatever it is.
//
//rfc:6455-5.3-3 6455-5.3-5 6455-10.3-1 6455-5.1-1
func TestFreshKeys(t *testing.T) {
	e := NewEndpoint(Client, nil, nil, nil)
	for range 500 {
		e.Send(Binary, false, []byte("a"))
		e.SendPing(nil)
		e.SendPong(nil)
	}
	keys := make(map[mask.Key]bool)
	for _, f := range splitFrames(e.Output()) {
		if !f.header.Masked {
			t.Fatal("a frame is not masked")
		}
		keys[f.header.Key] = true
	}
	// Two of 1500 keys of 32 bits are the same once in 3800 runs, five never.
	if len(keys) < 1495 {
		t.Errorf("%d keys for 1500 frames", len(keys))
	}
}

func TestSendRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*Endpoint) error
		rule string
	}{
		//rfc:6455-5.2-8 6455-6.1-5 6455-5.4-18
		{"no type", func(e *Endpoint) error { return e.Send(0, true, nil) }, "6455-6.1-5"},
		{"a reserved opcode", func(e *Endpoint) error { return e.Send(3, true, nil) }, "6455-6.1-5"},
		{"a control opcode", func(e *Endpoint) error { return e.Send(Type(OpPing), true, nil) }, "6455-6.1-5"},
		//rfc:6455-5.6-3
		{"bad text", func(e *Endpoint) error { return e.Send(Text, true, []byte("\xff")) }, "6455-5.6-3"},
		{"a bad piece", func(e *Endpoint) error { return e.Send(Text, false, []byte("\xff")) }, "6455-5.6-3"},
		{"cut text", func(e *Endpoint) error { return e.Send(Text, true, []byte("\xe2\x82")) }, "6455-5.6-3"},
		{"bad text by header", func(e *Endpoint) error { _, err := e.SendHeader(Text, true, []byte("\xff")); return err }, "6455-5.6-3"},
		//rfc:6455-5.5-2
		{"a long ping", func(e *Endpoint) error { return e.SendPing(make([]byte, 126)) }, "6455-5.5-2"},
	} {
		e := NewEndpoint(Client, nil, nil, nil)
		if err := checkRefused(tt.do(e), tt.rule); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if out := e.Output(); len(out) > 0 || e.State() != Open {
			t.Errorf("%s: output % x, state %v", tt.name, out, e.State())
		}
		if err := e.Send(Text, true, []byte("next")); err != nil {
			t.Errorf("after %s: %v", tt.name, err)
		}
	}
}

// A message in pieces goes on after a refusal, and takes no other in between.
//
//rfc:6455-5.4-10 6455-5.4-18 6455-5.6-3
func TestSendRefusedWithinMessage(t *testing.T) {
	prepared, err := Prepare(Text, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	e := NewEndpoint(Server, nil, nil, nil)
	e.Send(Text, false, []byte("\xe2"))
	for _, tt := range []struct {
		err  error
		rule string
	}{
		{e.Send(Binary, true, nil), "6455-5.4-10"},
		{e.SendPrepared(prepared), "6455-5.4-10"},
		{e.Send(Text, true, []byte("\x82")), "6455-5.6-3"},
		{e.Send(Text, false, []byte("x")), "6455-5.6-3"},
		{e.Send(Text, true, []byte("\x82\xac")), ""},
	} {
		if err := checkRefused(tt.err, tt.rule); err != nil {
			t.Error(err)
		}
	}
	if got, want := e.Output(), []byte("\x01\x01\xe2\x80\x02\x82\xac"); !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

// Whatever an endpoint sends meets the rules that its peer checks, and has no
// reserved bit set.
//
//rfc:6455-5.2-4 6455-5.2-8 6455-5.2-12 6455-5.2-14 6455-5.3-1 6455-5.4-8
func TestSentFramesMeetTheRules(t *testing.T) {
	for _, role := range []Role{Server, Client} {
		e := NewEndpoint(role, nil, nil, nil)
		for n := range 200 {
			e.Send(Binary, n%3 == 0, make([]byte, n))
			e.SendPing(make([]byte, min(n, maxControl)))
			e.SendPong(nil)
		}
		e.Send(Binary, true, make([]byte, 65536))
		e.Send(Text, true, []byte("text"))
		e.SendClose(CloseNormal, "bye")
		c := HeaderContext{Role: Client - role}
		for i, f := range splitFrames(e.Output()) {
			if err := CheckHeader(f.header, len(f.head), c); err != nil || f.header.RSV != 0 {
				t.Fatalf("%v, frame %d, %+v: %v", role, i, f.header, err)
			}
			if !f.header.Opcode.IsControl() {
				c.Fragmented = !f.header.Fin
			}
		}
	}
}
