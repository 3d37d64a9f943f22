package outages

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// settings are what a server's process is told, in the environment variable
// OUTAGES.
type settings struct {
	Address   string // to listen at
	HTTP      bool   // through net/http
	Keepalive time.Duration
	Files     uint64 // at most, 0 for as many as there are
}

// report is a line that a server's process prints.
type report struct {
	Got   string // a message
	Error string // of OnError, or a line of net/http's log
	Ready bool   // it listens
}

func TestMain(m *testing.M) {
	text, is := os.LookupEnv("OUTAGES")
	if !is {
		os.Exit(m.Run())
	}
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		log.Fatal(err)
	}
	log.Fatal(s.serve())
}

// stdout is what the process prints, a line at a time.
var stdout struct {
	sync.Mutex
	*json.Encoder
}

func say(r report) {
	stdout.Lock()
	defer stdout.Unlock()
	stdout.Encode(r)
}

// logged says what is written to a log.
type logged struct{}

func (logged) Write(line []byte) (int, error) {
	say(report{Error: string(line)})
	return len(line), nil
}

// serve is the server's process.
func (s settings) serve() error {
	stdout.Encoder = json.NewEncoder(os.Stdout)
	if s.Files > 0 {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: s.Files, Max: s.Files}); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", s.Address)
	if err != nil {
		return err
	}
	say(report{Ready: true})
	ws := server.Handler(converse, &server.Options{
		Conn:    websocket.Options{Keepalive: s.Keepalive},
		Check:   check,
		OnError: func(_ *http.Request, err error) { say(report{Error: err.Error()}) },
	})
	if s.HTTP {
		return (&http.Server{Handler: ws, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(logged{}, "", 0)}).Serve(l)
	}
	return ws.Serve(l)
}

// check refuses as the query says: status, and what field after it.
func check(r *http.Request, response http.Header) error {
	status, err := strconv.Atoi(r.URL.Query().Get("refuse"))
	if err != nil {
		return nil
	}
	if after := r.URL.Query().Get("after"); after != "" {
		response.Set("Retry-After", after)
	}
	return &handshake.Error{Status: status}
}

// converse prints each message and sends it back. "close N" has the server
// close with that code, "files" has it say how many descriptors it has open.
func converse(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		text := string(m.Data)
		if code, is := strings.CutPrefix(text, "close "); is {
			n, _ := strconv.Atoi(code)
			return c.Close(ctx, websocket.CloseCode(n), "")
		}
		if text == "files" {
			text = fmt.Sprint(openFiles())
		} else {
			say(report{Got: text})
		}
		if err := c.WriteText(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// openFiles returns how many descriptors are open, -1 if there is none left to
// find out with.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}
