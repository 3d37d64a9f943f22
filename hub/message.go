package hub

import "github.com/seed372fb791/rfc6455/websocket"

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
	// sent to a subscriber that is behind.
	Key string

	// Data is what was published.
	Data []byte

	// Of a Hub in this process that published it:
	prepared *websocket.PreparedMessage // Data, if it has no Prepare
	call     *call                      // who is told of a panic in Prepare
}
