package nats

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
)

// notes is a receiver that notes what it is told.
type notes []string

func (n *notes) Subscribed(topic string, at hub.Position) {
	*n = append(*n, fmt.Sprint(topic, " from ", at.Seq))
}
func (n *notes) Lost(topic string, cause error) { *n = append(*n, topic+" lost") }
func (n *notes) Deliver(topic string, m ...hub.Message) {
	for _, m := range m {
		*n = append(*n, fmt.Sprint(topic, " ", m.At.Seq))
	}
}

// What a consumer sends is delivered as long as none of its own messages is missing; where the stream's are, that is told.
func TestDeliver(t *testing.T) {
	by, other := new(nats.Subscription), new(nats.Subscription)
	message := func(topic string, count, seq int) *nats.Msg {
		return &nats.Msg{Sub: by, Subject: "hub." + topic, Reply: fmt.Sprintf("$JS.ACK.hub.c.1.%d.%d.1700000000000000000.0", seq, count)}
	}
	status := func(code, count string) *nats.Msg {
		return &nats.Msg{Sub: by, Subject: "inbox", Header: nats.Header{"Status": {code}, "Nats-Last-Consumer": {count}}}
	}
	old := message("a", 9, 9)
	old.Sub = other
	bad := message("a", 2, 12)
	bad.Header = nats.Header{"Websocket-Type": {"x"}}
	noReply := message("a", 2, 12)
	noReply.Reply = ""
	for _, x := range []struct {
		what string
		in   []*nats.Msg
		want []string
		err  error
	}{
		{"in order", []*nats.Msg{message("a", 1, 11), message("b", 2, 12), message("a", 3, 13), status("100", "3")}, []string{"a 11", "a 13", "b 12"}, nil},
		{"of nobody's topic", []*nats.Msg{message("c", 1, 11), message("a", 2, 12)}, []string{"a 12"}, nil},
		{"of an older consumer", []*nats.Msg{old, message("a", 1, 11)}, []string{"a 11"}, nil},
		{"no message of a hub", []*nats.Msg{message("a", 1, 11), bad, message("a", 3, 13)}, []string{"a 11", "a 13"}, nil},
		{"one of the consumer is missing", []*nats.Msg{message("a", 1, 11), message("a", 3, 13)}, []string{"a 11"}, errMissed},
		{"the last is missing", []*nats.Msg{message("a", 1, 11), status("100", "2")}, []string{"a 11"}, errMissed},
		{"the consumer has ended", []*nats.Msg{message("a", 1, 11), status("409", "")}, []string{"a 11"}, errMissed},
		{"not from a consumer", []*nats.Msg{message("a", 1, 11), noReply}, []string{"a 11"}, errMissed},
		{"one of the stream is missing", []*nats.Msg{message("a", 1, 11), message("a", 2, 13)},
			[]string{"a 11", "a lost", "b lost", "a from 12", "b from 12", "a 13"}, nil},
	} {
		t.Run(x.what, func(t *testing.T) {
			b := &JetStream{subjects: "hub.", following: &following{by: by, at: hub.Position{Epoch: "e", Seq: 10}}}
			var got notes
			all, err := newSubscriptions(&got, []string{"a", "b"}, b.subjects)
			if err != nil {
				t.Fatal(err)
			}
			b.subs.add(all)
			b.begin()
			got = nil
			if err := b.deliver(x.in); !errors.Is(err, x.err) {
				t.Errorf("%v, want %v", err, x.err)
			}
			if slices.Contains(x.want, "a lost") { // topics have no order
				slices.Sort(got[1:5])
				slices.Sort(x.want[1:5])
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("told is %q, want %q", got, x.want)
			}
		})
	}
}

// It goes on where it was, unless the stream does not have what follows any more, or is another one.
func TestGoesOn(t *testing.T) {
	for _, x := range []struct {
		what        string
		was         hub.Position
		epoch       string
		first, last uint64
		want        uint64
	}{
		{"nothing is missing", hub.Position{Epoch: "e", Seq: 10}, "e", 1, 20, 10},
		{"all before is gone", hub.Position{Epoch: "e", Seq: 10}, "e", 11, 20, 10},
		{"nothing has come", hub.Position{Epoch: "e", Seq: 10}, "e", 11, 10, 10},
		{"one is gone", hub.Position{Epoch: "e", Seq: 10}, "e", 12, 20, 20},
		{"another epoch", hub.Position{Epoch: "e", Seq: 10}, "f", 1, 20, 20},
		{"it was nowhere", hub.Position{}, "e", 1, 20, 20},
	} {
		s := &state{epoch: x.epoch}
		s.FirstSeq, s.LastSeq = x.first, x.last
		b := &JetStream{position: x.was}
		if at := b.goesOn(s); at != (hub.Position{Epoch: x.epoch, Seq: x.want}) {
			t.Errorf("%s: %v, want %d", x.what, at, x.want)
		}
	}
}
