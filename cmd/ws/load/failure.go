package load

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The kinds of failures.
const (
	Refused   = "refused"        // nothing listens there
	Dial      = "dial"           // the server could not be reached for another reason, which the detail says
	TLS       = "tls"            // its TLS handshake failed
	Handshake = "handshake"      // it answered the opening handshake with the status, or against the rule, in the detail
	Timeout   = "timeout"        // it did not answer that in time, or gave no sign of life
	Closed    = "closed"         // it closed the connection with the close code in the detail
	Lost      = "lost"           // the connection ended without a Close frame
	Protocol  = "protocol error" // it broke the rule in the detail
	Wrong     = "wrong answer"   // it sent something that is no echo
	NoAnswer  = "no answer"      // to a message, until some time after the end
	NotSent   = "not sent"       // a message that was due, because earlier ones were not answered
	Other     = "other"
)

// Failure is something that went wrong, so many times. For NoAnswer and NotSent
// messages are counted, connections for the rest: each has ended by it.
type Failure struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail,omitempty"`
	Count  int    `json:"count"`
}

// failures counts. Safe for concurrent use.
type failures struct {
	mu    sync.Mutex
	by    map[Failure]int // those without a count
	first error
	total int
}

// add counts an error of a connection.
func (f *failures) add(err error) {
	kind, detail := classify(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = make(map[Failure]int)
	}
	if f.first == nil {
		f.first = err
	}
	f.by[Failure{Kind: kind, Detail: detail}]++
	f.total++
}

// addMessages counts n messages of a kind.
func (f *failures) addMessages(kind string, n int64) {
	if n <= 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = make(map[Failure]int)
	}
	f.by[Failure{Kind: kind}] += int(n)
}

func (f *failures) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.total
}

// list returns all failures, the most frequent first.
func (f *failures) list() []Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]Failure, 0, len(f.by))
	for one, count := range f.by {
		one.Count = count
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Failure) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Kind, b.Kind), strings.Compare(a.Detail, b.Detail))
	})
	return all
}

// classify returns the kind of err. The detail is one of few: it quotes nothing
// that differs from one connection to the next.
func classify(err error) (kind, detail string) {
	var wrong wrongAnswer
	var dial *client.Error
	var broken *websocket.ProtocolError
	var peer *websocket.CloseError
	var late *websocket.TimeoutError
	switch {
	case errors.As(err, &wrong):
		return Wrong, string(wrong)
	case errors.As(err, &dial):
		return classifyDial(dial)
	case errors.As(err, &broken):
		return Protocol, broken.Text + " [" + broken.Rule + "]"
	case errors.As(err, &late):
		return Timeout, late.Text
	case errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal:
		return Closed, peer.Code.String()
	case errors.As(err, &peer):
		return Lost, root(peer.Err)
	}
	return Other, root(err)
}

func classifyDial(err *client.Error) (kind, detail string) {
	var unfit *handshake.Error
	var name *net.DNSError
	switch {
	case errors.As(err, &unfit) && unfit.Status != 0:
		return Handshake, "status " + strconv.Itoa(unfit.Status)
	case errors.As(err, &unfit):
		return Handshake, unfit.Text + " [" + unfit.Rule + "]"
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout, string(err.Stage)
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused, ""
	case err.Stage == client.StageTLS:
		return TLS, root(err)
	case err.Stage == client.StageHandshake && errors.Is(err, io.ErrUnexpectedEOF):
		return Handshake, "no answer"
	case err.Stage == client.StageHandshake:
		return Handshake, root(err)
	case errors.As(err, &name):
		return Dial, name.Err
	}
	return Dial, root(err)
}

// root returns the text of the innermost cause: those around it have addresses.
func root(err error) string {
	if err == nil {
		return ""
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimPrefix(err.Error(), "websocket: ")
		}
		err = inner
	}
}
