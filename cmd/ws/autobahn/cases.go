package autobahn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

// runCases runs the cases chosen and has the server write its report. The error
// says which have not passed, or why not all were run.
func (o *flags) runCases(ctx context.Context, progress io.Writer) error {
	count, err := o.count(ctx)
	if err != nil {
		return err
	}
	first, last := 1, count
	if o.only > 0 {
		first, last = o.only, o.only
	}
	if last > count {
		return fmt.Errorf("there is no case %d, the last one is %d", last, count)
	}
	var t tally
	for n := first; n <= last; n++ {
		var verdict, end string
		if verdict, end, err = o.runCase(ctx, n); err != nil {
			err = fmt.Errorf("case %d: %w", n, err)
			break
		}
		fmt.Fprintf(progress, "case %d of %d: %s, %s\n", n, count, verdict, end)
		t.add(n, verdict)
	}
	if err == nil {
		err = o.updateReports(ctx)
	}
	fmt.Fprintln(progress, t.summary())
	return errors.Join(t.failure(), err)
}

// runCase echoes through a case. It returns what the server thinks of that, and
// how the connection ended. The error says that the case was not run.
func (o *flags) runCase(ctx context.Context, n int) (verdict, end string, err error) {
	which := url.Values{"case": {strconv.Itoa(n)}}
	c, err := o.dial(ctx, "runCase", which)
	if err != nil {
		return "", "", err
	}
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	defer context.AfterFunc(limited, func() { c.CloseNow() })()
	err = serve.Echo(c)
	<-c.Done()
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case limited.Err() != nil:
		return cut, fmt.Sprintf("after %v", o.timeout), nil
	}
	verdict, notTold := o.status(ctx, which)
	return verdict, ending(err), notTold
}

// ending says how a connection ended.
func ending(err error) string {
	var peer *websocket.CloseError
	if errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal {
		return peer.Code.String()
	}
	return command.Line(reach.Plainly(err))
}
