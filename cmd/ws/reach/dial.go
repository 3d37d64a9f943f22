package reach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ParseURL reads the URL of a server. As in browsers http and https stand for ws and
// wss. The error is one of usage.
func ParseURL(text string) (*url.URL, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return nil, command.BadUsage("%q is no URL such as ws://localhost:8080/", text)
	}
	switch strings.ToLower(scheme) {
	case "http":
		scheme = "ws"
	case "https":
		scheme = "wss"
	}
	u, err := handshake.ParseURL(scheme + "://" + rest)
	var e *handshake.Error
	if errors.As(err, &e) {
		return nil, command.BadUsage("%q: %s", text, e.Text)
	}
	return u, err
}

// CheckURL explains what is wrong with a URL that client.Dial is given.
func CheckURL(text string) error {
	_, err := ParseURL(text)
	return err
}

// refusalStart is how much of the body of a refusal is shown, in bytes.
const refusalStart = 200

// Explain returns why a dial has failed, with what the server says about it.
func Explain(err error, response *http.Response) error {
	var e *client.Error
	var unfit *handshake.Error
	if errors.As(err, &e) && e.Stage == client.StageURL && errors.As(err, &unfit) {
		return command.BadUsage("%s", unfit.Text)
	}
	if response == nil || response.StatusCode == http.StatusSwitchingProtocols {
		return err
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, refusalStart)) // what there is of it
	text, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if text == "" {
		return err
	}
	return fmt.Errorf("%w: %q", err, strings.TrimSpace(text))
}

// Dial connects, unless a signal comes first.
func Dial(url string, o *client.Options, signals <-chan os.Signal) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var c *websocket.Conn
	var response *http.Response
	done := make(chan error, 1)
	go func() {
		var err error
		if c, response, err = client.Dial(ctx, url, o); err != nil {
			err = Explain(err, response)
		}
		done <- err
	}()
	select {
	case err := <-done:
		return c, response, err
	case s := <-signals:
		cancel()
		if err := <-done; err == nil {
			c.CloseNow()
		}
		return nil, nil, command.Interrupted(s)
	}
}
