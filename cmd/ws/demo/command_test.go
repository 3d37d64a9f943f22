package demo_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/connect"
	"github.com/seed372fb791/rfc6455/cmd/ws/demo"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// ws has the commands that the tests run.
var ws = wstest.New(demo.Command, connect.Command)

func TestDemo(t *testing.T) {
	p, address := ws.Demo(t)
	r, err := http.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 {
		t.Error(r.Status)
	}
	c := ws.Connect(t, `{"kind": "join", "name": "Ann"}`+"\n", "ws://"+address+"/ws/chat")
	c.Stdout.Wait(t, `{"kind":"you","name":"Ann"}`)
	stays := ws.Start(t, "connect", "ws://"+address+"/ws/prices")
	stays.Stdout.Wait(t, `"viewers":1`)
	invitation := p.Stdout.String()
	p.Signals <- os.Interrupt
	p.Want(0, invitation, "")
	stays.Stderr.Wait(t, "closed by the peer: 1001 (going away)")
}
