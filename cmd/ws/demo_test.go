package main

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// startDemo starts ws demo on a free port and returns "host:port".
func startDemo(t testing.TB, flags ...string) (*process, string) {
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
