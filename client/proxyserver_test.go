package client_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
)

// testProxy is what the proxies of the tests have in common: where they lead to and whom they let through.
type testProxy struct {
	upstream       *testServer // reached whatever is asked for
	user, password string      // "" for everybody
	asked          chan string // what was asked for
}

func newProxy(upstream *testServer, user, password string) *testProxy {
	return &testProxy{upstream, user, password, make(chan string, 10)}
}

// connect is an HTTP proxy that takes CONNECT only.
func (p *testProxy) connect(nc net.Conn) {
	br := bufio.NewReader(nc)
	r, err := http.ReadRequest(br)
	if err != nil {
		return
	}
	p.asked <- r.Method + " " + r.RequestURI + " " + r.Host
	h := http.Header{"Authorization": r.Header["Proxy-Authorization"]}
	user, password, _ := (&http.Request{Header: h}).BasicAuth()
	if p.user != "" && (user != p.user || password != p.password) {
		io.WriteString(nc, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
		return
	}
	up, err := net.Dial("tcp", p.upstream.addr)
	if err != nil {
		io.WriteString(nc, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
		return
	}
	defer up.Close()
	io.WriteString(nc, "HTTP/1.1 200 Connection established\r\n\r\n")
	join(nc, up, br)
}

// socks is a SOCKS5 proxy (RFC 1928, RFC 1929) that takes CONNECT only.
func (p *testProxy) socks(nc net.Conn) {
	br := bufio.NewReader(nc)
	address, err := p.socksRequest(nc, br)
	if err != nil {
		return
	}
	p.asked <- address
	up, err := net.Dial("tcp", p.upstream.addr)
	if err != nil {
		nc.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0}) // connection refused
		return
	}
	defer up.Close()
	nc.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	join(nc, up, br)
}

func (p *testProxy) socksRequest(nc net.Conn, br *bufio.Reader) (address string, err error) {
	var head [2]byte
	if _, err := io.ReadFull(br, head[:]); err != nil {
		return "", err
	}
	methods := make([]byte, head[1])
	if _, err := io.ReadFull(br, methods); err != nil {
		return "", err
	}
	if p.user == "" {
		nc.Write([]byte{5, 0})
	} else if err := p.socksAuth(nc, br, methods); err != nil {
		return "", err
	}
	var request [4]byte
	if _, err := io.ReadFull(br, request[:]); err != nil {
		return "", err
	}
	host, err := socksHost(br, request[3])
	if err != nil {
		return "", err
	}
	var port uint16
	if err := binary.Read(br, binary.BigEndian, &port); err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port))), nil
}

func (p *testProxy) socksAuth(nc net.Conn, br *bufio.Reader, methods []byte) error {
	if len(methods) != 2 {
		nc.Write([]byte{5, 0xff})
		return io.EOF
	}
	nc.Write([]byte{5, 2})
	br.ReadByte()
	user, _ := counted(br)
	password, err := counted(br)
	if err != nil || user != p.user || password != p.password {
		nc.Write([]byte{1, 1})
		return io.EOF
	}
	_, err = nc.Write([]byte{1, 0})
	return err
}

func socksHost(br *bufio.Reader, kind byte) (string, error) {
	switch kind {
	case 1, 4:
		ip := make(net.IP, 4*int(kind))
		_, err := io.ReadFull(br, ip)
		return ip.String(), err
	case 3:
		return counted(br)
	}
	return "", fmt.Errorf("address type %d", kind)
}

// counted reads a string with its length in front.
func counted(br *bufio.Reader) (string, error) {
	n, err := br.ReadByte()
	if err != nil {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(br, b)
	return string(b), err
}

// proxies starts a proxy of each kind, all of the same manners, and returns their URLs without userinfo.
func (p *testProxy) start(t *testing.T) map[string]string {
	return map[string]string{
		"http":    "http://" + listen(t, p.connect).addr,
		"https":   "https://" + listen(t, overTLS(serverTLS(), p.connect)).addr,
		"socks5":  "socks5://" + listen(t, p.socks).addr,
		"socks5h": "socks5h://" + listen(t, p.socks).addr,
	}
}
