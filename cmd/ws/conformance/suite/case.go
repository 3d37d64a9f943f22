package suite

import (
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/mask"
)

// Case is a case that can be run against a peer.
type Case struct {
	verdict.Case
	// Generated is a case of much load: it runs alone, after the others.
	Generated bool

	name    string // without the requirement and the variant
	variant variant
	script  *script  // what is done once the connection is open
	opening *opening // what is special about the opening handshake, nil for nothing
}

// script is what the runner does on an open connection, and what is due for it.
type script struct {
	deflate  []params // what the case needs of permessage-deflate, the best first; nil for nothing
	reaches  bool     // a compressed message needs the window of the one before
	unhinted bool     // the client's hints about its compression are not taken
	turns    []turn
	rest     []byte // what the last frame lacks
	house    string // why no rule says what is right, "" if one does
	freshKey bool   // the keys of the peer's frames have to differ
}

// turn is what is sent without waiting for the peer, and what is due for it.
type turn struct {
	pieces   []piece
	load     *load // sent and awaited message by message, instead of pieces
	messages []content
	pongs    []string // that answer our Pings
	unasked  []string // the data of our own Pongs
	end      ending
}

// piece is bytes after a pause.
type piece struct {
	pause  time.Duration
	frames [][]byte // each is a frame; the last one of a script may be the beginning of one
}

// ending is how a connection has to end.
type ending struct {
	how   how
	codes []int // failed: any of those the Close frame may have; closed: of our Close frame
	rule  string
	// silent: an end without a Close frame is as good.
	silent bool
}

type how int

const (
	open how = iota
	closed
	failed
)

// defaultKey masks the frames of a client unless the fixture has another one
// (section 5.7).
var defaultKey = mask.Key{0x37, 0xfa, 0x21, 0x3d}
