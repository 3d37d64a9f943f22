package protocol

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"
)

// failure returns the option named by the failure among events, or a complaint.
func failure(events []Event) string {
	if len(events) == 0 || events[len(events)-1].Kind != FailureEvent {
		return "no failure"
	}
	err := events[len(events)-1].Err
	if !strings.Contains(err.Error(), err.Option) {
		return err.Error() + " lacks the option"
	}
	return err.Option
}

// A peer that pings and does not read gets no memory of ours, and an end.
//
//rfc:6455-10.4-1 6455-5.5.3-3
func TestEndpointPingFlood(t *testing.T) {
	e := NewEndpoint(Client, nil, nil, nil)
	e.Blocked()
	most, pings := 0, 0
	var err error
	for ; err == nil && pings < 1<<20; pings++ {
		e.Receive(append([]byte{0x89, 125}, make([]byte, 125)...))
		var ev Event
		e.Next(&ev)
		err = e.Answer(&ev)
		most = max(most, e.Pending())
	}
	if pings != defaultMaxPings+1 || !strings.Contains(fmt.Sprint(err), "Options.MaxPings") {
		t.Errorf("ended at ping %d with %v", pings, err)
	}
	if limit := (queuedPongs + 1) * (6 + maxControl); most > limit {
		t.Errorf("%d bytes of output pending, want at most %d", most, limit)
	}
	frames := splitFrames(e.Output())
	if last := frames[len(frames)-1]; last.header.Opcode != OpClose || e.State() != Failed {
		t.Errorf("the last frame is a %v, the state %v", last.header.Opcode, e.State())
	}
	e.Receive([]byte("\x81\x01a"))
	if ev := new(Event); e.Next(ev) {
		t.Errorf("event %+v after the failure", ev)
	}
}

// numbered returns Pings or Pongs with the numbers from..to as data.
func numbered(op Opcode, from, to int) (stream []byte) {
	for i := from; i <= to; i++ {
		stream = AppendHeader(stream, Header{Fin: true, Opcode: op, Length: 2})
		stream = append(stream, byte(i>>8), byte(i))
	}
	return stream
}

// Of the Pings that find the output full only the latest is answered.
//
//rfc:6455-5.5.3-3 6455-5.5.2-4
func TestPongsPending(t *testing.T) {
	f := fixture{key: exampleKey, roles: []Role{Server, Client}, turns: []turn{
		{in: numbered(OpPing, 1, 200), out: slices.Concat(numbered(OpPong, 1, queuedPongs), numbered(OpPong, 200, 200))},
		{in: numbered(OpPing, 201, 300), out: slices.Concat(numbered(OpPong, 201, 200+queuedPongs), numbered(OpPong, 300, 300))},
	}}
	for _, role := range f.roles {
		s := f.start(role)
		for i, turn := range f.turnsAs(role) {
			s.receive(turn.in)
			if n := s.e.Pending(); n != len(turn.out) {
				t.Errorf("%v, turn %d: Pending() = %d, want %d", role, i, n, len(turn.out))
			}
			if got := s.e.Output(); !bytes.Equal(got, turn.out) {
				t.Errorf("%v, turn %d: % x", role, i, got)
			}
		}
	}
}

// Pings without end are no flood while the Pongs leave.
//
//rfc:6455-5.5.2-3
func TestEndpointManyPings(t *testing.T) {
	s := (&fixture{}).start(Client)
	for i := range 3 * defaultMaxPings {
		s.receive(numbered(OpPing, i, i))
		if n := len(s.take()); n != 2+4+2 {
			t.Fatalf("%d bytes of answer to ping %d, state %v", n, i, s.e.State())
		}
	}
}

// What is owed goes out before the Close that answers, and after our own, but
// never after both.
//
//rfc:6455-5.5.2-3 6455-5.5.1-13
func TestPendingPongAndClose(t *testing.T) {
	pings := masked(numbered(OpPing, 1, 100), exampleKey)
	theirClose := masked([]byte{0x88, 0}, exampleKey)
	pongs, last := numbered(OpPong, 1, queuedPongs), numbered(OpPong, 100, 100)
	ourClose := []byte{0x88, 0}

	answering := (&fixture{}).start(Server)
	answering.receive(pings, theirClose)
	starting := (&fixture{}).start(Server)
	starting.receive(pings)
	starting.e.SendClose(CloseNoStatus, "")
	done := (&fixture{}).start(Server)
	done.receive(pings)
	done.e.SendClose(CloseNoStatus, "")
	done.receive(theirClose)

	for name, tt := range map[string]struct {
		s    *session
		want []byte
	}{
		"answering": {answering, slices.Concat(pongs, last, ourClose)},
		"starting":  {starting, slices.Concat(pongs, ourClose, last)},
		"done":      {done, slices.Concat(pongs, ourClose)},
	} {
		n := tt.s.e.Pending()
		if got := tt.s.e.Output(); !bytes.Equal(got, tt.want) || n != len(got) {
			t.Errorf("%s: Pending() = %d, output\n% x, want\n% x", name, n, got, tt.want)
		}
	}
}

// emptyFragments gives a client a message of n empty fragments and returns the
// events and the bytes allocated for it.
func emptyFragments(limits Config, n int) (events []Event, allocated uint64) {
	e := NewEndpoint(Client, &limits, nil, nil)
	chunk := make([]byte, 4096) // 00 00 is an empty fragment
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e.Receive([]byte{0x01, 0})
	for range n / (len(chunk) / 2) {
		var ev Event
		for e.Next(&ev) {
			events = append(events, ev)
		}
		e.Receive(chunk)
	}
	runtime.ReadMemStats(&after)
	return events, after.TotalAlloc - before.TotalAlloc
}

//rfc:6455-10.4-3
func TestEndpointEmptyFragments(t *testing.T) {
	events, allocated := emptyFragments(Config{}, 1<<20)
	if got := failure(events); got != "Options.MaxFragments" || len(events) != 1 {
		t.Errorf("%d events, %s", len(events), got)
	}
	if allocated > 1<<16 {
		t.Errorf("%d bytes allocated", allocated)
	}
	events, allocated = emptyFragments(Config{MaxFragments: -1}, 1<<20)
	if len(events) > 0 || allocated > 1<<16 {
		t.Errorf("without a limit: %d events, %d bytes allocated", len(events), allocated)
	}
}

// A header that announces much fails before any payload is there, and costs
// nothing.
//
//rfc:6455-10.4-1 6455-10.4-2
func TestHugeFrame(t *testing.T) {
	wire := AppendHeader(nil, Header{Fin: true, Opcode: OpBinary, Length: 1 << 62})
	for _, limits := range []Config{{}, {MaxMessage: 1}, {MaxMessage: 1<<62 - 1}} {
		s := (&fixture{limits: limits}).start(Client)
		if got := failure(s.receive(wire)); got != "Options.MaxMessage" {
			t.Errorf("%+v: %s", limits, got)
		}
	}
	for _, limits := range []Config{{MaxMessage: -1}, {MaxMessage: 1 << 62}} {
		s := (&fixture{limits: limits}).start(Client)
		if got := s.receive(wire, []byte("abc")); describe(got) != "event binary \"abc\"\n" {
			t.Errorf("%+v: %s", limits, describe(got))
		}
	}
}

func TestDefaultLimits(t *testing.T) {
	for _, tt := range []struct{ says, means Config }{
		{Config{}, Config{1 << 20, 131072, 8192}}, // as documented
		{Config{1, 2, 3}, Config{1, 2, 3}},
		{Config{-1, -2, -3}, Config{math.MaxInt64, math.MaxInt, math.MaxInt}},
	} {
		c := &tt.says
		if got := (Config{c.maxMessage(), c.maxFragments(), c.maxPings()}); got != tt.means {
			t.Errorf("%+v means %+v, want %+v", tt.says, got, tt.means)
		}
	}
}

// Between frames, and while a message or a header is incomplete, an endpoint
// keeps nothing of what it was given.
func TestIdleHoldsNoBuffer(t *testing.T) {
	for name, wire := range map[string]string{
		"between frames":    "\x82\x05Hello\x89\x04ping",
		"within a message":  "\x02\x05Hello",
		"within a frame":    "\x82\x06Hello",
		"within a header":   "\x82\x05Hello\x82\x7e",
		"after a close":     "\x88\x00rest",
		"after a failure":   "\x83\x00rest",
		"after bad text":    "\x81\x05a\xff...",
		"after many pings":  strings.Repeat("\x89\x01p", 2*queuedPongs),
		"between fragments": "\x01\x00\x00\x01a\x8a\x00",
	} {
		s := (&fixture{}).start(Client)
		buffer := append(make([]byte, 0, 4096), wire...)
		held := weak.Make(&buffer[0])
		s.e.Receive(buffer)
		var ev Event
		for s.e.Next(&ev) {
			s.e.Answer(&ev)
		}
		s.e.Output()
		runtime.GC()
		if held.Value() != nil {
			t.Errorf("%s: the buffer is held", name)
		}
		if s.e.control != nil || s.e.out != nil || s.e.pong != nil {
			t.Errorf("%s: memory of its own: %v, %v, %v", name, s.e.control, s.e.out, s.e.pong)
		}
		runtime.KeepAlive(s)
	}
}
