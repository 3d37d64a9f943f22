package hubtest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// mutant is a backplane that is wrong, the case that has to find it, and what that has to say.
type mutant struct {
	name  string
	twist twisted
	in    string
	says  string
}

// mutants are those that do something wrong.
var mutants = []mutant{
	{"drops", delivering(func(r hub.Receiver, topic string, m messages) {
		if _, others := sevenths(m); len(others) > 0 {
			r.Deliver(topic, others...)
		}
	}), "order", "is lost"},
	{"doubles", delivering(func(r hub.Receiver, topic string, m messages) {
		r.Deliver(topic, m...)
		if of, _ := sevenths(m); len(of) > 0 {
			r.Deliver(topic, of...)
		}
	}), "order", "comes 2 times"},
	{"swaps", delivering(func(r hub.Receiver, topic string, m messages) {
		m = slices.Clone(m)
		slices.Reverse(m)
		r.Deliver(topic, m...)
	}), "order", "is not after"},
	{"delivers nothing", delivering(func(r hub.Receiver, topic string, m messages) {
		r.Deliver(topic)
		r.Deliver(topic, m...)
	}), "order", "no messages are delivered"},
	{"calls twice at a time", delivering(func(r hub.Receiver, topic string, m messages) {
		var calls sync.WaitGroup
		for i := range m {
			calls.Go(func() { r.Deliver(topic, m[i]) })
		}
		calls.Go(func() { r.Deliver(topic) })
		calls.Wait()
	}), "order", "two at a time"},
	{"returns the first position", publishing(func(m messages, at position, err error) (position, error) {
		at.Seq -= uint64(len(m) - 1)
		return at, err
	}), "order", "Publish has returned"},
	{"has no interest", folded(func(topic string) string {
		return strings.NewReplacer("one", "any", "other", "any").Replace(topic)
	}), "interest", "has not subscribed to"},
	{"delivers all to all", delivering(func(r hub.Receiver, topic string, m messages) {
		r.Deliver(topic, m...)
		r.Deliver(topic+" of others", m...)
	}), "interest", "has not subscribed to"},
	{"stays subscribed", twisted{leave: func(*line, hub.Receiver, []string) {}}, "unsubscribe", "after Unsubscribe"},
	{"folds case", folded(strings.ToLower), "odd topics", "must not come"},
	{"trims spaces", folded(strings.TrimSpace), "odd topics", "must not come"},
	{"cuts topics", folded(func(topic string) string { return topic[:min(len(topic), 255)] }),
		"odd topics", "must not come"},
	{"ends topics at NUL", folded(func(topic string) string {
		before, _, _ := strings.Cut(topic, "\x00")
		return before
	}), "odd topics", "must not come"},
	{"takes a star for any", folded(func(topic string) string {
		if topic == "a" || topic == "a.b" {
			return "*"
		}
		return topic
	}), "patterns", "comes for topic"},
	{"loses Plain", mapping(func(m *hub.Message) { m.Type &^= websocket.Plain }), "content", "comes with type"},
	{"loses keys", mapping(func(m *hub.Message) { m.Key = "" }), "content", "comes with type"},
	{"sends text", mapping(func(m *hub.Message) { m.Type = websocket.Text }), "content", "comes with type"},
	{"mends UTF-8", mapping(func(m *hub.Message) { m.Data = []byte(strings.ToValidUTF8(string(m.Data), "?")) }),
		"content", "comes with type"},
	{"cuts Data", mapping(func(m *hub.Message) { m.Data = m.Data[:min(len(m.Data), 1<<20-1)] }), "large", "is lost"},
	{"keeps Data", keeping(), "data", "lost"},
	{"ignores IDs", mapping(func(m *hub.Message) { m.ID = "" }), "ids", "must not come"},
	{"knows IDs for all topics", sharing(), "odd ids", "lost"},
	{"cuts IDs", mapping(func(m *hub.Message) { m.ID = m.ID[:min(len(m.ID), 60)] }), "odd ids", "lost"},
	{"has another position for a known ID", publishing(func(m messages, at position, err error) (position, error) {
		if string(m[len(m)-1].Data) == "again" {
			at.Seq++
		}
		return at, err
	}), "ids", "that of the first is"},
	{"checks IDs by itself", checking(), "racing ids", "comes twice"},
	{"says an odd epoch",
		numbering(func(at position) position { return position{Epoch: strings.Repeat("x", 300), Seq: at.Seq} }),
		"positions", "ParsePosition"},
	{"changes the epoch", numbering(func(at position) position {
		return position{Epoch: at.Epoch + string(rune('a'+at.Seq%2)), Seq: at.Seq}
	}), "positions", "nothing has happened"},
	{"joins too early", beginning(func(at position) position { return position{Epoch: at.Epoch, Seq: at.Seq - 1} }),
		"joining", "go on after"},
	{"joins too late", beginning(func(at position) position { return position{Epoch: at.Epoch, Seq: at.Seq + 1} }),
		"joining", "is not after"},
	{"says Subscribed twice", twisted{receiver: func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, subscribed: func(r hub.Receiver, topic string, at position) {
			r.Subscribed(topic, at)
			r.Subscribed(topic, at)
		}}
	}}, "order", "without Lost"},
	{"has the oldest history",
		twisted{history: func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error) {
			m, end, err := l.History(ctx, topic, since, 1000)
			if len(m) > limit {
				m, err = m[:limit], hub.ErrGap
			}
			return m, end, err
		}}, "history", "the newest"},
	{"tells of no gap", remembering(func(m messages, since, end position, err error) (messages, position, error) {
		if errors.Is(err, hub.ErrGap) {
			err = nil
		}
		return m, end, err
	}), "history", "returns no ErrGap"},
	{"tells of no forgotten messages",
		remembering(func(m messages, since, end position, err error) (messages, position, error) {
			if len(m) > 0 && since.Epoch == end.Epoch {
				err = nil
			}
			return m, end, err
		}), "forgetting", "no ErrGap"},
	{"always tells of a gap", remembering(func(m messages, _, end position, _ error) (messages, position, error) {
		return m, end, hub.ErrGap
	}), "history", "nothing is missing"},
	{"includes since",
		twisted{history: func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error) {
			since.Seq = max(since.Seq, 1) - 1
			return l.History(ctx, topic, since, limit)
		}}, "history", "History after"},
	{"does not know the end", remembering(func(m messages, since, end position, err error) (messages, position, error) {
		end.Seq++
		return m, end, err
	}), "history", "the topic ends at"},
	{"ignores contexts", twisted{publish: func(l *line, _ context.Context, topic string, m messages) (position, error) {
		return l.Publish(context.Background(), topic, m...)
	}}, "ended context", "a context that has ended"},
	{"sends, and says that the context has ended",
		twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
			at, err := l.Publish(context.Background(), topic, m...)
			return at, errors.Join(err, ctx.Err())
		}}, "ended context", "must not come"},
	{"delivers after Close", twisted{close: func(l *line, ctx context.Context) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.closed = true
		return nil
	}}, "close", "after Unsubscribe"},
	{"has an error of its own after Close", publishing(func(m messages, at position, err error) (position, error) {
		if err != nil {
			err = errPlain
		}
		return at, err
	}), "close", "Publish after Close"},
	{"cannot be closed again", twisted{close: func(l *line, ctx context.Context) error {
		if l.isClosed() {
			return errHungUp
		}
		return l.Close(ctx)
	}}, "close", "Close"},
	{"loses what it sends while it closes",
		twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
			if is(m[0], " 5") {
				return position{Epoch: "none", Seq: 1}, nil
			}
			return l.Publish(ctx, topic, m...)
		}}, "close while busy", "is lost"},
	{"tells after stop", twisted{watch: func(l *line, f func(bool, error)) func() {
		l.Watch(f)
		return func() {}
	}}, "killed", "stopped watching"},
	{"loses a message for Hubs", delivering(func(r hub.Receiver, topic string, m messages) {
		if _, others := sevenths(m); len(others) > 0 {
			r.Deliver(topic, others...)
		}
	}), "hubs", "no gap is told"},
	{"loses messages, and says so", delivering(func(r hub.Receiver, topic string, m messages) {
		if of, _ := sevenths(m); len(of) > 0 {
			r.Lost(topic, errPlain)
			r.Subscribed(topic, m[len(m)-1].At)
			return
		}
		r.Deliver(topic, m...)
	}), "order", "is lost"},
	{"remembers a part", remembering(func(m messages, since, end position, err error) (messages, position, error) {
		_, m = sevenths(m)
		return m, end, err
	}), "resume", "comes back that has message"},
	{"keeps the epoch", numbering(func(at position) position { return position{Epoch: "always", Seq: at.Seq} }),
		"failed over to a replica that is behind", "in the same epoch"},
	{"keeps the epoch of a broker that is empty",
		numbering(func(at position) position { return position{Epoch: "always", Seq: at.Seq} }),
		"wiped", "in the same epoch"},
	{"delivers after Lost", twisted{receiver: func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, lost: func(r hub.Receiver, topic string, cause error) {
			r.Lost(topic, cause)
			r.Deliver(topic, hub.Message{At: position{Epoch: "x", Seq: 1}, Data: []byte("late")})
		}}
	}}, "killed", "after Lost, before Subscribed"},
	{"drops what it cannot send", buffering(), "killed", "no gap is told"},
	{"ignores IDs while it is paused", mapping(func(m *hub.Message) { m.ID = "" }), "paused", "comes twice"},
	{"is sure of what is uncertain", publishing(func(m messages, at position, err error) (position, error) {
		if errors.Is(err, hub.ErrUncertain) {
			err = errPlain
		}
		return at, err
	}), "paused", "an error that is not ErrUncertain"},
}

// Each mutant fails, for the right reason.
func TestMutants(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) { fails(t, m.broker(), m.in, m.says) })
	}
}

// broker returns a broker that all connect to by a mutant.
func (m mutant) broker() Broker {
	return withFaults(all, func(l *line) hub.Backplane {
		twist := m.twist
		twist.line, twist.receivers = l, new(sync.Map)
		return &twist
	})
}

// fails checks that a case fails, and why.
func fails(t *testing.T, b Broker, in, says string) {
	t.Helper()
	errs := new(fake).run(b, find(t, b, in))
	if !slices.ContainsFunc(errs, func(s string) bool { return strings.Contains(s, says) }) {
		t.Errorf("case %q has to say %q, its errors are: %q", in, says, errs)
	}
}
