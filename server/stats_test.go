package server_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Each handshake counts once: as accepted, as refused by its status, or as failed.
func TestStatsOfHandshakes(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		s := server.Handler(echo, &server.Options{Check: func(r *http.Request, _ http.Header) error {
			if r.URL.Path == "/teapot" {
				return &handshake.Error{Status: http.StatusTeapot, Text: "no coffee"}
			}
			return nil
		}})
		s.Transport = func(r *http.Request, nc net.Conn) net.Conn {
			if r.URL.Path == "/breaks" {
				nc.Close()
			}
			return nc
		}
		a := w.start(t, s)
		a.connect(t).Close()
		for path, fields := range map[string][]string{
			"/":       {"Sec-WebSocket-Key"},
			"/a":      {"Origin: https://elsewhere.example"},
			"/b":      {"Origin: https://elsewhere.example"},
			"/teapot": nil,
			"/breaks": nil,
		} {
			p := a.dial(t)
			p.say(request(append(fields, "GET "+path+" HTTP/1.1")...))
			p.wantCut()
			p.Close()
		}
		until(t, "all are counted", func() bool {
			st := s.Stats()
			return st.Conns == 0 && st.Handshakes == 0 && st.Failed > 0
		})
		st := s.Stats()
		if fmt.Sprint(st.Refused) != "map[400:1 403:2 418:1]" || st.Accepted != 1 || st.Failed != 1 {
			t.Errorf("%+v", st)
		}
	})
}

// The bytes of connections that are gone are not forgotten, and all make sense as JSON.
func TestStatsOfBytes(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		s := server.Handler(echo, nil)
		a := w.start(t, s)
		stays := a.connect(t)
		for range 3 {
			p := a.connect(t)
			p.say(frame(protocol.OpText, "hello"))
			p.wantFrame(protocol.OpText, "hello")
			p.say(frame(protocol.OpClose, closeCode(websocket.CloseNormal)))
			p.wantClose(websocket.CloseNormal, "")
			p.wantEnd()
			p.Close()
		}
		stays.say(frame(protocol.OpText, "hello"))
		stays.wantFrame(protocol.OpText, "hello")
		until(t, "three are gone", func() bool { return s.Stats().Conns == 1 })
		const (
			in  = 4*(6+5) + 3*(6+2)
			out = 4*(2+5) + 3*(2+2)
		)
		until(t, "the last bytes are counted", func() bool { return s.Stats().BytesWritten >= out })
		if st := s.Stats(); st.BytesRead != in || st.BytesWritten != out {
			t.Errorf("%d and %d bytes, want %d and %d", st.BytesRead, st.BytesWritten, in, out)
		}
		text, err := json.Marshal(s.Stats())
		if err != nil || !strings.Contains(string(text), `"ClosedByPeer":{"1000":3}`) {
			t.Errorf("%s %v", text, err)
		}
	})
}

// A peer cannot fill the memory, nor the operator's tables, with the codes that it may choose.
func TestStatsOfManyCodes(t *testing.T) {
	s := server.Handler(echo, nil)
	l := newPipeListener()
	go s.Serve(l)
	defer s.Close()
	const conns = 200
	for i := range conns {
		p := l.dial(t)
		p.say(request())
		p.response()
		p.say(frame(protocol.OpClose, closeCode(websocket.CloseCode(4000+i))))
		p.wantCut()
	}
	until(t, "all are gone", func() bool { return s.Stats().Conns == 0 && s.Stats().Accepted == conns })
	st := s.Stats()
	if len(st.ClosedByPeer) != 65 || st.ClosedByPeer[0] != conns-64 {
		t.Errorf("%d codes, %d of others", len(st.ClosedByPeer), st.ClosedByPeer[0])
	}
}

// What Stats returns does not change.
func TestStatsAreACopy(t *testing.T) {
	s := server.Handler(echo, nil)
	a := way{}.start(t, s)
	lose := func(n int64) server.Stats {
		a.connect(t).Close()
		until(t, "it is counted", func() bool { return s.Stats().ClosedByPeer[websocket.CloseAbnormal] == n })
		return s.Stats()
	}
	st := lose(1)
	lose(2)
	if st.ClosedByPeer[websocket.CloseAbnormal] != 1 {
		t.Errorf("%+v", st)
	}
}
