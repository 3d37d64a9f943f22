package protocol

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/mask"
)

func fixturePaths(t *testing.T) []string {
	t.Helper()
	frames, err := filepath.Glob("../testdata/frames/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	dialogues, err := filepath.Glob("../testdata/dialogues/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(frames) == 0 || len(dialogues) == 0 {
		t.Fatal("no fixtures")
	}
	return append(frames, dialogues...)
}

// Each fixture proves the requirements in its header.
func TestFixtures(t *testing.T) {
	for _, path := range fixturePaths(t) {
		f, err := readFixture(path)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, role := range f.roles {
			name := strings.TrimSuffix(filepath.Base(path), ".txt")
			t.Run(name+"/"+role.String(), func(t *testing.T) {
				checkChunkings(t, f, role)
				checkTruncations(t, f, role)
			})
		}
	}
}

// checkChunkings plays the fixture with the peer's bytes cut in several ways.
func checkChunkings(t *testing.T, f *fixture, role Role) {
	r := rand.New(rand.NewPCG(5, 4))
	play := func(how string, turns []turn, cut func([]byte) [][]byte) {
		s := f.start(role)
		for _, turn := range turns {
			if err := s.play(turn, cut); err != nil {
				t.Errorf("%s, line %d: %v", how, turn.line, err)
				return
			}
		}
		if err := s.checkHeaders(turns); err != nil {
			t.Errorf("%s: %v", how, err)
		}
	}
	turns := f.turnsAs(role)
	play("whole turns", turns, whole)
	play("joined turns", joined(turns), whole)
	play("byte by byte", turns, byByte)
	for range 20 {
		play("random chunks", turns, func(b []byte) [][]byte { return randomChunks(r, b) })
	}
}

// checkTruncations ends each of the peer's turns early: what comes of it is
// the beginning of what comes of all of it.
func checkTruncations(t *testing.T, f *fixture, role Role) {
	turns := f.turnsAs(role)
	for i, turn := range turns {
		for _, n := range cuts(len(turn.in)) {
			s := f.start(role)
			for _, before := range turns[:i] {
				s.play(before, whole) // checkChunkings has seen it succeed
			}
			if turn.do != nil {
				turn.do(s.e)
			}
			if got := s.receive(turn.in[:n]); !isPrefix(got, turn.events) {
				t.Fatalf("line %d, first %d bytes: %s", turn.line, n, describe(got))
			}
			if out := s.e.Output(); !bytes.HasPrefix(turn.out, out) {
				t.Fatalf("line %d, first %d bytes: output % x", turn.line, n, out)
			}
		}
	}
}

// cuts returns where an input of n bytes is cut: everywhere, unless it is long.
func cuts(n int) (at []int) {
	const near = 512
	for i := 0; i < n; i++ {
		at = append(at, i)
		if i >= near && i < n-near {
			i = min(i+996, n-near)
		}
	}
	return at
}

// isPrefix reports whether got can be the events of the beginning of an input
// whose whole gives want.
func isPrefix(got, want []Event) bool {
	last := len(got) - 1
	if last < 0 {
		return true
	}
	if len(got) > len(want) || describe(got[:last]) != describe(want[:last]) {
		return false
	}
	g, w := got[last], want[last]
	if g.Kind == DataEvent && !g.Fin {
		return w.Kind == DataEvent && g.Type == w.Type && bytes.HasPrefix(w.Data, g.Data)
	}
	return describe(got[last:]) == describe(want[last:len(got)])
}

// session is an endpoint on its way through a fixture.
type session struct {
	e             *Endpoint
	read, written []Header
	out           []byte
	log           strings.Builder
}

func (f *fixture) start(role Role) *session {
	s := new(session)
	s.e = NewEndpoint(role, &f.limits, f.deflateAs(role), &FrameHooks{
		FrameRead:    func(h Header) { s.read = append(s.read, h) },
		FrameWritten: func(h Header) { s.written = append(s.written, h) },
	})
	s.e.newKey = func() mask.Key { return f.key }
	s.e.Blocked()
	return s
}

// take ends a turn: what was put out is written. Before that nothing leaves.
func (s *session) take() []byte {
	out := s.e.Output()
	s.e.Written()
	s.e.Blocked()
	return out
}

// deflateAs returns what was agreed on as the endpoint that plays role sees it.
func (f *fixture) deflateAs(role Role) *Deflate {
	if f.deflate == nil {
		return nil
	}
	return &Deflate{Send: *f.deflate[role], Receive: *f.deflate[1-role], Threshold: -1}
}

// play plays one turn and returns what went otherwise than the fixture says.
func (s *session) play(t turn, cut func([]byte) [][]byte) error {
	if t.do != nil {
		if err := checkRefused(t.do(s.e), t.refused); err != nil {
			return err
		}
	}
	events := s.receive(cut(t.in)...)
	pending := s.e.Pending()
	out := s.take()
	s.out = append(s.out, out...)
	switch {
	case describe(events) != describe(t.events):
		return fmt.Errorf("events (-want +got):\n%s", cmp.Diff(describe(t.events), describe(events)))
	case !bytes.Equal(out, t.out):
		return fmt.Errorf("output (-want +got):\n%s", cmp.Diff(t.out, out))
	case pending != len(out):
		return fmt.Errorf("Pending() = %d before an output of %d bytes", pending, len(out))
	case t.state != "" && s.e.State().String() != t.state:
		return fmt.Errorf("state %q, want %q", s.e.State(), t.state)
	}
	return nil
}

// receive gives chunks to the endpoint and answers the events.
func (s *session) receive(chunks ...[]byte) (events []Event) {
	for _, chunk := range chunks {
		s.e.Receive(bytes.Clone(chunk))
		var ev Event
		for s.e.Next(&ev) {
			ev.Data = bytes.Clone(ev.Data)
			events = append(events, ev)
			s.e.Answer(&ev)
		}
	}
	return merged(events)
}

// merged joins neighbouring pieces of a message: where it is cut means nothing.
func merged(events []Event) (all []Event) {
	for _, ev := range events {
		if last := len(all) - 1; last >= 0 && ev.Kind == DataEvent && all[last].Kind == DataEvent && !all[last].Fin {
			all[last].Data = append(all[last].Data, ev.Data...)
			all[last].Fin = ev.Fin
			continue
		}
		ev.Data = slices.Clip(ev.Data)
		all = append(all, ev)
	}
	return all
}

// joined joins turns between which the application does nothing.
func joined(turns []turn) (all []turn) {
	for _, t := range turns {
		if last := len(all) - 1; last >= 0 && t.do == nil && all[last].do == nil {
			before := all[last]
			t.in = slices.Concat(before.in, t.in)
			t.out = slices.Concat(before.out, t.out)
			t.events = merged(slices.Concat(before.events, t.events))
			all = all[:last]
		}
		all = append(all, t)
	}
	return all
}

// checkRefused compares what the endpoint said to the application.
func checkRefused(err error, rule string) error {
	var send *SendError
	var state *StateError
	got := ""
	switch {
	case errors.As(err, &send):
		got = send.Rule
	case errors.As(err, &state):
		got = state.Rule
	case err != nil:
		return err
	}
	if got != rule {
		return fmt.Errorf("refused for %q (%v), want %q", got, err, rule)
	}
	return nil
}

func whole(b []byte) [][]byte { return [][]byte{b} }

func byByte(b []byte) [][]byte { return slices.Collect(slices.Chunk(b, 1)) }

func randomChunks(r *rand.Rand, b []byte) (chunks [][]byte) {
	for len(b) > 0 {
		n := min(1+r.IntN(1+r.IntN(20)), len(b))
		if r.IntN(8) == 0 {
			n = 1 + r.IntN(len(b))
		}
		chunks, b = append(chunks, b[:n]), b[n:]
	}
	return chunks
}
