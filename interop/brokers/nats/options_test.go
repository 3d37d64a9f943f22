package nats

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The stream is made as the options say, and one that is there stays as it is.
func TestStreamOptions(t *testing.T) {
	s := startEmbedded(t)
	conn := connect(t, s.ClientURL())
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	config := func(name string) jetstream.StreamConfig {
		t.Helper()
		stream, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return stream.CachedInfo().Config
	}
	closed := func(o broker.StreamOptions) {
		t.Helper()
		if err := newJetStream(t, conn, o).Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	closed(broker.StreamOptions{})
	c := config("hub")
	if c.Subjects[0] != "hub.*" || c.MaxMsgsPerSubject != 1000 || c.MaxBytes != 1<<30 || c.MaxAge != time.Hour ||
		c.Duplicates != 2*time.Minute || c.Replicas != 1 || c.Storage != jetstream.FileStorage {
		t.Errorf("the stream of the zero options: %+v", c)
	}
	o := broker.StreamOptions{Stream: "small", Prefix: "a.b", Keep: 5, KeepBytes: 1 << 20, KeepFor: time.Minute, Memory: true}
	closed(o)
	closed(broker.StreamOptions{Stream: "small", Prefix: "a.b"})
	c = config("small")
	if c.Subjects[0] != "a.b.*" || c.MaxMsgsPerSubject != 5 || c.MaxBytes != 1<<20 || c.MaxAge != time.Minute ||
		c.Duplicates != time.Minute || c.Storage != jetstream.MemoryStorage {
		t.Errorf("the stream of %+v: %+v", o, c)
	}
}

func TestUnfitStreams(t *testing.T) {
	s := startEmbedded(t)
	conn := connect(t, s.ClientURL())
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	subjects := []string{"x.*"}
	for what, c := range map[string]jetstream.StreamConfig{
		"its subjects have to have":   {Subjects: []string{"y.*"}, AllowDirect: true},
		"its retention has to be":     {Subjects: subjects, AllowDirect: true, Retention: jetstream.WorkQueuePolicy},
		"it has to discard old":       {Subjects: subjects, AllowDirect: true, Discard: jetstream.DiscardNew},
		"it has to allow direct gets": {Subjects: subjects},
	} {
		c.Name = "unfit"
		if _, err := js.CreateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if _, err := broker.NewJetStream(t.Context(), conn, broker.StreamOptions{Stream: c.Name, Prefix: "x"}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("a stream %+v: %v, want %q", c, err, what)
		}
		if err := js.DeleteStream(t.Context(), c.Name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	s := startEmbedded(t)
	conn := connect(t, s.ClientURL())
	is := func(err error, what string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, want an error that says %q", err, what)
		}
	}
	_, err := broker.NewCore(conn, broker.CoreOptions{Prefix: "a.*"})
	is(err, "Prefix")
	_, err = broker.NewJetStream(t.Context(), conn, broker.StreamOptions{Prefix: "a b"})
	is(err, "Prefix")
	_, err = broker.NewJetStream(t.Context(), conn, broker.StreamOptions{Keep: -1})
	is(err, "Keep")
	_, err = broker.NewJetStream(t.Context(), conn, broker.StreamOptions{Stream: "a.b"})
	is(err, `stream "a.b"`)
	_, err = broker.NewCore(connect(t, s.ClientURL(), nats.NoEcho()), broker.CoreOptions{})
	is(err, "NoEcho")
	_, err = broker.NewCore(nil, broker.CoreOptions{})
	is(err, "is nil")
	_, err = broker.NewJetStream(t.Context(), nil, broker.StreamOptions{})
	is(err, "is nil")
	closed := connect(t, s.ClientURL())
	closed.Close()
	_, err = broker.NewCore(closed, broker.CoreOptions{})
	is(err, "connection closed")
	b := newCore(t, conn)
	_, err = b.Publish(t.Context(), "a", hub.Message{Type: websocket.Binary, Data: make([]byte, 2<<20)})
	is(err, "max_payload")
	if err := b.Subscribe(t.Context(), newReceiver(), "a"); err != nil {
		t.Error(err)
	}
	is(b.Subscribe(t.Context(), newReceiver(), "a"), "another Receiver")
	_, err = b.Publish(t.Context(), strings.Repeat("x", 5000), hub.Message{Type: websocket.Text})
	is(err, "topic is too long")
	is(newCore(t, conn).Subscribe(t.Context(), newReceiver(), strings.Repeat("x", 5000)), "topic is too long")
	if err := b.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
