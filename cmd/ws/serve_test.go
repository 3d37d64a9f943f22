package main

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestServeAndConnectTalk(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 1<<16)
	for _, c := range []struct {
		name, flags, stdin, stdout string
	}{
		{"nothing", "", "", ""},
		{"a line", "", "hello\n", "hello\n"},
		{"no line ending", "", "hello", "hello\n"},
		{"Windows", "", "one\r\ntwo\r\n", "one\ntwo\n"},
		{"empty lines", "", "\n\nx\n", "\n\nx\n"},
		{"Unicode", "", "grüße\n世界\n🎉\n", "grüße\n世界\n🎉\n"},
		{"control bytes", "", "a\x1b[31mb\x00\n", "a\x1b[31mb\x00\n"},
		{"1 MiB", "", long + "\n", long + "\n"},
		{"5 MiB", "", strings.Repeat(long, 5) + "\nend\n", strings.Repeat(long, 5) + "\nend\n"},
		{"many lines", "", strings.Repeat("line\n", 20000), strings.Repeat("line\n", 20000)},
		{"binary", "-binary", "\xff\x00\r\ny\n", "\xff\x00\ry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, address := serve(t)
			args := append(strings.Fields(c.flags), "ws://"+address+"/")
			connect(t, c.stdin, args...).want(0, c.stdout, "")
		})
	}
}

func TestConnectPrintsBinaryAsHex(t *testing.T) {
	_, address := serve(t)
	listener := start(t, "connect", "ws://"+address+"/broadcast")
	listener.say("here\n")
	listener.stdout.wait(t, "here\n")
	connect(t, "\xff\x00x\n", "-binary", "ws://"+address+"/broadcast").want(0, "\xff\x00x", "")
	listener.stdout.wait(t, "ff0078\n")
	listener.stdin.Close()
	listener.want(0, "here\nff0078\n", "")
}

func TestServeTLS(t *testing.T) {
	_, cert, key := identity(t)
	for name, flags := range map[string][]string{
		"self-signed": {"-tls-self-signed"},
		"files":       {"-tls-cert", cert, "-tls-key", key},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := serve(t, flags...)
			url := "wss://" + address + "/"
			connect(t, "secret\n", "-insecure", url).want(0, "secret\n", "")
			if strict := connect(t, "secret\n", url); <-strict.ended != exitFailed {
				t.Error("connected to a server that nobody vouches for")
			}
			s.stderr.wait(t, "tls: bad certificate\n")
			browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
			wantPage(t, browser, "https://"+address)
		})
	}
}

func TestServePage(t *testing.T) {
	_, address := serve(t)
	wantPage(t, &http.Client{}, "http://"+address)
}

// wantPage checks what a browser gets.
func wantPage(t *testing.T, browser *http.Client, origin string) {
	t.Helper()
	defer browser.CloseIdleConnections()
	for path, status := range map[string]int{"/": 200, "/?x": 200, "/favicon.ico": 404, "/broadcast": 404} {
		r, err := browser.Get(origin + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if r.StatusCode != status || err != nil {
			t.Errorf("%s: %s, %v", path, r.Status, err)
		}
		if status == 200 && (string(body) != string(page) || r.Header.Get("Content-Type") != "text/html; charset=utf-8") {
			t.Errorf("%s: another page, %v", path, r.Header)
		}
	}
}

func TestServeSubprotocols(t *testing.T) {
	_, address := serve(t, "-subprotocol", "one, two", "-subprotocol", "three")
	url := "ws://" + address + "/"
	connect(t, "", "-subprotocol", "four,three", "-subprotocol", "two", url).
		want(0, "", "ws: connected to "+url+", subprotocol three\n")
	connect(t, "", "-subprotocol", "four", url).want(0, "", "ws: connected to "+url+", without a subprotocol\n")
}

func TestServeOrigins(t *testing.T) {
	s, address := serve(t, "-origin", "https://*.example.com")
	url := "ws://" + address + "/"
	connect(t, "", "-origin", "https://a.example.com", url).want(0, "", "")
	connect(t, "", "-origin", "https://example.org", url).want(exitFailed, "", "ws: dial ws://"+address+
		": handshake: the server answered 403 Forbidden [6455-4.1-37]: "+
		`"Forbidden: Origin is neither the server's own, which is that of Host, nor one of Options.Origins; `+
		"a proxy has to pass Host on (nginx: proxy_set_header Host $http_host) [6455-10.2-2]\"\n")
	s.stderr.wait(t, `: origin "https://example.org" refused, -origin allows it`+"\n")
}

func TestServeReadLimit(t *testing.T) {
	_, address := serve(t, "-read-limit", "10")
	connect(t, "0123456789\n0123456789a\n", "ws://"+address+"/").
		want(exitClosed, "0123456789\n", "ws: closed by the peer: 1009 (message too big): \"message too big\"\n")
}

// A port that is taken is named with the flag that chooses another one.
func TestServeCannotListen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	for _, command := range []string{"serve", "demo"} {
		start(t, command, "-addr", taken).want(exitFailed, "",
			"ws: "+taken+" is in use already: choose another port with -addr, or a free one with -addr 127.0.0.1:0\n")
		p := start(t, command, "-addr", "127.0.0.1:none")
		p.stderr.wait(t, "ws: listen tcp: lookup tcp/none: ")
		p.wantStatus(exitFailed)
	}
}

func TestInvitation(t *testing.T) {
	loopback, all := net.IPv4(127, 0, 0, 1), net.IPv6unspecified
	for _, c := range []struct {
		o    serveOptions
		at   net.TCPAddr
		want string
	}{
		{serveOptions{}, net.TCPAddr{IP: loopback, Port: 8080},
			"listening: open http://127.0.0.1:8080/ or run: ws connect ws://127.0.0.1:8080/"},
		{serveOptions{}, net.TCPAddr{IP: all, Port: 8080},
			"listening on all interfaces: open http://localhost:8080/ or run: ws connect ws://localhost:8080/"},
		{serveOptions{certificate: certificate{cert: "x"}}, net.TCPAddr{IP: net.IPv6loopback, Port: 1},
			"listening: open https://[::1]:1/ or run: ws connect wss://[::1]:1/"},
		{serveOptions{certificate: certificate{selfSigned: true}}, net.TCPAddr{IP: loopback, Port: 1},
			"listening: open https://127.0.0.1:1/ or run: ws connect -insecure wss://127.0.0.1:1/"},
	} {
		if got := c.o.invitation(&c.at); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

func TestServeDrainsOnSignal(t *testing.T) {
	s, address := serve(t)
	invitation := s.stdout.String()
	var clients []*process
	for _, path := range []string{"/", "/", "/broadcast"} {
		c := start(t, "connect", "ws://"+address+path)
		c.say("here\n")
		c.stdout.wait(t, "here\n")
		clients = append(clients, c)
	}
	s.signals <- os.Interrupt
	for _, c := range clients {
		c.want(0, "here\n", "ws: closed by the peer: 1001 (going away): \"server shutting down\"\n")
	}
	s.want(0, invitation, "")
}

func TestServeDoesNotWaitForEver(t *testing.T) {
	for _, c := range []struct {
		name   string
		start  func(testing.TB, ...string) (*process, string)
		path   string
		again  bool
		status int
		stderr string
	}{
		{"serve, a second signal", serve, "/", true, exitInterrupt, ""},
		{"serve, no second signal", serve, "/", false, exitFailed, "ws: connections were cut that did not close within 3s\n"},
		{"demo, a second signal", startDemo, "/ws/prices", true, exitInterrupt, ""},
		{"demo, no second signal", startDemo, "/ws/prices", false, exitFailed, "ws: connections were cut that did not close within 1s\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, address := c.start(t)
			invitation := s.stdout.String()
			silent, _, err := client.Dial(t.Context(), "ws://"+address+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer silent.CloseNow() // it never reads, so it never answers the Close frame
			if err := silent.Write(t.Context(), websocket.Text, nil); err != nil {
				t.Fatal(err)
			}
			s.signals <- os.Interrupt
			if c.again {
				s.signals <- os.Interrupt
			}
			s.want(c.status, invitation, c.stderr)
		})
	}
}

func TestServeEndsOnSIGTERM(t *testing.T) {
	s, _ := serve(t)
	s.signals <- syscall.SIGTERM
	s.want(0, s.stdout.String(), "")
}

func TestComplain(t *testing.T) {
	r := &http.Request{RemoteAddr: "192.0.2.1:5", Header: http.Header{"Origin": {"https://example.com"}}}
	for _, c := range []struct {
		r    *http.Request
		err  error
		want string
	}{
		{nil, errors.New("accept"), "ws: accept\n"},
		{r, errors.New("lost"), "ws: 192.0.2.1:5: lost\n"},
		{r, &handshake.Error{Status: http.StatusForbidden}, "ws: 192.0.2.1:5: origin \"https://example.com\" refused, -origin allows it\n"},
		{r, server.ErrServerClosed, ""}, // it was opened while the server ended
	} {
		var b strings.Builder
		complain(&b)(c.r, c.err)
		if b.String() != c.want {
			t.Errorf("%v: %q, want %q", c.err, b.String(), c.want)
		}
	}
}
