package hub_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// script is a backplane that does what a test says: it delivers what it is told to, and remembers what is kept.
type script struct {
	first hub.Position // where topics begin
	kept  []hub.Message
	err   error // of History
	to    hub.Receiver
	asked []hub.Position // since when
}

func (b *script) Publish(context.Context, string, ...hub.Message) (hub.Position, error) {
	return hub.Position{}, nil
}

func (b *script) Subscribe(_ context.Context, r hub.Receiver, topics ...string) error {
	b.to = r
	for _, topic := range topics {
		r.Subscribed(topic, b.first)
	}
	return nil
}

func (b *script) Unsubscribe(hub.Receiver, ...string) {}
func (b *script) Close(context.Context) error         { return nil }

func (b *script) History(_ context.Context, _ string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	b.asked = append(b.asked, since)
	end := b.first
	var m []hub.Message
	for _, k := range b.kept {
		end = k.At
		if since.IsZero() || k.At.Seq > since.Seq {
			m = append(m, k)
		}
	}
	if len(m) > limit && !since.IsZero() {
		return m[len(m)-limit:], end, hub.ErrGap
	}
	return m[max(0, len(m)-limit):], end, b.err
}

// do does what a line says: "sub e3" goes on at number 3 of epoch e, "del e4 e5" delivers messages, "keep e1 e2" says
// what is kept, "lost", "gap" and "fail" what History returns.
func (b *script) do(t *testing.T, line string) {
	what, rest, _ := strings.Cut(line, " ")
	var all []hub.Message
	for _, word := range strings.Fields(rest) {
		all = append(all, scripted(word))
	}
	switch what {
	case "sub":
		b.to.Subscribed("a", all[0].At)
	case "del":
		b.to.Deliver("a", all...)
	case "lost":
		b.to.Lost("a", errNoBroker)
	case "keep":
		b.kept = all
	case "gap":
		b.err = hub.ErrGap
	case "fail":
		b.err = errNoBroker
	default:
		t.Fatalf("what is %q?", line)
	}
	synctest.Wait()
}

// scripted returns a message of an epoch of one letter, "-" for none, whose data is that and its number.
func scripted(word string) hub.Message {
	m := hub.Message{Type: websocket.Text, Data: []byte(word)}
	if word != "-" {
		m.At = hub.Position{Epoch: word[:1], Seq: uint64(len(word) - 1)}
		if n := strings.IndexByte("0123456789", word[1]); n >= 0 {
			m.At.Seq = uint64(n)
		}
	}
	return m
}

// Wherever a backplane goes on, nothing is missing without a gap, nothing comes twice, and what it has kept fills what it
// has lost.
func TestHubGoesOn(t *testing.T) {
	for _, test := range []struct {
		name   string
		forget bool // the backplane does not remember
		first  string
		script string // lines, with a bar between
		member string // what somebody gets who is there from the beginning
		late   string // what somebody gets who joins for all at the end
		resume string // where somebody comes back to
		back   string // what that one gets
	}{
		{"in order", false, "e0", "del e1 e2|del e2 e3", "e1 e2 e3", "e1 e2 e3", "e1", "e2 e3"},
		{"with holes", false, "e0", "del e1|del e5", "e1 e5", "e1 e5", "e1", "e5"},
		{"nothing lost", false, "e2", "del e3|lost|sub e3|del e4", "e3 e4", "e3 e4", "e3", "e4"},
		{"filled", false, "e0", "del e1|lost|keep e1 e2 e3|sub e3|del e4", "e1 e2 e3 e4", "e1 e2 e3 e4", "e1", "e2 e3 e4"},
		{"filled, and delivered again", false, "e0", "del e1|lost|keep e1 e2 e3|sub e2|del e3 e4", "e1 e2 e3 e4", "e1 e2 e3 e4", "e2", "e3 e4"},
		{"others were lost", false, "e0", "del e1|lost|keep e1|sub e7|del e8", "e1 e8", "e1 e8", "e1", "e8"},
		{"not kept", false, "e0", "del e1|lost|keep e3|gap|sub e3|del e4", "e1 gap e3 e4", "e1 gap e3 e4", "e1", "gap e3 e4"},
		{"nothing kept", false, "e0", "del e1|lost|keep e3|fail|sub e3|del e4", "e1 gap e4", "e1 gap e4", "e3", "e4"},
		{"does not remember", true, "e0", "del e1|lost|sub e3|del e4", "e1 gap e4", "e1 gap e4", "e2", "gap e4"},
		{"does not remember, nothing lost", true, "e0", "del e1|lost|sub e1|del e2", "e1 e2", "e1 e2", "e1", "e2"},
		{"another epoch", false, "e5", "del e6|lost|keep f1 f2|sub f2|del f3", "e6 gap f3", "f1 f2 f3", "f1", "f2 f3"},
		{"another epoch, with more", false, "e5", "del e6|lost|keep f1 f2 f3|sub f2|del f3 f4", "e6 gap f3 f4", "f1 f2 f3 f4", "e6", "gap f1 f2 f3 f4"},
		{"another epoch, forgotten", true, "e5", "del e6|lost|sub f2|del f3", "e6 gap f3", "f3", "e6", "gap f3"},
		{"another epoch, without a word", false, "e5", "del e6|del f1", "e6 gap f1", "f1", "e6", "gap f1"},
		{"another epoch, that cannot be read", false, "e5", "del e6|lost|fail|sub f2|del f3", "e6 gap f3", "f3", "f1", "gap f3"},
		{"without numbers", true, "-", "del -|del -", "- -", "- -", "e1", "gap - -"},
		{"without numbers, lost", true, "-", "del -|lost|sub -|del -", "- gap -", "- gap -", "e1", "gap - gap -"},
		{"ahead", false, "e0", "del e1", "e1", "e1", "e3", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &script{first: scripted(test.first).At}
				h := numbered(&hub.Hub{Backplane: b, History: 10})
				if test.forget {
					h.Backplane = forgetful{b}
				}
				s, member := connectTo(t, h)
				join(t, s, "a", fromTheStart)
				for line := range strings.SplitSeq(test.script, "|") {
					b.do(t, line)
				}
				want := func(c *websocket.Conn, who, want string) {
					t.Helper()
					if got, err := received(t, c); words(got) != want || err != nil {
						t.Errorf("%s got %q, want %q; %v", who, words(got), want, err)
					}
				}
				want(member, "the member", test.member)
				s, late := connectTo(t, h)
				join(t, s, "a", fromTheStart)
				want(late, "the late one", test.late)
				s, back := connectTo(t, h)
				join(t, s, "a", scripted(test.resume).At)
				want(back, "who comes back", test.back)
			})
		})
	}
}

// Who was at a faster process gets nothing again that it has, and all that comes after.
func TestHubIsBehindAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &script{first: scripted("e0").At}
		h := numbered(&hub.Hub{Backplane: b})
		s, c := connectTo(t, h)
		at, err := s.Join(t.Context(), "a", hub.Position{Epoch: "e", Seq: 2})
		if at.Seq != 2 || err != nil {
			t.Errorf("joined at %v, %v", at, err)
		}
		b.do(t, "del e1 e2 e3")
		b.do(t, "del f1") // of another epoch
		if got, _ := received(t, c); words(got) != "e3 gap f1" {
			t.Errorf("got %q", words(got))
		}
	})
}

// A history that cannot be read fails the joining, and is tried again with the next.
func TestHubJoinsWhenItHasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &script{first: scripted("e2").At, err: errNoBroker}
		h := numbered(&hub.Hub{Backplane: b, History: 10})
		s, c := connectTo(t, h)
		if _, err := s.Join(t.Context(), "a", fromTheStart); !errors.Is(err, errNoBroker) {
			t.Errorf("joined: %v", err)
		}
		b.do(t, "keep e1 e2")
		b.err = nil
		join(t, s, "a", fromTheStart)
		if got, _ := received(t, c); words(got) != "e1 e2" {
			t.Errorf("got %q", words(got))
		}
	})
}

// A topic that all have given up joining ends as others do.
func TestHubForgetsWhoGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{})}
		h := &hub.Hub{Backplane: b, History: 10}
		s, _ := connectTo(t, h)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := tryJoin(ctx, s, "a"); err != context.DeadlineExceeded {
			t.Errorf("joined: %v", err)
		}
		close(b.read)
		time.Sleep(11 * time.Second)
		if n := h.Stats().Topics; n != 0 {
			t.Errorf("%d topics", n)
		}
	})
}

// What comes while a history is read waits for it; too much of that is read again.
func TestHubReadsWhatWaitsTooLong(t *testing.T) {
	for _, test := range []struct {
		queue int
		asked int
	}{{10, 1}, {3, 2}} {
		synctest.Test(t, func(t *testing.T) {
			b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{})}
			h := numbered(&hub.Hub{Backplane: b, History: 10, MaxQueue: test.queue})
			s, c := connectTo(t, h)
			joining := make(chan error)
			go func() { joining <- tryJoin(t.Context(), s, "a") }()
			synctest.Wait()
			for _, line := range []string{"del e1", "keep e1", "del e2", "del e3", "del e4"} {
				b.do(t, line)
			}
			b.read <- struct{}{}
			synctest.Wait()
			b.do(t, "keep e1 e2 e3 e4")
			close(b.read)
			if err := <-joining; err != nil {
				t.Error(err)
			}
			b.do(t, "del e5")
			if got, _ := received(t, c); words(got) != "e1 e2 e3 e4 e5" {
				t.Errorf("got %q", words(got))
			}
			if len(b.asked) != test.asked {
				t.Errorf("asked since %q", b.asked)
			}
		})
	}
}

// slowScript is a script whose histories take time.
type slowScript struct {
	script
	read chan struct{}
}

func (b *slowScript) History(ctx context.Context, topic string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	<-b.read
	return b.script.History(ctx, topic, since, limit)
}

// Who hears of a gap, because another epoch has begun, finds what the backplane has kept of it: nobody is told before
// that was read, and who joins meanwhile is told of the gap, too.
func TestHubTellsGapWithHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{}, 1)}
		b.read <- struct{}{}
		h := numbered(&hub.Hub{Backplane: b, History: 10})
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		for line := range strings.SplitSeq("del e1|lost|keep f1 f2|sub f2|del f3", "|") {
			b.do(t, line)
		}
		meanwhile, m := connectTo(t, h)
		join(t, meanwhile, "a", fromTheStart)
		b.read <- struct{}{}
		synctest.Wait()
		late, l := connectTo(t, h)
		join(t, late, "a", fromTheStart)
		for _, x := range []struct {
			who  string
			c    *websocket.Conn
			want string
		}{
			{"a member", c, "e1 gap f3"}, {"who has joined before the history was read", m, "e1 gap f3"},
			{"who joins after the gap", l, "f1 f2 f3"},
		} {
			if got, err := received(t, x.c); words(got) != x.want || err != nil {
				t.Errorf("%s got %q, %v, want %q", x.who, words(got), err, x.want)
			}
		}
	})
}

// What waits for a history is not the backplane's memory.
func TestHubCopiesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slowScript{script: script{first: scripted("e0").At}, read: make(chan struct{})}
		h := numbered(&hub.Hub{Backplane: b, History: 10})
		s, c := connectTo(t, h)
		joining := make(chan error)
		go func() { joining <- tryJoin(t.Context(), s, "a") }()
		synctest.Wait()
		m := scripted("e1")
		b.to.Deliver("a", m)
		copy(m.Data, "xx")
		close(b.read)
		if err := <-joining; err != nil {
			t.Error(err)
		}
		if got, _ := received(t, c); words(got) != "e1" {
			t.Errorf("got %q", words(got))
		}
	})
}
