package protocol

// Duty is what a driver has to do with the transport (section 7.1.1).
type Duty uint8

// The duties. Under each of them the output is written first.
const (
	// KeepTransport: the transport is read and written.
	KeepTransport Duty = iota
	// EndTransport: the driver tells the peer that no more comes (on TCP by
	// FIN), reads and forgets until the peer has ended its side too, and
	// closes the transport. Closed with bytes unread, TCP would reset the
	// connection, and the peer could lose the Close frame.
	EndTransport
	// AwaitEnd: the driver reads and forgets until the peer has ended the
	// transport, and closes it then.
	AwaitEnd
)

// Transport returns the driver's duty. Once the closing handshake is complete
// the server closes TCP first and the client waits for that; who fails the
// connection closes it. A driver bounds the time that all of it takes.
//
//rfc:6455-7.1.1-1 6455-7.1.1-4 6455-7.1.1-5 6455-7.1.7-1
func (e *Endpoint) Transport() Duty {
	switch {
	case e.state == Failed, e.state == Completed && e.role == Server:
		return EndTransport
	case e.state == Completed:
		return AwaitEnd
	}
	return KeepTransport
}
