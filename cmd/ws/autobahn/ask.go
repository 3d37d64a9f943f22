package autobahn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// askTime bounds what is no case. The suite writes a page for each case and agent
// into its report.
const askTime = 3 * time.Minute

// count asks for the number of cases.
func (o *flags) count(ctx context.Context) (int, error) {
	text, err := o.ask(ctx, "getCaseCount", nil)
	if err != nil {
		return 0, err
	}
	count, err := strconv.Atoi(string(text))
	if err != nil || count < 0 {
		return 0, fmt.Errorf("the number of cases is %.20q", text)
	}
	return count, nil
}

// status asks what the server thinks of a case that was run.
func (o *flags) status(ctx context.Context, which url.Values) (verdict string, err error) {
	text, err := o.ask(ctx, "getCaseStatus", which)
	if err != nil {
		return "", fmt.Errorf("the server does not say what it thinks of it: %w", err)
	}
	var status struct{ Behavior string }
	if err := json.Unmarshal(text, &status); err != nil || !isVerdict(status.Behavior) {
		return "", fmt.Errorf("what the server thinks of it is %.100q", text)
	}
	return status.Behavior, nil
}

// isVerdict reports whether s looks like one of the suite.
func isVerdict(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ- ") == ""
}

// ask returns the message that the server has for those who ask for name.
func (o *flags) ask(ctx context.Context, name string, query url.Values) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	c, err := o.dial(ctx, name, query)
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx, websocket.CloseNormal, "")
	_, text, err := c.Read(ctx)
	return text, err
}

// updateReports has the server write its report, which may take it a while.
func (o *flags) updateReports(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	c, err := o.dial(ctx, "updateReports", nil)
	if err != nil {
		return err
	}
	defer c.CloseNow()
	_, _, err = c.Read(ctx)
	var peer *websocket.CloseError
	if errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal {
		<-c.Done()
		return nil
	}
	return fmt.Errorf("the report: %w", err)
}

// dial connects to what the fuzzing server calls name.
func (o *flags) dial(ctx context.Context, name string, query url.Values) (*websocket.Conn, error) {
	u, err := url.Parse(o.url)
	if err != nil {
		return nil, err
	}
	u = u.JoinPath(name)
	all := url.Values{"agent": {o.agent}}
	for key, values := range query {
		all[key] = values
	}
	u.RawQuery = all.Encode()
	c, _, err := client.Dial(ctx, u.String(), &client.Options{
		Conn:        websocket.Options{MaxMessage: command.MaxMessage},
		Compression: o.compression.Options(),
	})
	return c, err
}
