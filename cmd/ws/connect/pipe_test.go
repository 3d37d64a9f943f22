//go:build unix

package connect

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Who reads stdout may have seen enough: that is no failure, and the server is
// told properly. Nothing waits for stdin.
func TestConnectBrokenPipe(t *testing.T) {
	for _, flags := range []string{"", "-exec 'cat; echo' "} {
		t.Run(flags, func(t *testing.T) { breakPipe(t, flags) })
	}
}

func breakPipe(t *testing.T, flags string) {
	closed := make(chan error, 1)
	url := wstest.Listen(t, func(ctx context.Context, c *websocket.Conn) error {
		go func() {
			for n := 0; c.WriteText(ctx, fmt.Sprint(n)) == nil; n++ {
			}
		}()
		_, _, err := c.Read(ctx)
		closed <- err
		return err
	})
	ctx, cancel := context.WithTimeout(t.Context(), wstest.Patience)
	defer cancel()
	shell := wstest.Shell(t, ctx, "set -o pipefail; ws connect "+flags+url+" | head -3")
	shell.Path, shell.Args[0] = wstest.Need(t, "bash"), "bash"
	stdin, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if out, err := shell.CombinedOutput(); err != nil || string(out) != "0\n1\n2\n" {
		t.Errorf("%q, %v", out, err)
	}
	var end *websocket.CloseError
	if err := <-closed; !errors.As(err, &end) || end.Code != websocket.CloseNormal {
		t.Errorf("the server sees %v", err)
	}
}
