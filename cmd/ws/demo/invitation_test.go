package demo

import (
	"net"
	"testing"
)

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
		if got := invitation(&c.at, c.addrs); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
	for _, ip := range localAddrs() {
		if ip.IsLoopback() || ip.To4() == nil {
			t.Errorf("not for other devices: %v", ip)
		}
	}
}
