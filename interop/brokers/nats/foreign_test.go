package nats

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/nats"
	"github.com/seed372fb791/rfc6455/websocket"
)

// backplane is what both have.
type backplane interface {
	hub.Backplane
	Ignored() uint64
}

// Other programs publish to topics, and get what Hubs publish. What they send and is no message is ignored and counted.
func TestForeign(t *testing.T) {
	s := startEmbedded(t)
	conn, other := connect(t, s.ClientURL()), connect(t, s.ClientURL())
	core, err := broker.NewCore(conn, broker.CoreOptions{Prefix: "core.topics"})
	if err != nil {
		t.Fatal(err)
	}
	stream := newJetStream(t, conn, broker.StreamOptions{Stream: "topics", Prefix: "stream.topics"})
	for prefix, b := range map[string]backplane{"core.topics.": core, "stream.topics.": stream} {
		t.Run(prefix, func(t *testing.T) { testForeign(t, other, prefix, b) })
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func testForeign(t *testing.T, other *nats.Conn, prefix string, b backplane) {
	r := newReceiver()
	if err := b.Subscribe(t.Context(), r, "a", "b.c"); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*nats.Msg{
		{Subject: prefix + "a", Data: []byte("by hand")},
		{Subject: prefix + "a", Data: []byte("bad type"), Header: nats.Header{"Websocket-Type": {"x"}}},
		{Subject: prefix + "a", Data: []byte("bad key"), Header: nats.Header{"Websocket-Key": {"%"}}},
		{Subject: prefix + "a", Data: []byte("other headers"), Header: nats.Header{"Trace": {"x"}, "Nats-Msg-Id": {prefix + "x"}}},
		{Subject: prefix + "b%2Ec", Data: []byte("by hand")},
		{Subject: prefix + "nobody", Data: []byte("nobody wants it")},
	} {
		if err := other.PublishMsg(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Flush(); err != nil {
		t.Fatal(err)
	}
	heard, err := other.SubscribeSync(prefix + ">")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, topic := range []string{"a", "b.c"} {
		if _, err := b.Publish(t.Context(), topic, hub.Message{Type: websocket.Text, Data: []byte("last")}); err != nil {
			t.Fatal(err)
		}
	}
	r.await(t, "a: last")
	notes := r.await(t, "b.c: last")
	of := func(topic string) []string {
		return slices.DeleteFunc(slices.Clone(notes), func(s string) bool { return s[:1] != topic })
	}
	if got, want := of("a"), []string{"a subscribed", "a: by hand", "a: other headers", "a: last"}; !slices.Equal(got, want) {
		t.Errorf("of topic a comes %q, want %q", got, want)
	}
	if got, want := of("b"), []string{"b.c subscribed", "b.c: by hand", "b.c: last"}; !slices.Equal(got, want) {
		t.Errorf("of topic b.c comes %q, want %q", got, want)
	}
	if n := b.Ignored(); n != 2 {
		t.Errorf("%d messages are counted as ignored, want 2", n)
	}
	m, err := heard.NextMsgWithContext(t.Context())
	if err != nil || fmt.Sprint(m.Subject, m.Header, string(m.Data)) != fmt.Sprint(prefix, "a", nats.Header(nil), "last") {
		t.Errorf("others get %v, %v of what a Hub publishes", m, err)
	}
}
