package interop

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// page is peers/page.html in Chromium as a peer. The page gets its commands
// from /commands and posts its events to /events.
type page struct {
	*peer
	mux      *http.ServeMux
	commands chan command
}

func newPage() *page {
	p := &page{peer: newPeer(abilities{close: true, window: true}), mux: http.NewServeMux(), commands: make(chan command, 4096)}
	p.do = func(c command) error { p.commands <- c; return nil }
	p.mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "peers/page.html")
	})
	p.mux.HandleFunc("GET /commands", p.sendCommands)
	p.mux.HandleFunc("POST /events", p.takeEvents)
	return p
}

// sendCommands answers with all commands that are there, when there is one.
func (p *page) sendCommands(w http.ResponseWriter, r *http.Request) {
	var list []command
	select {
	case c := <-p.commands:
		list = append(list, c)
	case <-r.Context().Done():
		return
	}
	for len(p.commands) > 0 {
		list = append(list, <-p.commands)
	}
	json.NewEncoder(w).Encode(list)
}

func (p *page) takeEvents(w http.ResponseWriter, r *http.Request) {
	var list []event
	if err := json.NewDecoder(r.Body).Decode(&list); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, ev := range list {
		p.events <- ev
	}
}

// openIn opens the page of the server at url in a browser of its own.
func (p *page) openIn(t *testing.T, url string) {
	t.Helper()
	line := append(programs.Chromium(t, t.TempDir()),
		"--ignore-certificate-errors",
		"--disable-features=BackForwardCache", // or a page that was left stays connected for a while
		url+"/page")
	start(t, prepare(t, line[0], line[1:]...))
	if ev := p.next(t); ev.Event != "listening" {
		t.Fatalf("the page's first event: %v", ev)
	}
}

// The page and the WebSocket have one origin: nothing has to be allowed.
func TestChromium(t *testing.T) {
	for name, secure := range map[string]bool{"ws": false, "wss": true} {
		t.Run(name, func(t *testing.T) {
			p := newPage()
			s := serveHTTP(t, secure, server.Options{Subprotocols: []string{"chat"}}, p.mux)
			p.openIn(t, "http"+strings.TrimSuffix(strings.TrimPrefix(s.url, "ws"), "/ws"))
			testScenarios(t, toUs(s, s.url, p.peer, agreement{}))
			t.Run("shutdown", func(t *testing.T) { checkShutdown(t, s, p.peer) })
		})
	}
}

// Chromium offers client_max_window_bits, whatever it is told, and no other
// parameter.
func TestChromiumCompression(t *testing.T) {
	p := newPage()
	hs := httptest.NewServer(p.mux)
	t.Cleanup(hs.Close)
	p.openIn(t, hs.URL)
	for _, a := range append(theyTake(websocket.Client), takeover(freely)) {
		t.Run(a.name(), func(t *testing.T) {
			o := options(a)
			o.Origins = []string{hs.URL}
			s := serveRaw(t, false, o)
			testScenarios(t, toUs(s, s.url, p.peer, a))
		})
	}
}

// checkShutdown ends our server while the page is connected.
func checkShutdown(t *testing.T, s *ourServer, them *peer) {
	us, _ := toUs(s, s.url, them, agreement{}).open(t, nil)
	if err := s.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
	them.wantsClosed(t, websocket.CloseGoingAway, "server shutting down")
	<-us.Done()
}

// The page has another origin than our servers.
func TestChromiumOrigin(t *testing.T) {
	p := newPage()
	hs := httptest.NewServer(p.mux)
	t.Cleanup(hs.Close)
	p.openIn(t, hs.URL)

	o := server.Options{Subprotocols: []string{"chat"}}
	t.Run("refused", func(t *testing.T) {
		for _, s := range []*ourServer{serveHTTP(t, false, o, nil), serveRaw(t, false, o)} {
			checkRefused(t, s, p.peer)
		}
	})
	o.Origins = []string{hs.URL}
	t.Run("allowed", func(t *testing.T) {
		for _, s := range []*ourServer{serveHTTP(t, false, o, nil), serveRaw(t, true, o)} {
			checkSubprotocol(t, toUs(s, s.url, p.peer, agreement{}), []string{"chat"}, "chat")
		}
	})
	t.Run("listener", func(t *testing.T) {
		s := serveRaw(t, false, o)
		testScenarios(t, toUs(s, s.url, p.peer, agreement{}))
	})
	t.Run("leave", func(t *testing.T) { checkLeave(t, serveRaw(t, false, o), p.peer) })
}

// checkRefused has the page dial a server that does not allow its origin.
func checkRefused(t *testing.T, s *ourServer, them *peer) {
	t.Helper()
	them.tell(t, command{Do: "dial", URL: s.url})
	var refused *handshake.Error
	if err := <-s.refused; !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
		t.Errorf("our server: %v, want a refusal with 403", err)
	}
	them.conn++
	if ev := them.next(t); ev.Event != "error" {
		t.Errorf("the page's next event: %v, want error", ev)
	}
	if ev := them.next(t); ev.Event != "close" || ev.Code != int(websocket.CloseAbnormal) || ev.Clean {
		t.Errorf("the page's next event: %v, want an unclean close with code 1006", ev)
	}
}

// checkLeave has the browser go to another page.
func checkLeave(t *testing.T, s *ourServer, them *peer) {
	us, _ := toUs(s, s.url, them, agreement{}).open(t, nil)
	them.tell(t, command{Do: "leave"})
	_, _, err := us.Read(soon(t))
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != websocket.CloseGoingAway {
		t.Errorf("Read: %v, want code 1001", err)
	}
}
