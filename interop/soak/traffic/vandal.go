package traffic

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/interop/internal/raw"
	"github.com/seed372fb791/rfc6455/protocol"
)

// vandal is a peer that does not behave, on a bare socket.
type vandal struct {
	site *site
	r    *rand.Rand

	way way
	tcp *net.TCPConn
	nc  net.Conn // tcp, or TLS over it
	in  *bufio.Reader
}

// fault is what vandals do. cause returns nil if the server has taken it as it has to.
type fault struct {
	name  string
	cause func(*vandal) error
}

// run causes one fault after the other, all of one kind, until ctx ends, which also
// ends what is under way.
func (v *vandal) run(ctx context.Context, kind int) {
	for ctx.Err() == nil {
		err := v.cause(ctx, faults[kind])
		switch {
		case ctx.Err() != nil:
		case err != nil:
			v.site.tally.fail("%s, %s: %v", faults[kind].name, v.way.name, err)
		default:
			v.site.tally.faults[kind].Add(1)
		}
		select {
		case <-time.After(v.site.rest/2 + time.Duration(v.r.Int64N(int64(v.site.rest)))):
		case <-ctx.Done():
		}
	}
}

// cause connects, and causes one fault.
func (v *vandal) cause(ctx context.Context, f fault) error {
	if err := v.connect(ctx); err != nil {
		return err
	}
	defer v.tcp.Close()
	defer context.AfterFunc(ctx, func() { v.tcp.Close() })()
	return f.cause(v)
}

func (v *vandal) connect(ctx context.Context) error {
	v.way = v.site.ways[v.r.IntN(len(v.site.ways))]
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", v.way.addr)
	if err != nil {
		return err
	}
	v.tcp = nc.(*net.TCPConn)
	v.nc = nc
	nc.SetDeadline(time.Now().Add(bound))
	if v.way.secure {
		v.nc = tls.Client(nc, &tls.Config{RootCAs: v.site.trusted, ServerName: "127.0.0.1"})
	}
	v.in = bufio.NewReader(v.nc)
	return nil
}

// open makes the opening handshake.
func (v *vandal) open(path string) error {
	if err := v.send(raw.Request(v.way.addr, path)); err != nil {
		return err
	}
	return v.wantStatus(http.StatusSwitchingProtocols)
}

func (v *vandal) send(p []byte) error {
	_, err := v.nc.Write(p)
	return err
}

func (v *vandal) wantStatus(want int) error {
	status, err := raw.Status(v.in)
	if err == nil && status != want {
		err = fmt.Errorf("answered with %d, not %d", status, want)
	}
	return err
}

func (v *vandal) wantClose(want protocol.CloseCode) error {
	code, err := raw.ReadClose(v.in)
	if err == nil && code != want {
		err = fmt.Errorf("closed with %v, not %v", code, want)
	}
	return err
}

// wantEnd waits until the server has closed the connection, in whatever way.
func (v *vandal) wantEnd() error {
	for {
		if _, err := v.in.Discard(4096); err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				return fmt.Errorf("still connected after %v", bound)
			}
			return nil
		}
	}
}
