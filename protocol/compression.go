package protocol

import "fmt"

// Compression says whether and how messages are compressed: permessage-deflate
// (RFC 7692). The zero value is for none. Packages server and client negotiate
// by it; what a peer does not agree to is not used.
//
// Compressing secrets together with text that an attacker can choose lets whoever
// sees the lengths of frames guess the secrets, over TLS too (RFC 7692 section
// 8): send such messages with Plain.
type Compression struct {
	// Mode turns compression on.
	Mode CompressionMode
	// Level is how much work goes into finding repetitions, from 1 (fastest)
	// to 9 (smallest). Zero stands for 1.
	Level int
	// WindowBits bounds the window of what is sent to 2 to the power of so
	// many bytes, PeerWindowBits of what is received; both from 8 to 15. Zero
	// stands for 15. A smaller window saves memory and costs ratio; 10 or more
	// are recommended (section 7.3). A client that cannot bound its window, as
	// some browsers, is asked not to keep it between messages instead.
	WindowBits, PeerWindowBits int
	// Threshold is the number of bytes from which messages are compressed.
	// Zero stands for 128, a negative value for compressing all.
	Threshold int
	// Budget, if not nil, bounds what connections hold for compression, of all
	// that have the same Budget together.
	Budget *Budget
}

// CompressionMode is what of a message is remembered to compress the next one.
type CompressionMode uint8

// The modes.
const (
	// NoCompression sends all messages as they are, and offers or accepts no
	// compression.
	NoCompression CompressionMode = iota
	// NoContextTakeover compresses each message by itself. Between messages a
	// connection holds nothing for it, but the window of a server that keeps
	// it although the client has asked it not to: up to 32 KiB.
	NoContextTakeover
	// ContextTakeover keeps the window of the last messages, in which the next
	// one finds its repetitions: small messages that resemble each other come
	// out much smaller. A connection holds up to 56 KiB for it, 10 KiB with
	// windows of 12 bits.
	ContextTakeover
)

const (
	defaultLevel     = 1
	defaultThreshold = 128
)

// Check returns nil if c can be used, or an *OptionError.
func (c Compression) Check() error {
	switch {
	case c.Mode > ContextTakeover:
		return &OptionError{"Compression.Mode", int(c.Mode), "one of the modes"}
	case c.Level < 0 || c.Level > 9:
		return &OptionError{"Compression.Level", c.Level, "from 1 to 9"}
	case c.WindowBits != 0 && !validBits(c.WindowBits):
		return &OptionError{"Compression.WindowBits", c.WindowBits, "from 8 to 15"}
	case c.PeerWindowBits != 0 && !validBits(c.PeerWindowBits):
		return &OptionError{"Compression.PeerWindowBits", c.PeerWindowBits, "from 8 to 15"}
	}
	return nil
}

// minBits and maxBits are the sizes of windows that can be agreed on.
const minBits, maxBits = 8, 15

func validBits(n int) bool { return minBits <= n && n <= maxBits }

// OptionError says that an option has a value that means nothing.
type OptionError struct {
	Option string // the field's name, such as "Compression.Level"
	Value  int
	Want   string // what it has to be
}

// Error returns it all in one line.
func (e *OptionError) Error() string {
	return fmt.Sprintf("websocket: Options.%s is %d, want %s", e.Option, e.Value, e.Want)
}

// CompressedStats counts the messages that came or went compressed: the ratio
// is Wire to Contents.
type CompressedStats struct {
	Messages int64
	Contents int64 // bytes of the messages
	Wire     int64 // bytes of their payloads on the wire
}
