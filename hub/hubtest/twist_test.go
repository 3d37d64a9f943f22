package hubtest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// Short names for the many functions here.
type (
	messages = []hub.Message
	position = hub.Position
)

// twisted is a line that does something wrong, where a function is set.
type twisted struct {
	*line
	publish   func(l *line, ctx context.Context, topic string, m messages) (position, error)
	receiver  func(r hub.Receiver) hub.Receiver
	subscribe func(l *line, ctx context.Context, r hub.Receiver, topics []string) error
	leave     func(l *line, r hub.Receiver, topics []string)
	close     func(l *line, ctx context.Context) error
	history   func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error)
	watch     func(l *line, f func(bool, error)) func()

	receivers *sync.Map // by those of the caller
}

func (t *twisted) Publish(ctx context.Context, topic string, m ...hub.Message) (position, error) {
	if t.publish != nil {
		return t.publish(t.line, ctx, topic, m)
	}
	return t.line.Publish(ctx, topic, m...)
}

func (t *twisted) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	if t.receiver != nil {
		known, _ := t.receivers.LoadOrStore(r, t.receiver(r))
		r = known.(hub.Receiver)
	}
	if t.subscribe != nil {
		return t.subscribe(t.line, ctx, r, topics)
	}
	return t.line.Subscribe(ctx, r, topics...)
}

func (t *twisted) Unsubscribe(r hub.Receiver, topics ...string) {
	if t.leave != nil {
		t.leave(t.line, r, topics)
		return
	}
	t.line.Unsubscribe(r, topics...)
}

func (t *twisted) Close(ctx context.Context) error {
	if t.close != nil {
		return t.close(t.line, ctx)
	}
	return t.line.Close(ctx)
}

func (t *twisted) History(ctx context.Context, topic string, since position, limit int) (messages, position, error) {
	if t.history != nil {
		return t.history(t.line, ctx, topic, since, limit)
	}
	return t.line.History(ctx, topic, since, limit)
}

func (t *twisted) Watch(f func(bool, error)) func() {
	if t.watch != nil {
		return t.watch(t.line, f)
	}
	return t.line.Watch(f)
}

// hearing is a Receiver that changes what comes to another one.
type hearing struct {
	hub.Receiver
	subscribed func(r hub.Receiver, topic string, at position)
	deliver    func(r hub.Receiver, topic string, m messages)
	lost       func(r hub.Receiver, topic string, cause error)
}

func (h *hearing) Subscribed(topic string, at position) {
	if h.subscribed != nil {
		h.subscribed(h.Receiver, topic, at)
		return
	}
	h.Receiver.Subscribed(topic, at)
}

func (h *hearing) Deliver(topic string, m ...hub.Message) {
	if h.deliver != nil {
		h.deliver(h.Receiver, topic, m)
		return
	}
	h.Receiver.Deliver(topic, m...)
}

func (h *hearing) Lost(topic string, cause error) {
	if h.lost != nil {
		h.lost(h.Receiver, topic, cause)
		return
	}
	h.Receiver.Lost(topic, cause)
}

// delivering returns a twist of Deliver.
func delivering(f func(r hub.Receiver, topic string, m messages)) twisted {
	return twisted{receiver: func(r hub.Receiver) hub.Receiver { return &hearing{Receiver: r, deliver: f} }}
}

// mapping returns a twist of what is published.
func mapping(f func(m *hub.Message)) twisted {
	return twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
		m = slices.Clone(m)
		for i := range m {
			f(&m[i])
		}
		return l.Publish(ctx, topic, m...)
	}}
}

// is reports whether it is a message in whose Data s is.
func is(m hub.Message, s string) bool { return strings.Contains(string(m.Data), s) }

// sevenths returns those of m in whose Data there is a 7.
func sevenths(m messages) (of, others messages) {
	for _, m := range m {
		if is(m, "7") && !is(m, lastOnes) {
			of = append(of, m)
		} else {
			others = append(others, m)
		}
	}
	return of, others
}

// folded returns a twist that takes topics for others.
func folded(fold func(string) string) twisted {
	var mu sync.Mutex
	names := make(map[string][]string)
	return twisted{
		publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
			return l.Publish(ctx, fold(topic), m...)
		},
		receiver: func(r hub.Receiver) hub.Receiver {
			return &hearing{Receiver: r,
				subscribed: func(r hub.Receiver, topic string, at position) {
					mu.Lock()
					defer mu.Unlock()
					for _, name := range names[topic] {
						r.Subscribed(name, at)
					}
				},
				deliver: func(r hub.Receiver, topic string, m messages) {
					mu.Lock()
					defer mu.Unlock()
					for _, name := range names[topic] {
						r.Deliver(name, m...)
					}
				},
			}
		},
		subscribe: func(l *line, ctx context.Context, r hub.Receiver, topics []string) error {
			var all []string
			mu.Lock()
			for _, topic := range topics {
				if !slices.Contains(names[fold(topic)], topic) {
					names[fold(topic)] = append(names[fold(topic)], topic)
				}
				if !slices.Contains(all, fold(topic)) {
					all = append(all, fold(topic))
				}
			}
			mu.Unlock()
			return l.Subscribe(ctx, r, all...)
		},
	}
}

var errPlain = errors.New("it did not work")

// buffering returns a twist that says nil for what cannot be sent, and drops it.
func buffering() twisted {
	return twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
		at, err := l.Publish(ctx, topic, m...)
		if errors.Is(err, errNoBroker) {
			return position{}, nil
		}
		return at, err
	}}
}

// keeping returns a twist that remembers the Data of the caller.
func keeping() twisted {
	var mu sync.Mutex
	kept := make(map[string]messages)
	return twisted{
		publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
			at, err := l.Publish(ctx, topic, m...)
			mu.Lock()
			defer mu.Unlock()
			m = slices.Clone(m)
			m[0].At = at
			kept[topic] = append(kept[topic], m...)
			return at, err
		},
		history: func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error) {
			_, end, err := l.History(ctx, topic, since, limit)
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(kept[topic]), end, err
		},
	}
}

// checking returns a twist that looks an ID up, and then publishes.
func checking() twisted {
	var known sync.Map
	return twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
		id := m[0].ID
		if at, ok := known.Load(topic + id); ok && id != "" {
			return at.(position), nil
		}
		<-time.After(time.Millisecond)
		m = slices.Clone(m)
		m[0].ID = ""
		at, err := l.Publish(ctx, topic, m...)
		known.Store(topic+id, at)
		return at, err
	}}
}

// sharing returns a twist that knows IDs for all topics together.
func sharing() twisted {
	var known sync.Map
	return twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
		if _, ok := known.LoadOrStore(m[0].ID, true); ok && m[0].ID != "" {
			return position{}, nil
		}
		return l.Publish(ctx, topic, m...)
	}}
}

// numbering returns a twist of all positions. Seq stays as it is.
func numbering(f func(position) position) twisted {
	all := func(m messages) messages {
		m = slices.Clone(m)
		for i := range m {
			m[i].At = f(m[i].At)
		}
		return m
	}
	return twisted{
		publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
			at, err := l.Publish(ctx, topic, m...)
			if err != nil {
				return at, err
			}
			return f(at), nil
		},
		receiver: func(r hub.Receiver) hub.Receiver {
			return &hearing{
				Receiver:   r,
				subscribed: func(r hub.Receiver, topic string, at position) { r.Subscribed(topic, f(at)) },
				deliver:    func(r hub.Receiver, topic string, m messages) { r.Deliver(topic, all(m)...) },
			}
		},
		history: func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error) {
			m, end, err := l.History(ctx, topic, position{}, limit)
			m = slices.DeleteFunc(m, func(m hub.Message) bool { return m.At.Seq <= since.Seq })
			return all(m), f(end), err
		},
	}
}

// beginning returns a twist of where messages go on.
func beginning(f func(position) position) twisted {
	return twisted{receiver: func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, subscribed: func(r hub.Receiver, topic string, at position) { r.Subscribed(topic, f(at)) }}
	}}
}

// remembering returns a twist of the history.
func remembering(f func(m messages, since, end position, err error) (messages, position, error)) twisted {
	return twisted{history: func(l *line, ctx context.Context, topic string, since position, limit int) (messages, position, error) {
		m, end, err := l.History(ctx, topic, since, limit)
		return f(m, since, end, err)
	}}
}

// publishing returns a twist of what Publish says.
func publishing(f func(m messages, at position, err error) (position, error)) twisted {
	return twisted{publish: func(l *line, ctx context.Context, topic string, m messages) (position, error) {
		at, err := l.Publish(ctx, topic, m...)
		return f(m, at, err)
	}}
}
