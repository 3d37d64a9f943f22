package protocol

// PreparedMessage is a message that is checked once and sent to many
// connections. Safe for concurrent use.
type PreparedMessage struct {
	typ  Type
	data []byte
}

// Prepare returns a message of type typ with the contents of p, which is not
// kept. A *SendError says that it could not be sent.
func Prepare(typ Type, p []byte) (*PreparedMessage, error) {
	e := NewEndpoint(Server, Config{})
	if err := e.checkSend(typ, true, p, false); err != nil {
		return nil, err
	}
	return &PreparedMessage{typ, append([]byte(nil), p...)}, nil
}

// Type returns the message's type.
func (m *PreparedMessage) Type() Type { return m.typ }

// Len returns the message's size in bytes.
func (m *PreparedMessage) Len() int { return len(m.data) }
