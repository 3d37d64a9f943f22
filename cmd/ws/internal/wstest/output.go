package wstest

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// Output collects what a command prints.
type Output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	Changed chan struct{}
}

func NewOutput() *Output { return &Output{Changed: make(chan struct{}, 1)} }

func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.Changed <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Wait waits until want has been printed.
func (o *Output) Wait(t testing.TB, want string) {
	t.Helper()
	late := time.After(Patience)
	for !strings.Contains(o.String(), want) {
		select {
		case <-o.Changed:
		case <-late:
			t.Fatalf("printed:\n%.1000s\nwant in it:\n%.1000s", o, want)
		}
	}
}
