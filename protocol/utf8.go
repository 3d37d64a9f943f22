package protocol

import "github.com/seed372fb791/rfc6455/internal/utf8"

// UTF8 checks that text is UTF-8 (RFC 3629) while it arrives in pieces. The
// zero value is ready for the first piece. Not safe for concurrent use.
//
//rfc:6455-8.1-1 6455-5.6-2
type UTF8 struct {
	state utf8.State // after the pieces so far
}

// Check takes the next piece of the text and returns how many bytes of it are
// good: len(p), or the index of the first byte with which no valid text goes
// on. After a bad byte the UTF8 is of no more use.
func (u *UTF8) Check(p []byte) int {
	good, after := utf8.Check(p, u.state)
	u.state = after
	return good
}

// Complete reports whether the text so far ends with a whole character.
func (u *UTF8) Complete() bool { return u.state.Complete() }
