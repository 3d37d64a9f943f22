package protocol

import "fmt"

// State is where a connection stands in its life after the opening handshake
// (section 7). The RFC's CLOSING is four states here: what is owed differs.
//
//	        SendClose                 ReceiveClose
//	Open ---------------> AwaitingClose ------------.
//	 |  \                                            v
//	 |   '--------------> OwingClose -----------> Completed ---> Closed
//	 |     ReceiveClose                SendClose         TransportEnd
//	 |
//	 '--> Failed ---> Closed        TransportEnd leads to Closed from
//	 Fail       TransportEnd        every state, Fail from AwaitingClose
//	                                to Failed as well.
type State uint8

// The states.
//
//rfc:6455-4.1-48 6455-4.2.2-25 6455-7.1.3-1 6455-7.1.4-1
const (
	Open          State = iota // OPEN: both sides send what they like
	AwaitingClose              // CLOSING: the peer's Close is awaited
	OwingClose                 // CLOSING: a Close is owed to the peer
	Completed                  // CLOSING: both have sent Close, TCP is to be closed
	Failed                     // CLOSING: this side has failed the connection, TCP is to be closed
	Closed                     // CLOSED: the transport is gone
	states        = iota
)

// String returns the state's name in words.
func (s State) String() string {
	return [states]string{"open", "awaiting close", "owing close", "completed", "failed", "closed"}[s]
}

// Input is what can happen to a connection.
type Input uint8

// The inputs.
const (
	SendMessage  Input = iota // a data frame
	SendPing                  // a Ping, or a Pong that nothing asked for
	SendClose                 // a Close frame
	ReceivePing               // a Ping, to be answered with a Pong
	ReceiveClose              // a valid Close frame
	Fail                      // the peer broke a rule or a limit
	TransportEnd              // TCP was closed or lost
	inputs       = iota
)

// String returns the input's name in words.
func (i Input) String() string {
	return [inputs]string{"send message", "send ping or pong", "send close", "receive ping", "receive close", "fail", "transport end"}[i]
}

// verdict says what becomes of an input.
type verdict uint8

const (
	allow  verdict = iota
	ignore         // the peer's doing: nothing comes of it
	refuse         // the application's doing: it gets a StateError
)

// transition is an entry of the table.
type transition struct {
	verdict verdict
	next    State  // where allow leads
	rule    string // why it is not allowed
}

func to(s State) transition            { return transition{next: s} }
func ignored(rule string) transition   { return transition{ignore, 0, rule} }
func forbidden(rule string) transition { return transition{refuse, 0, rule} }

// transitions is the table of section 7. Each rule that stands here is met here.
//
//rfc:6455-5.1-8 6455-5.5.1-8 6455-5.5.1-9 6455-5.5.1-12 6455-5.5.1-17 6455-5.5.2-3 6455-5.5.2-5
//rfc:6455-6.1-1 6455-6.1-2 6455-7.1.3-1 6455-7.1.4-1 6455-7.1.7-7
var transitions = [states][inputs]transition{
	Open: {
		SendMessage:  to(Open),
		SendPing:     to(Open),
		SendClose:    to(AwaitingClose),
		ReceivePing:  to(Open),
		ReceiveClose: to(OwingClose),
		Fail:         to(Failed),
		TransportEnd: to(Closed),
	},
	AwaitingClose: {
		SendMessage:  forbidden("6455-5.5.1-8"),
		SendPing:     forbidden("6455-6.1-1"),
		SendClose:    forbidden("6455-5.5.1-17"),
		ReceivePing:  to(AwaitingClose),
		ReceiveClose: to(Completed),
		Fail:         to(Failed),
		TransportEnd: to(Closed),
	},
	OwingClose: {
		SendMessage:  to(OwingClose),
		SendPing:     to(OwingClose),
		SendClose:    to(Completed),
		ReceivePing:  ignored("6455-5.5.2-3"),
		ReceiveClose: ignored("6455-1.4-1"),
		Fail:         ignored("6455-1.4-1"),
		TransportEnd: to(Closed),
	},
	Completed: {
		SendMessage:  forbidden("6455-5.5.1-8"),
		SendPing:     forbidden("6455-6.1-1"),
		SendClose:    forbidden("6455-5.5.1-17"),
		ReceivePing:  ignored("6455-5.5.2-3"),
		ReceiveClose: ignored("6455-5.5.1-17"),
		Fail:         ignored("6455-1.4-1"),
		TransportEnd: to(Closed),
	},
	Failed: {
		SendMessage:  forbidden("6455-6.1-1"),
		SendPing:     forbidden("6455-6.1-1"),
		SendClose:    forbidden("6455-7.1.7-7"),
		ReceivePing:  ignored("6455-7.1.7-7"),
		ReceiveClose: ignored("6455-7.1.7-7"),
		Fail:         ignored("6455-7.1.7-7"),
		TransportEnd: to(Closed),
	},
	Closed: {
		SendMessage:  forbidden("6455-6.1-1"),
		SendPing:     forbidden("6455-6.1-1"),
		SendClose:    forbidden("6455-6.1-1"),
		ReceivePing:  ignored("6455-1.4-1"),
		ReceiveClose: ignored("6455-1.4-1"),
		Fail:         ignored("6455-1.4-1"),
		TransportEnd: ignored("6455-7.1.4-1"),
	},
}

// StateError says that the connection's state does not allow what was asked
// for: it is closing or closed. It matches ErrClosed.
type StateError struct {
	State State
	Input Input
	Rule  string // the requirement, such as "6455-5.5.1-8"
}

// Error returns what was asked for, in which state, and the rule's id.
func (e *StateError) Error() string {
	return fmt.Sprintf("websocket: cannot %v: connection is in state %q [%s]", e.Input, e.State, e.Rule)
}

// Is makes a StateError match ErrClosed.
func (e *StateError) Is(target error) bool { return target == ErrClosed }
