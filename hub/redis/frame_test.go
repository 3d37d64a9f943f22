package redis

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// frames are messages, and what they are in Redis.
var frames = []struct {
	m     hub.Message
	frame string
}{
	{hub.Message{Type: websocket.Text, Data: []byte("hi")}, "t\x00\x00\x02hi"},
	{hub.Message{Type: websocket.Binary, Data: []byte{0, '\n'}}, "b\x00\x00\x02\x00\n"},
	{hub.Message{Type: websocket.Text | websocket.Plain, ID: "id", Data: []byte{}}, "T\x02id\x00\x00"},
	{hub.Message{Type: websocket.Binary | websocket.Plain, Key: "key", Data: []byte("x")}, "B\x00\x03key\x01x"},
	{hub.Message{Type: websocket.Text, ID: strings.Repeat("i", 64), Key: strings.Repeat("k", 300), Data: []byte{}},
		"t\x40" + strings.Repeat("i", 64) + "\xac\x02" + strings.Repeat("k", 300) + "\x00"},
}

func TestFrames(t *testing.T) {
	payload, numbered := []byte("\n"), []byte("7-epoch\n")
	var want, wantNumbered []hub.Message
	for i, test := range frames {
		got, err := appendFrame(nil, &test.m)
		if err != nil || string(got) != test.frame {
			t.Errorf("%+v is %q, %v; want %q", test.m, got, err, test.frame)
		}
		payload, numbered = append(payload, got...), append(numbered, got...)
		want = append(want, test.m)
		test.m.At = hub.Position{Epoch: "epoch", Seq: uint64(7 + i)}
		wantNumbered = append(wantNumbered, test.m)
		for n := range got {
			if _, _, err := consumeFrame(got[:n]); !errors.Is(err, errFrame) {
				t.Errorf("%d bytes of %q: %v, want %v", n, got, err, errFrame)
			}
		}
	}
	if got, err := decode(payload, false); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("all frames are %+v, %v; want %+v", got, err, want)
	}
	if got, err := decode(numbered, true); err != nil || !reflect.DeepEqual(got, wantNumbered) {
		t.Errorf("all frames, numbered, are %+v, %v; want %+v", got, err, wantNumbered)
	}
}

// A message that cannot be sent is an error.
func TestUnfit(t *testing.T) {
	for field, m := range map[string]hub.Message{
		"Message.Type": {Type: websocket.Text | websocket.Binary | websocket.Plain},
		"Message.ID":   {Type: websocket.Text, ID: strings.Repeat("i", 65)},
		"Message.Key":  {Type: websocket.Text, Key: strings.Repeat("k", 1025)},
	} {
		_, err := appendFrame(nil, &m)
		if wrong := (*hub.Error)(nil); !errors.As(err, &wrong) || wrong.Option != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// What others publish is no message.
func TestForeign(t *testing.T) {
	const frame = "t\x00\x00\x02hi"
	for _, payload := range []string{
		"", "hi", "\n", "\nhi", "\nx\x00\x00\x00", frame, "\n" + frame + "t", "\n" + frame + "hi", "1-a\n" + frame, "x\n" + frame,
		"now\n" + frame, "\nt\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\nt\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"\nt\x41" + strings.Repeat("i", 65) + "\x00\x00", `{"text":"hi"}` + "\n",
	} {
		if m, err := decode([]byte(payload), false); !errors.Is(err, errFrame) {
			t.Errorf("%q is %+v, %v; want %v", payload, m, err, errFrame)
		}
	}
	for _, payload := range []string{"", "\n" + frame, "0-a\n" + frame, "now\n" + frame, "1\n" + frame, "1-a\n", "1-a\n" + frame + "x"} {
		if m, err := decode([]byte(payload), true); !errors.Is(err, errFrame) {
			t.Errorf("%q, to be numbered, is %+v, %v; want %v", payload, m, err, errFrame)
		}
	}
}

// What others add to a stream is missing in the history.
func TestForeignEntries(t *testing.T) {
	entry := func(name string, fields ...any) any { return []any{name, fields} }
	const frame = "t\x00\x00\x02hi"
	good := entry("7-0", "m", frame)
	entries := []any{
		good, nil, "x", []any{}, []any{"8-0"}, []any{nil, nil}, entry("8-0"), entry("8-0", "m"), entry("8-0", "n", frame), entry("8-0", "m", nil),
		entry("8-0", "m", "x"), entry("8-0", "m", frame+"x"), entry("8-0", "m", frame, "n", frame), entry("x", "m", frame), entry("", "m", frame),
	}
	got := messages(entries, "epoch")
	want := []hub.Message{{At: hub.Position{Epoch: "epoch", Seq: 7}, Type: websocket.Text, Data: []byte("hi")}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the messages are %+v, want %+v", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, test := range frames {
		f.Add([]byte("\n"+test.frame), false)
		f.Add([]byte("7-epoch\n"+test.frame), true)
	}
	f.Fuzz(func(t *testing.T, payload []byte, numbered bool) {
		m, err := decode(payload, numbered)
		if err != nil {
			return
		}
		var again []byte
		if numbered {
			again = append(again, m[0].At.String()...)
		}
		again = append(again, '\n')
		for i := range m {
			if again, err = appendFrame(again, &m[i]); err != nil {
				t.Fatalf("%+v is decoded, and cannot be encoded: %v", m[i], err)
			}
		}
		if back, err := decode(again, numbered); err != nil || !reflect.DeepEqual(back, m) {
			t.Errorf("%q is %+v, and after encoding it %+v, %v", payload, m, back, err)
		}
	})
}
