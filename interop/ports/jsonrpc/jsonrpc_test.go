package jsonrpc

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	gorilla "github.com/gorilla/websocket"
	"github.com/sourcegraph/jsonrpc2"
	peer "github.com/sourcegraph/jsonrpc2/websocket"
)

// add is a method "add" that adds numbers.
var add = jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	var numbers []int
	if r.Method != "add" || r.Params == nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: r.Method}
	}
	if err := json.Unmarshal(*r.Params, &numbers); err != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	sum := 0
	for _, n := range numbers {
		sum += n
	}
	return sum, nil
})

// Client and server talk to gorilla's and to each other, with many calls at a
// time in both directions.
func TestCalls(t *testing.T) {
	handlers := map[string]http.Handler{"ours": Server(add), "gorilla's": gorillas(add)}
	dialers := map[string]func(context.Context, string, jsonrpc2.Handler) (*jsonrpc2.Conn, error){
		"ours": Dial, "gorilla's": dialGorilla,
	}
	for s, handler := range handlers {
		for d, dial := range dialers {
			t.Run(d+" to "+s, func(t *testing.T) {
				hs := httptest.NewServer(handler)
				defer hs.Close()
				c, err := dial(t.Context(), "ws://"+hs.Listener.Addr().String(), add)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				call(t, c)
			})
		}
	}
}

// call makes calls from many goroutines.
func call(t *testing.T, c *jsonrpc2.Conn) {
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for j := range 50 {
				var sum int
				if err := c.Call(t.Context(), "add", []int{i, j}, &sum); err != nil || sum != i+j {
					t.Errorf("%d + %d is %d, %v", i, j, sum, err)
					return
				}
			}
		})
	}
	wg.Wait()
	err, is := errors.AsType[*jsonrpc2.Error](c.Call(t.Context(), "sub", nil, nil))
	if !is || err.Code != jsonrpc2.CodeMethodNotFound {
		t.Errorf("a method that there is not: %v", err)
	}
}

// A call that is too large ends the connection, and all calls with it.
func TestTooLarge(t *testing.T) {
	hs := httptest.NewServer(Server(add))
	defer hs.Close()
	c, err := dialGorilla(t.Context(), "ws://"+hs.Listener.Addr().String(), add)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Call(t.Context(), "add", strings.Repeat("x", maxMessage), nil); err == nil {
		t.Error("was answered")
	}
}

// gorillas is Server with gorilla's connection.
func gorillas(h jsonrpc2.Handler) http.Handler {
	var upgrader gorilla.Upgrader
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		<-jsonrpc2.NewConn(r.Context(), peer.NewObjectStream(c), h).DisconnectNotify()
	})
}

// dialGorilla is Dial with gorilla's connection.
func dialGorilla(ctx context.Context, url string, h jsonrpc2.Handler) (*jsonrpc2.Conn, error) {
	c, _, err := gorilla.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return jsonrpc2.NewConn(ctx, peer.NewObjectStream(c), h), nil
}
