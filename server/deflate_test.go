package server_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// extensions are the fields of a response.
func extensions(r *http.Response) string {
	return strings.Join(r.Header["Sec-Websocket-Extensions"], " and ")
}

// Whether and how permessage-deflate is accepted is up to the options; everything else is declined.
//
//rfc:7692-3-1 7692-4-2 7692-5-10 7692-5-15 7692-5-17 7692-5-18 7692-5-20 7692-5-21 7692-7.1.1.1-8 7692-7.1.1.2-4
//rfc:7692-7.1.2.1-8 7692-7.1.2.2-6 6455-9-2 6455-9-3 6455-9.2-1
func TestCompression(t *testing.T) {
	const name = "permessage-deflate"
	off, takeover := websocket.Compression{}, websocket.Compression{Mode: websocket.ContextTakeover}
	noTakeover := websocket.Compression{Mode: websocket.NoContextTakeover, WindowBits: 11, PeerWindowBits: 10}
	spent := takeover
	spent.Budget = websocket.NewBudget(0)
	for _, c := range []struct {
		what           string
		options        websocket.Compression
		offer, respond string
	}{
		{"off", off, name, ""},
		{"not offered", takeover, "", ""},
		{"takeover", takeover, name, name},
		{"browser", takeover, name + "; client_max_window_bits", name},
		{
			"no takeover", noTakeover, name + "; client_max_window_bits",
			name + "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=11; client_max_window_bits=10",
		},
		{
			"window that cannot be bounded", websocket.Compression{Mode: websocket.ContextTakeover, PeerWindowBits: 10}, name,
			name + "; client_no_context_takeover",
		},
		{"invalid offer", takeover, name + "; server_max_window_bits=16", ""},
		{"second offer", takeover, name + "; unknown, " + name + "; server_max_window_bits=9", name + "; server_max_window_bits=9"},
		{"other extensions", takeover, "x-webkit-deflate-frame, mux; a=1, " + name + ", permessage-bzip2, " + name, name},
		{"only other extensions", takeover, "x-webkit-deflate-frame, permessage-bzip2", ""},
		{"spent budget", spent, name, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			everyWay(t, func(t *testing.T, w way) {
				p := w.start(t, server.Handler(echo, &server.Options{Compression: c.options})).dial(t)
				field := "Sec-WebSocket-Extensions: " + c.offer
				if c.offer == "" {
					field = "Sec-WebSocket-Extensions"
				}
				p.say(request(field))
				if got := extensions(wantStatus(t, p, http.StatusSwitchingProtocols)); got != c.respond {
					t.Errorf("got %q\nwant %q", got, c.respond)
				}
				p.say(frame(protocol.OpText, "Hello")) // below the threshold: neither side compresses it
				p.wantFrame(protocol.OpText, "Hello")
			})
		})
	}
}

// A budget that does not have the windows leaves no context takeover to either side.
func TestSmallBudget(t *testing.T) {
	budget := websocket.NewBudget(1)
	o := &server.Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}}
	everyWay(t, func(t *testing.T, w way) {
		p := w.start(t, server.Handler(echo, o)).dial(t)
		p.say(request("Sec-WebSocket-Extensions: permessage-deflate"))
		const want = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
		if got := extensions(wantStatus(t, p, http.StatusSwitchingProtocols)); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
	if n := budget.Used(); n != 0 {
		t.Errorf("%d bytes are in use", n)
	}
}

// Whatever the options, a malformed field is refused.
//
//rfc:6455-9.1-2
func TestCompressionMalformed(t *testing.T) {
	o := &server.Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover}}
	everyWay(t, func(t *testing.T, w way) {
		p := w.start(t, server.Handler(echo, o)).dial(t)
		p.say(request("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits="))
		wantRefusal(t, p, http.StatusBadRequest, "6455-9.1-2", nil)
	})
}

// Options that mean nothing are found: Serve does not start, and a request through net/http is refused.
func TestCompressionOptions(t *testing.T) {
	for option, c := range map[string]websocket.Compression{
		"Mode":           {Mode: 7},
		"Level":          {Level: 10},
		"WindowBits":     {Mode: websocket.ContextTakeover, WindowBits: 7},
		"PeerWindowBits": {Mode: websocket.ContextTakeover, PeerWindowBits: 16},
	} {
		o := &server.Options{Compression: c}
		if err := panicOf(func() { server.Handler(echo, o) }); err == nil || !strings.Contains(err.Error(), "Options.Compression."+option) {
			t.Errorf("%s: Handler panics with %v", option, err)
		}
		s := &server.Server{Options: *o, Handle: echo}
		if err := s.Serve(listen(t)); err == nil || !strings.Contains(err.Error(), "Options.Compression."+option) {
			t.Errorf("%s: Serve returned %v", option, err)
		}
		errs := make(chan error, 1)
		a := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
			_, err := server.Accept(w, r, o)
			errs <- err
		})
		p := a.dial(t)
		p.say(request())
		wantBody(t, wantStatus(t, p, http.StatusInternalServerError), "Internal Server Error\n")
		var e *handshake.Error
		if err := <-errs; !errors.As(err, &e) || !strings.Contains(e.Text, "Options.Compression."+option) {
			t.Errorf("%s: Accept returned %v", option, err)
		}
	}
}

// A connection that does not come about gives back what it has reserved.
func TestBudgetWithoutConnection(t *testing.T) {
	budget := websocket.NewBudget(1 << 20)
	o := &server.Options{Compression: websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}}
	r := httptest.NewRequest("GET", "http://server.example.com/chat", nil)
	for _, f := range []string{
		"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: " + sampleKey, "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Extensions: permessage-deflate",
	} {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Set(name, value)
	}
	if _, err := server.Accept(httptest.NewRecorder(), r, o); err == nil { // which cannot be hijacked
		t.Error("accepted")
	}
	if n := budget.Used(); n != 0 {
		t.Errorf("%d bytes are in use", n)
	}
}

// Nor does one that ends between the negotiation and the connection keep anything.
func TestBudgetAfterEnd(t *testing.T) {
	for name, end := range map[string]func(*server.Server, *peer){
		"the client leaves":  func(_ *server.Server, p *peer) { p.Close() },
		"the server is shut": func(s *server.Server, _ *peer) { s.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			budget := websocket.NewBudget(1 << 20)
			l := newPipeListener()
			s := server.Handler(echo, nil)
			s.Compression = websocket.Compression{Mode: websocket.ContextTakeover, Budget: budget}
			var p *peer
			s.Check = func(*http.Request, http.Header) error {
				end(s, p)
				return nil
			}
			var reported error
			s.OnError = func(_ *http.Request, err error) { reported = err }
			go s.Serve(l)
			p = l.dial(t)
			p.say(request("Sec-WebSocket-Extensions: permessage-deflate"))
			synctest.Wait()
			if n := budget.Used(); n != 0 || reported == nil {
				t.Errorf("%s: %d bytes are in use, error %v", name, n, reported)
			}
			s.Close()
		})
	}
}
