package client_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/seed372fb791/rfc6455/client"
)

// waitWanted waits until n dials have or wait for the turn of a host.
func waitWanted(host string, n int) {
	for client.Wanted(host) < n {
		runtime.Gosched()
	}
}

// resolve has names resolved to addresses, for the time of the test.
func resolve(t *testing.T, names map[string][]string) {
	resolver := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = resolver })
	net.DefaultResolver = resolverOf(names)
}

func resolverOf(names map[string][]string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		nc, server := net.Pipe()
		go serveDNS(server, names)
		return nc, nil
	}}
}

// A resolver of the caller's own is asked for servers and for proxies.
//
//rfc:6455-4.1-10
func TestResolver(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	_, port, _ := net.SplitHostPort(s.addr)
	p := newProxy(s, "", "")
	proxy := listen(t, p.connect)
	_, proxyPort, _ := net.SplitHostPort(proxy.addr)
	resolve(t, nil) // the default one knows nothing
	o := &client.Options{Resolver: resolverOf(map[string][]string{"server.test": {"127.0.0.1"}, "proxy.test": {"127.0.0.1"}})}
	dialAll(t, o, "ws://server.test:"+port)
	o.Proxy = fixed("http://proxy.test:" + proxyPort)
	dialAll(t, o, "ws://other.test:"+port)
	dialFails(t, "ws://server.test:"+port, nil, client.StageConnect, "no such host")
}

// serveDNS answers queries that come as over TCP, each with its length in front.
func serveDNS(nc net.Conn, names map[string][]string) {
	defer nc.Close()
	for {
		var size uint16
		if binary.Read(nc, binary.BigEndian, &size) != nil {
			return
		}
		query := make([]byte, size)
		if _, err := io.ReadFull(nc, query); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(query) != nil {
			return
		}
		m.Response, m.Additionals = true, nil
		addresses := names[strings.TrimSuffix(m.Questions[0].Name.String(), ".")]
		if len(addresses) == 0 {
			m.RCode = dnsmessage.RCodeNameError
		}
		for _, address := range addresses {
			if ip := net.ParseIP(address).To4(); m.Questions[0].Type == dnsmessage.TypeA {
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
					Body:   &dnsmessage.AResource{A: [4]byte(ip)},
				})
			}
		}
		answer, err := m.AppendPack(make([]byte, 2))
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(answer, uint16(len(answer)-2))
		if _, err := nc.Write(answer); err != nil {
			return
		}
	}
}

// counter is a server that fails the test if a connection comes while another one has no answer yet.
func counter(t *testing.T) *testServer {
	var pending atomic.Int32
	return listen(t, func(nc net.Conn) {
		if n := pending.Add(1); n > 1 {
			t.Errorf("%d connections at a time are being established", n)
		}
		r, _ := readRequest(nc)
		pending.Add(-1) // before the answer, after which the next one may come
		echoTo(nc, r, nil)
	})
}

// dialAll dials all URLs at the same time.
func dialAll(t *testing.T, o *client.Options, urls ...string) {
	t.Helper()
	var wg sync.WaitGroup
	for _, url := range urls {
		wg.Go(func() {
			c, _, err := client.Dial(t.Context(), url, o)
			if err != nil {
				t.Error(err)
				return
			}
			c.CloseNow()
		})
	}
	wg.Wait()
}

// Connections to one address are established one after the other, whatever name they are for, and so are those
// to one name through a proxy.
//
//rfc:6455-4.1-5 6455-4.1-6 6455-4.1-7
func TestOneAtATime(t *testing.T) {
	noLeaks(t)
	s := counter(t)
	_, port, _ := net.SplitHostPort(s.addr)
	resolve(t, map[string][]string{"a.test": {"127.0.0.1"}, "b.test": {"127.0.0.1"}})
	var direct, proxied []string
	for range 20 {
		direct = append(direct, "ws://127.0.0.1:"+port, "ws://a.test:"+port, "ws://b.test:"+port)
		proxied = append(proxied, "ws://server.test")
	}
	dialAll(t, nil, direct...)
	dialAll(t, &client.Options{DialContext: to(s)}, proxied...)
	p := newProxy(s, "", "")
	p.asked = make(chan string, len(proxied))
	dialAll(t, &client.Options{Proxy: fixed("http://" + listen(t, p.connect).addr)}, proxied...)
}

// A dial waits for the one before it to succeed or to fail, and for no other.
//
//rfc:6455-4.1-5
func TestWaitForOther(t *testing.T) {
	noLeaks(t)
	held := make(chan net.Conn)
	var came atomic.Int32
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		if came.Add(1) == 1 { // it gets its answer from the test
			held <- nc
			drained(nc)
		} else {
			echoTo(nc, r, nil)
		}
	})
	other := listen(t, echo)
	first, second := make(chan error), make(chan error)
	dial := func(done chan error) {
		c, _, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
		if err == nil {
			c.CloseNow()
		}
		done <- err
	}
	go dial(first)
	nc := <-held
	go dial(second)
	waitWanted(s.addr, 2)
	dialAll(t, nil, "ws://"+other.addr) // another port
	select {
	case err := <-second:
		t.Fatalf("the second did not wait: %v", err)
	default:
	}
	io.WriteString(nc, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	refused(t, <-first, 403)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// A host with several addresses is reached by those that work, and one that hangs costs a moment only.
//
//rfc:6455-4.1-10
func TestSeveralAddresses(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	_, port, _ := net.SplitHostPort(s.addr)
	hangs := make(chan struct{}, 1)
	ln, err := net.Listen("tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Logf("one address only: %v", err)
		return
	}
	stuck := startServer(ln, func(nc net.Conn) {
		hangs <- struct{}{}
		drained(nc)
	})
	defer stuck.close()
	resolve(t, map[string][]string{
		"refused.test": {"127.0.0.3", "127.0.0.1"},
		"busy.test":    {"127.0.0.2", "127.0.0.1"},
		"none.test":    {},
	})
	dialAll(t, nil, "ws://refused.test:"+port)

	// While a dial to 127.0.0.2 is pending, one that could go there goes to the other address.
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, _, err := client.Dial(ctx, "ws://127.0.0.2:"+port, nil)
		done <- err
	}()
	<-hangs
	dialAll(t, nil, "ws://busy.test:"+port)
	cancel()
	wantEnd(t, <-done, client.StageHandshake, context.Canceled)

	dialFails(t, "ws://none.test:"+port, nil, client.StageConnect, "no such host")
	stuck.close()
	dialFails(t, "ws://127.0.0.2:"+port, nil, client.StageConnect, "connection refused")
}
