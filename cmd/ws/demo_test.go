package main

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/protocol"
)

// startDemo starts ws demo on a free port and returns "host:port".
func startDemo(t *testing.T, flags ...string) (*process, string) {
	t.Helper()
	p := start(t, append([]string{"demo", "-addr", "127.0.0.1:0"}, flags...)...)
	p.stdout.wait(t, "/\n")
	return p, strings.TrimSuffix(strings.TrimPrefix(p.stdout.String(), "open http://"), "/\n")
}

func TestDemo(t *testing.T) {
	p, address := startDemo(t)
	r, err := http.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 {
		t.Error(r.Status)
	}
	c := connect(t, `{"kind": "join", "name": "Ann"}`+"\n", "ws://"+address+"/ws/chat")
	c.stdout.wait(t, `{"kind":"you","name":"Ann"}`)
	stays := start(t, "connect", "ws://"+address+"/ws/prices")
	stays.stdout.wait(t, `"viewers":1`)
	invitation := p.stdout.String()
	p.signals <- os.Interrupt
	p.want(0, invitation, "")
	stays.stderr.wait(t, "closed by the peer: 1001 (going away)")
}

// Who does not read does not hold up the end for long, and not at all after a second signal.
func TestDemoDoesNotWait(t *testing.T) {
	for _, c := range []struct {
		name   string
		again  bool
		status int
		stderr string
	}{
		{"a second signal", true, exitInterrupt, ""},
		{"no second signal", false, exitFailed, "ws: connections were cut that did not close within 1s\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, address := startDemo(t)
			invitation := p.stdout.String()
			silent, _, err := client.Dial(t.Context(), "ws://"+address+"/ws/prices", nil)
			if err != nil {
				t.Fatal(err)
			}
			defer silent.CloseNow() // it never reads, so it never answers the Close frame
			if err := silent.Write(t.Context(), protocol.Text, []byte("{}")); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			p.signals <- os.Interrupt
			if c.again {
				p.signals <- os.Interrupt
			}
			p.want(c.status, invitation, c.stderr)
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestDemoInvitation(t *testing.T) {
	phones := []net.IP{net.IPv4(192, 168, 1, 5), net.IPv4(10, 0, 0, 7)}
	for _, c := range []struct {
		at    net.TCPAddr
		addrs []net.IP
		want  string
	}{
		{net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, phones, "open http://127.0.0.1:8080/"},
		{net.TCPAddr{IP: net.IPv6loopback, Port: 1}, phones, "open http://[::1]:1/"},
		{net.TCPAddr{IP: net.IPv6unspecified, Port: 80}, nil, "open http://localhost:80/"},
		{net.TCPAddr{IP: net.IPv4zero, Port: 80}, phones, "open http://localhost:80/\n" +
			"from other devices http://192.168.1.5:80/\nfrom other devices http://10.0.0.7:80/"},
	} {
		if got := demoInvitation(&c.at, c.addrs); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
	for _, ip := range localAddrs() {
		if ip.IsLoopback() || ip.To4() == nil {
			t.Errorf("not for other devices: %v", ip)
		}
	}
}
