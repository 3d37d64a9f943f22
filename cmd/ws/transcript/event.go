package transcript

import (
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Kind tells the kinds of Event apart.
type Kind int

// The kinds of events.
const (
	Open  Kind = iota // a client has connected
	Bytes             // a side has sent bytes
	End               // a side sends no more: its FIN
	Reset             // a side has cut the connection: its RST
)

// Event is one thing that happened on a connection.
type Event struct {
	At   time.Duration // since the first event, to the microsecond
	Conn int           // of several, from 1
	From protocol.Role // who did it, the client for Open
	Kind Kind
	Data []byte // for Bytes, at least one
	// Note is one line for people: for Open who connected where, otherwise a
	// comment, which a Reader does not return. Of a long one only the start is
	// written, and spaces for control characters.
	Note string
}

// Seconds returns a time as it stands in a transcript, and in what refers to
// one.
func Seconds(at time.Duration) string {
	us := at.Microseconds()
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

const (
	magic = "# ws transcript 1"
	// maxData is how many bytes of data a line has at most.
	maxData = 16 << 10
	// maxNote is how many bytes of a note a line has at most.
	maxNote = 1 << 10
	// maxLine is more than a Writer ever needs for a line.
	maxLine = 64 << 10
)

// The words that say what happened, and who did it.
const (
	open       = "open"
	end        = "end"
	reset      = "reset"
	fromClient = ">"
	fromServer = "<"
)
