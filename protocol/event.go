package protocol

// EventKind tells the kinds of Event apart.
type EventKind uint8

// The kinds of events.
const (
	DataEvent    EventKind = iota // the next piece of a message
	PingEvent                     // Data is the application data
	PongEvent                     // Data is the application data
	CloseEvent                    // Code and Reason are the peer's
	FailureEvent                  // Err says what the peer did
)

// Event is something that the peer did. After a CloseEvent or a FailureEvent
// there are no more.
type Event struct {
	Kind EventKind
	Type Type // of the message that a DataEvent is a piece of
	// Fin says that a DataEvent ends its message. Where a message is cut into
	// events depends on its frames and on how the bytes arrived: only the
	// whole of a message means anything (section 5.4).
	Fin bool
	// Data aliases the memory given to Receive, or the Endpoint's own, and is
	// valid until Next or Receive is called again.
	Data   []byte
	Code   CloseCode
	Reason string
	Err    *ProtocolError
}
