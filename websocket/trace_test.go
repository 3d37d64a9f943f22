package websocket_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// record returns a Trace that keeps lines, and the lines.
func record() (*Trace, func() []string) {
	var mu sync.Mutex
	var lines []string
	add := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	return &Trace{
			FrameRead:    func(_ *Conn, h Header) { add("< %v fin=%v masked=%v %d", h.Opcode, h.Fin, h.Masked, h.Length) },
			FrameWritten: func(_ *Conn, h Header) { add("> %v fin=%v masked=%v %d", h.Opcode, h.Fin, h.Masked, h.Length) },
			Close: func(_ *Conn, byPeer bool, code CloseCode, reason string) {
				add("close byPeer=%v %d %q", byPeer, code, reason)
			},
			Error: func(_ *Conn, err error) { add("error %v", err) },
		}, func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(lines)
		}
}

func TestTrace(t *testing.T) {
	server, serverLines := record()
	client, clientLines := record()
	s, c := inMemory(t, Options{Trace: server}, Options{Trace: client})
	go func() {
		c.WriteText(background, "hello")
		c.Read(background)
	}()
	s.Read(background)
	s.Close(background, CloseGoingAway, "bye")
	<-c.Done()
	for name, compare := range map[string]struct{ got, want []string }{
		"server": {serverLines(), []string{
			"< text fin=true masked=true 5",
			"> close fin=true masked=false 5",
			`close byPeer=false 1001 "bye"`,
			"< close fin=true masked=true 2",
			`close byPeer=true 1001 ""`,
		}},
		"client": {clientLines(), []string{
			"> text fin=true masked=true 5",
			"< close fin=true masked=false 5",
			`close byPeer=true 1001 "bye"`,
			"> close fin=true masked=true 2",
		}},
	} {
		if !slices.Equal(compare.got, compare.want) {
			t.Errorf("%s: got %q, want %q", name, compare.got, compare.want)
		}
	}
}

//rfc:6455-7.1.7-2 6455-7.1.7-4
func TestTraceOfErrors(t *testing.T) {
	for name, wire := range map[string][]byte{
		"broken rule": {0x81, 0x00},
		"lost":        nil,
	} {
		t.Run(name, func(t *testing.T) {
			trace, lines := record()
			s, peer := serverWithPeer(t, Options{Trace: trace})
			peer.Write(wire)
			peer.(interface{ CloseWrite() error }).CloseWrite()
			_, _, err := s.Read(background)
			if !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			if got := lines(); len(got) == 0 || got[len(got)-1] != "error "+err.Error() && got[0] != "error "+err.Error() {
				t.Errorf("%q", got)
			}
			<-s.Done()
		})
	}
}

func TestStats(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		go echo(s)
		for _, size := range []int{0, 100, 100000} {
			go c.Write(background, Binary, make([]byte, size))
			c.Read(background)
		}
		c.Close(background, CloseNormal, "")
		<-s.Done()
		const payload = 100 + 100000
		want := Stats{MessagesRead: 3, MessagesWritten: 3,
			BytesRead:    payload + 3*4 + 2 + 2 + 10 + 4 + 4,
			BytesWritten: payload + 2 + 2 + 10 + 4}
		if got := s.Stats(); got != want {
			t.Errorf("server: got %+v, want %+v", got, want)
		}
		want.BytesRead, want.BytesWritten = want.BytesWritten, want.BytesRead
		if got := c.Stats(); got != want {
			t.Errorf("client: got %+v, want %+v", got, want)
		}
	})
}
