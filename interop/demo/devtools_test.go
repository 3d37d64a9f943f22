package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// browser is Chromium, driven by the DevTools protocol: commands go out, each with a number, their answers and events
// come in.
type browser struct {
	conn *websocket.Conn

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
	pages   map[string]*page // by session
	idle    []string         // sessions of pages that later tests may use
}

// command is one of the DevTools protocol. A session is a page's.
type command struct {
	ID        int    `json:"id"`
	SessionID string `json:"sessionId,omitempty"`
	Method    string `json:"method"`
	Params    any    `json:"params"`
}

// answer is what comes in: an answer if it has an ID, or an event.
type answer struct {
	ID        int                       `json:"id"`
	Result    json.RawMessage           `json:"result"`
	Error     *struct{ Message string } `json:"error"`
	SessionID string                    `json:"sessionId"`
	Method    string                    `json:"method"`
	Params    json.RawMessage           `json:"params"`
}

// object is a JSON object.
type object map[string]any

// chromium is the browser of all tests: to start one takes as long as many a test. Pages share nothing in it.
var chromium struct {
	sync.Mutex
	running *browser
	stop    func()
}

// sharedBrowser returns the browser, which the first test that asks for it starts.
func sharedBrowser(t *testing.T) *browser {
	t.Helper()
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.running == nil {
		chromium.running, chromium.stop = startBrowser(t)
	}
	return chromium.running
}

// stopBrowser ends it after all tests.
func stopBrowser() {
	if chromium.running != nil {
		chromium.stop()
	}
}

// startBrowser starts Chromium.
func startBrowser(t *testing.T) (b *browser, stop func()) {
	t.Helper()
	folder, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		t.Fatal(err)
	}
	line := append(programs.Chromium(t, folder), "--remote-debugging-port=0", "--hide-scrollbars",
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows")
	cmd := exec.Command(line[0], line[1:]...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopProgram := func() {
		late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer late.Stop()
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		for range 100 { // its children may still write into the folder
			if os.RemoveAll(folder) == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	b = &browser{waiting: make(map[int]chan answer), pages: make(map[string]*page)}
	b.conn, _, err = client.Dial(t.Context(), programs.DevTools(t, folder), &client.Options{
		Conn: websocket.Options{MaxMessage: 64 << 20}, // screenshots
	})
	if err != nil {
		stopProgram()
		t.Fatal(err)
	}
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		b.read()
	}()
	return b, func() {
		b.conn.CloseNow()
		<-reading
		stopProgram()
	}
}

// read hands out what comes until the connection ends.
func (b *browser) read() {
	for m, err := range b.conn.Messages(context.Background()) {
		var a answer
		if err != nil || json.Unmarshal(m.Data, &a) != nil {
			return
		}
		b.mu.Lock()
		waiting, page := b.waiting[a.ID], b.pages[a.SessionID]
		delete(b.waiting, a.ID)
		b.mu.Unlock()
		if waiting != nil {
			waiting <- a
		} else if page != nil {
			page.happened(a)
		}
	}
}

// call runs a command and decodes what it returns into result, if that is not nil.
func (b *browser) call(session, method string, params, result any) error {
	answers := make(chan answer, 1)
	b.mu.Lock()
	b.last++
	c := command{b.last, session, method, params}
	b.waiting[c.ID] = answers
	b.mu.Unlock()
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := b.conn.Write(context.Background(), websocket.Text, text); err != nil {
		return err
	}
	select {
	case a := <-answers:
		if a.Error != nil {
			return fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(a.Result, result)
	case <-b.conn.Done():
		return errors.New("Chromium has ended")
	case <-time.After(patience):
		return fmt.Errorf("%s: no answer", method)
	}
}
