package autobahn

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

// runCases runs the cases chosen and has the server write its report. The error
// says which have not passed, or why not all were run.
func (o *flags) runCases(ctx context.Context, env command.Environment) error {
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
		if verdict, end, err = o.runCase(ctx, n, env); err != nil {
			err = fmt.Errorf("case %d: %w", n, err)
			break
		}
		fmt.Fprintf(env.Stdout, "case %d of %d: %s, %s\n", n, count, verdict, end)
		t.add(n, verdict)
	}
	if err == nil {
		err = o.updateReports(ctx)
	}
	fmt.Fprintln(env.Stdout, t.summary())
	return errors.Join(t.failure(), err)
}

// runCase echoes through a case. It returns what the server thinks of that, and
// how the connection ended. The error says that the case was not run.
func (o *flags) runCase(ctx context.Context, n int, env command.Environment) (verdict, end string, err error) {
	which := url.Values{"case": {strconv.Itoa(n)}}
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	err = o.visit(limited, which)
	var notReached *client.Error
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case limited.Err() != nil:
		return cut, fmt.Sprintf("after %v", o.timeout), nil
	case errors.As(err, &notReached) && notReached.Stage != client.StageHandshake:
		return "", "", err
	}
	verdict, notTold := o.status(ctx, which)
	return verdict, ending(err, env), notTold
}

// visit asks for a case and echoes until its end, which the error is. A handshake
// that the client refuses may be what the case is about.
func (o *flags) visit(ctx context.Context, which url.Values) error {
	c, err := o.dial(ctx, "runCase", which)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { c.CloseNow() })()
	err = serve.Echo(c)
	<-c.Done()
	return err
}

// ending says how a connection ended.
func ending(err error, env command.Environment) string {
	var peer *websocket.CloseError
	if errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal {
		return peer.Code.String()
	}
	return env.Line(err)
}
