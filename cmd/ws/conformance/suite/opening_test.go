package suite

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// fastidious starts a server that refuses all requests but plain ones, and ends
// the connection if anything comes before its response.
func fastidious(t *testing.T) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := r.Header
		if h.Get("Upgrade") != "websocket" || h.Get("Connection") != "Upgrade" || h.Get("Sec-WebSocket-Extensions") != "" {
			http.Error(w, "not like that", http.StatusBadRequest)
			return
		}
		conn, behind, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if behind.Reader.Buffered() == 0 {
			fmt.Fprintf(conn, "HTTP/1.1 101 ok\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", acceptKey(h.Get("Sec-WebSocket-Key")))
			io.Copy(io.Discard, conn)
		}
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return "ws://" + l.Addr().String()
}

// No rule has a server accept a valid handshake, let alone one that is bad in
// what it offers or has frames behind it.
func TestServerRefusesWhatIsUnusual(t *testing.T) {
	for pattern, want := range map[string]verdict.Verdict{
		"opening-upgrade-list@whole":       verdict.NonStrict,
		"opening-any-order@whole":          verdict.NonStrict,
		"opening-deflate-bits-7@whole":     verdict.NonStrict,
		"opening-deflate-*-twice@whole":    verdict.NonStrict,
		"opening-deflate-unknown-*@whole":  verdict.NonStrict,
		"opening-deflate-preference@whole": verdict.NonStrict,
		"opening-frames-behind@whole":      verdict.Informational,
		"opening-upgrade-other":            verdict.Pass,
	} {
		run, err := Server(t.Context(), Target{URL: fastidious(t)}, Options{Cases: chosen(t, protocol.Server, pattern)})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range run.Results {
			if r.Verdict != want || want == verdict.NonStrict && !strings.HasPrefix(r.Got, "refuses a valid handshake with 400") {
				t.Errorf("%s: %s, %s", r.Case.ID, r.Verdict, r.Got)
			}
		}
	}
}

// take asks for a case and takes any response for one that accepts: it answers
// what it is sent until the end of the connection.
func take(t *testing.T, url, id string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /runCase?agent=x&casetuple=%s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n", id, newKey())
	_, in, err := readHead(conn, &wire{began: time.Now()}, protocol.Server, time.Now().Add(time.Minute))
	for buf := make([]byte, 1<<10); err == nil; {
		if h, n, whole := readHeader(in); whole && uint64(len(in)-n) >= h.length {
			payload := in[n : n+int(h.length)]
			if h.opcode == opPing {
				h.opcode = opPong
			}
			h.masked = true
			conn.Write(appendFrame(nil, h, payload))
			in = in[n+len(payload):]
			continue
		}
		n := 0
		n, err = conn.Read(buf)
		in = append(in, buf[:n]...)
	}
}

// What a client has to refuse weighs as the table of requirements has it.
func TestClientTakesAnything(t *testing.T) {
	want := map[string]verdict.Verdict{
		"opening-accept-key@whole":        verdict.Fail,
		"opening-accept-twice@whole":      verdict.NonStrict,
		"opening-any-case@whole":          verdict.Pass,
		"opening-connection-list@whole":   verdict.Informational,
		"opening-extensions-empty@whole":  verdict.Informational,
		"opening-http-1.0@whole":          verdict.Informational,
		"opening-phrase-empty@whole":      verdict.Pass,
		"opening-status-line-short@whole": verdict.Informational,
	}
	cases := chosen(t, protocol.Client, slices.Collect(maps.Keys(want))...)
	url, end := listening(t, Options{Cases: cases})
	for _, c := range cases {
		take(t, url, c.ID)
	}
	ask(t, url+"/updateReports?agent=x") // which waits for the last case
	runs := end()
	if len(runs) != 1 || len(runs[0].Results) != len(want) {
		t.Fatalf("%d runs of %d cases", len(runs), len(cases))
	}
	for _, r := range runs[0].Results {
		if _, name, _ := strings.Cut(r.Case.ID, "/"); r.Verdict != want[name] {
			t.Errorf("%s: %s, %s", r.Case.ID, r.Verdict, r.Got)
		}
	}
}
