package fuzz

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

var smallLimits = protocol.Config{MaxMessage: 300, MaxFragments: 4, MaxPings: 3}

// Wherever the peer's bytes are cut, events, answers and state are the same.
func FuzzChunking(f *testing.F) {
	for _, stream := range streams(f) {
		f.Add(stream, uint64(1), false)
		f.Add(stream, uint64(2), true)
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64, client bool) {
		if len(stream) > 1<<16 {
			return
		}
		role := protocol.Server
		if client {
			role = protocol.Client
		}
		checkChunking(t, role, stream, seed, func() (protocol.Config, *protocol.Deflate) { return smallLimits, nil })
	})
}

// checkChunking checks that what comes of a stream at once is what comes of it
// in chunks.
func checkChunking(t *testing.T, role protocol.Role, stream []byte, seed uint64, agreed func() (protocol.Config, *protocol.Deflate)) {
	t.Helper()
	limits, d := agreed()
	want, wantOut, wantState := outcome(t, role, limits, d, stream)
	r := rand.New(rand.NewPCG(seed, 0))
	var chunks [][]byte
	for rest := stream; len(rest) > 0; {
		n := min(len(rest), 1+r.IntN(1+r.IntN(64)))
		chunks, rest = append(chunks, rest[:n]), rest[n:]
	}
	limits, d = agreed()
	got, gotOut, gotState := outcome(t, role, limits, d, chunks...)
	if got != want || !bytes.Equal(gotOut, wantOut) || gotState != wantState {
		t.Fatalf("in chunks:\n%s> %x, %v\nat once:\n%s> %x, %v", got, gotOut, gotState, want, wantOut, wantState)
	}
}

// outcome is what an endpoint makes of chunks before any answer can leave.
func outcome(t *testing.T, role protocol.Role, c protocol.Config, d *protocol.Deflate, chunks ...[]byte) (events string, out []byte, s protocol.State) {
	t.Helper()
	e := protocol.NewEndpoint(role, &c, d, nil)
	e.Blocked()
	var heard transcript
	heard.receive(t, e, chunks...)
	if int64(len(heard.message)) > c.MaxMessage {
		t.Fatalf("%d bytes of a message", len(heard.message))
	}
	return heard.String(), plain(t, e.Output()), e.State()
}
