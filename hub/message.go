package hub

import (
	"github.com/seed372fb791/rfc6455/internal/backplane"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Message is a message of a topic.
type Message struct {
	// At is its place in the topic's order. A Backplane gives it; where that has no numbers the Hub does, with an Epoch
	// of its own: then only clients that come back to the same process can resume.
	At Position

	// ID, if not "", says that messages of the topic with the same ID are one and the same: of those that are published
	// within the window that the Backplane keeps (minutes, see there), only the first is sent. So a message whose
	// Publish has failed can be published again. It comes along to where the message is delivered. At most 64 bytes.
	ID string

	// Type is Text or Binary, perhaps with Plain.
	Type websocket.Type

	// Key, if not "", says that this message makes earlier ones of the topic with the same Key pointless: they are not
	// sent to a subscriber that is behind. At most 1024 bytes.
	Key string

	// Data is what was published.
	Data []byte

	// Of a Hub in this process that published it:
	prepared *websocket.PreparedMessage // Data, if it has no Prepare
	call     *call                      // who is told of a panic in Prepare
}

var (
	errType = &Error{"the message is neither Text nor Binary", "Message.Type"}
	errID   = &Error{"the message's ID is longer than 64 bytes", "Message.ID"}
	errKey  = &Error{"the message's Key is longer than 1024 bytes", "Message.Key"}
)

// Check returns nil if m may be published as far as its Type, ID and Key go, or an *Error that names the field. A Hub
// asks for it before it publishes, and a Backplane for those who use that alone.
func (m *Message) Check() error {
	switch t := m.Type &^ websocket.Plain; {
	case t != websocket.Text && t != websocket.Binary:
		return errType
	case len(m.ID) > backplane.MaxID:
		return errID
	case len(m.Key) > backplane.MaxKey:
		return errKey
	}
	return nil
}
