package serve

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
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
			_, address := ws.Serve(t)
			args := append(strings.Fields(c.flags), "ws://"+address+"/")
			ws.Connect(t, c.stdin, args...).Want(0, c.stdout, "")
		})
	}
}

func TestConnectPrintsBinaryAsHex(t *testing.T) {
	_, address := ws.Serve(t)
	listener := ws.Start(t, "connect", "ws://"+address+"/broadcast")
	listener.Say("here\n")
	listener.Stdout.Wait(t, "here\n")
	ws.Connect(t, "\xff\x00x\n", "-binary", "ws://"+address+"/broadcast").Want(0, "\xff\x00x", "")
	listener.Stdout.Wait(t, "ff0078\n")
	listener.Stdin.Close()
	listener.Want(0, "here\nff0078\n", "")
}

func TestServeTLS(t *testing.T) {
	_, cert, key := wstest.Identity(t)
	for name, flags := range map[string][]string{
		"self-signed": {"-tls-self-signed"},
		"files":       {"-tls-cert", cert, "-tls-key", key},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := ws.Serve(t, flags...)
			url := "wss://" + address + "/"
			ws.Connect(t, "secret\n", "-insecure", url).Want(0, "secret\n", "")
			if strict := ws.Connect(t, "secret\n", url); <-strict.Ended != command.ExitFailed {
				t.Error("connected to a server that nobody vouches for")
			}
			s.Stderr.Wait(t, "tls: bad certificate\n")
			browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
			wantPage(t, browser, "https://"+address)
		})
	}
}

func TestServePage(t *testing.T) {
	_, address := ws.Serve(t)
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
	_, address := ws.Serve(t, "-subprotocol", "one, two", "-subprotocol", "three")
	url := "ws://" + address + "/"
	ws.Connect(t, "", "-subprotocol", "four,three", "-subprotocol", "two", url).
		Want(0, "", "ws: connected to "+url+", subprotocol three\n")
	ws.Connect(t, "", "-subprotocol", "four", url).Want(0, "", "ws: connected to "+url+", without a subprotocol\n")
}

func TestServeOrigins(t *testing.T) {
	s, address := ws.Serve(t, "-origin", "https://*.example.com")
	url := "ws://" + address + "/"
	ws.Connect(t, "", "-origin", "https://a.example.com", url).Want(0, "", "")
	ws.Connect(t, "", "-origin", "https://example.org", url).Want(command.ExitFailed, "", "ws: dial ws://"+address+
		": handshake: the server answered 403 Forbidden [6455-4.1-37]: "+
		`"Forbidden: Origin is neither the server's own, which is that of Host, nor one of Options.Origins; `+
		"a proxy has to pass Host on (nginx: proxy_set_header Host $http_host) [6455-10.2-2]\"\n")
	s.Stderr.Wait(t, `: origin "https://example.org" refused, -origin allows it`+"\n")
}

// A request that is too long is refused, and the flag named that takes it.
func TestServeMaxHeader(t *testing.T) {
	p, address := ws.Serve(t, "-max-header", "1000")
	long := "X-Long: " + strings.Repeat("x", 1000)
	refused := ws.Connect(t, "", "-H", long, "ws://"+address)
	refused.WantStatus(command.ExitFailed)
	if text := refused.Stderr.String(); !strings.Contains(text, "431") {
		t.Error(text)
	}
	p.Stderr.Wait(t, "the head is longer than 1000 bytes, -max-header raises the limit [")
	_, address = ws.Serve(t, "-max-header", "2000")
	ws.Connect(t, "hello\n", "-H", long, "ws://"+address).Want(0, "hello\n", "")
}

// A handshake that a proxy has taken Upgrade off is refused, not answered with the page.
func TestServeStrippedHandshake(t *testing.T) {
	s, address := ws.Serve(t)
	for _, field := range []string{"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"} {
		for protocol, status := range map[string]int{"HTTP/1.1": http.StatusUpgradeRequired, "HTTP/1.0": http.StatusHTTPVersionNotSupported} {
			nc, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(nc, "GET / "+protocol+"\r\nHost: "+address+"\r\nConnection: close\r\n"+field+"\r\n\r\n")
			r, err := http.ReadResponse(bufio.NewReader(nc), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r.Body)
			nc.Close()
			if r.StatusCode != status || !strings.Contains(string(body), "Upgrade") || strings.Contains(string(body), "<html") {
				t.Errorf("%s, %s: %s, %v\n%s", protocol, field, r.Status, err, body)
			}
			s.Stderr.Wait(t, "ws: "+nc.LocalAddr().String()+": ")
		}
	}
}

func TestServeReadLimit(t *testing.T) {
	_, address := ws.Serve(t, "-read-limit", "10")
	ws.Connect(t, "0123456789\n0123456789a\n", "ws://"+address+"/").
		Want(command.ExitClosed, "0123456789\n", "ws: closed by the peer: 1009 (message too big): \"message too big\"\n")
}

// A port that is taken is named with the flag that chooses another one.
func TestServeCannotListen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	for _, name := range []string{"serve", "demo"} {
		ws.Start(t, name, "-addr", taken).Want(command.ExitFailed, "",
			"ws: "+taken+" is in use already: choose another port with -addr, or a free one with -addr 127.0.0.1:0\n")
		p := ws.Start(t, name, "-addr", "127.0.0.1:none")
		p.Stderr.Wait(t, "ws: listen tcp: lookup tcp/none: ")
		p.WantStatus(command.ExitFailed)
	}
}

func TestInvitation(t *testing.T) {
	loopback, all := net.IPv4(127, 0, 0, 1), net.IPv6unspecified
	for _, c := range []struct {
		o    flags
		at   net.TCPAddr
		want string
	}{
		{flags{}, net.TCPAddr{IP: loopback, Port: 8080},
			"listening: open http://127.0.0.1:8080/ or run: ws connect ws://127.0.0.1:8080/"},
		{flags{}, net.TCPAddr{IP: all, Port: 8080},
			"listening on all interfaces: open http://localhost:8080/ or run: ws connect ws://localhost:8080/"},
		{flags{certificate: listen.Certificate{Cert: "x"}}, net.TCPAddr{IP: net.IPv6loopback, Port: 1},
			"listening: open https://[::1]:1/ or run: ws connect wss://[::1]:1/"},
		{flags{certificate: listen.Certificate{SelfSigned: true}}, net.TCPAddr{IP: loopback, Port: 1},
			"listening: open https://127.0.0.1:1/ or run: ws connect -insecure wss://127.0.0.1:1/"},
	} {
		if got := c.o.invitation(&c.at); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

func TestServeDrainsOnSignal(t *testing.T) {
	s, address := ws.Serve(t)
	invitation := s.Stdout.String()
	var clients []*wstest.Process
	for _, path := range []string{"/", "/", "/broadcast"} {
		c := ws.Start(t, "connect", "ws://"+address+path)
		c.Say("here\n")
		c.Stdout.Wait(t, "here\n")
		clients = append(clients, c)
	}
	s.Signals <- os.Interrupt
	for _, c := range clients {
		c.Want(0, "here\n", "ws: closed by the peer: 1001 (going away): \"server shutting down\"\n")
	}
	s.Want(0, invitation, "")
}

func TestServeDoesNotWaitForEver(t *testing.T) {
	for _, c := range []struct {
		name   string
		start  func(testing.TB, ...string) (*wstest.Process, string)
		path   string
		again  bool
		status int
		stderr string
	}{
		{"serve, a second signal", ws.Serve, "/", true, command.ExitInterrupt, ""},
		{"serve, no second signal", ws.Serve, "/", false, command.ExitFailed, "ws: connections were cut that did not close within 3s\n"},
		{"demo, a second signal", ws.Demo, "/ws/prices", true, command.ExitInterrupt, ""},
		{"demo, no second signal", ws.Demo, "/ws/prices", false, command.ExitFailed, "ws: connections were cut that did not close within 1s\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, address := c.start(t)
			invitation := s.Stdout.String()
			silent, _, err := client.Dial(t.Context(), "ws://"+address+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer silent.CloseNow() // it never reads, so it never answers the Close frame
			if err := silent.Write(t.Context(), websocket.Text, nil); err != nil {
				t.Fatal(err)
			}
			s.Signals <- os.Interrupt
			if c.again {
				s.Signals <- os.Interrupt
			}
			s.Want(c.status, invitation, c.stderr)
		})
	}
}

func TestServeEndsOnSIGTERM(t *testing.T) {
	s, _ := ws.Serve(t)
	s.Signals <- syscall.SIGTERM
	s.Want(0, s.Stdout.String(), "")
}
