package handshake

import "slices"

// Deflate has the parameters of permessage-deflate (RFC 7692, section 7.1): those that one side wishes for, or
// those that were agreed on. The zero value leaves the compressors free.
type Deflate struct {
	// ServerNoContextTakeover makes the server compress each message by itself, ClientNoContextTakeover the
	// client: then neither side has to keep the window from one message of that direction to the next.
	ServerNoContextTakeover, ClientNoContextTakeover bool
	// ServerMaxWindowBits bounds the window of the server's compressor to 2 to the power of so many bytes,
	// ClientMaxWindowBits that of the client's; from 8 to 15. In a wish any other value stands for 15.
	ServerMaxWindowBits, ClientMaxWindowBits int
}

const (
	minWindowBits = 8
	maxWindowBits = 15
)

// bounds returns d with the values that hold.
func (d Deflate) bounds() Deflate {
	for _, bits := range []*int{&d.ServerMaxWindowBits, &d.ClientMaxWindowBits} {
		if *bits < minWindowBits || *bits > maxWindowBits {
			*bits = maxWindowBits
		}
	}
	return d
}

// AcceptDeflate chooses among a client's offers of permessage-deflate for a server with these wishes: the first
// one that is valid, since a server of ours supports all that can be offered. It returns the element for the
// response and what is agreed with it. Invalid offers are declined, other extensions passed over. If ok is false
// nothing is agreed, and the response has to do without an element of that name.
//
// All of the client's requests are met and its hints taken. Where the server wishes for more, it tells the
// client. A client that did not offer client_max_window_bits cannot be told to use a smaller window: it is told
// not to keep it from one message to the next instead, so that the server needs the memory only while a message
// arrives.
//
//rfc:7692-3-1 7692-4-2 7692-5-3 7692-5-4 7692-5-10 7692-5-11 7692-5-20 7692-7-7 7692-7.1.3-1 6455-9-2 6455-9-4
func AcceptDeflate(offers []Extension, want Deflate) (response Extension, agreed Deflate, ok bool) {
	for _, offer := range offers {
		if !isDeflate(offer) {
			continue
		}
		if p, e := parseDeflate(offer.Params); e == nil {
			r := p.accept(want.bounds())
			return r.extension(), r.bounds(), true
		}
	}
	return Extension{}, Deflate{}, false
}

func isDeflate(e Extension) bool { return e.Name == deflateName }

// accept returns the parameters of the response to an offer.
//
//rfc:7692-5-5 7692-5-6 7692-5-9 7692-5-12 7692-5-13 7692-7.1.1.1-5 7692-7.1.1.1-7 7692-7.1.1.1-8 7692-7.1.1.2-4
//rfc:7692-7.1.2.1-4 7692-7.1.2.1-6 7692-7.1.2.1-8 7692-7.1.2.2-6 7692-7.1.2.2-7 7692-7.1.2.2-10
func (offer deflateParams) accept(want Deflate) (r deflateParams) {
	hint := offer.bounds()
	r.ServerNoContextTakeover = want.ServerNoContextTakeover || offer.ServerNoContextTakeover
	r.ClientNoContextTakeover = want.ClientNoContextTakeover || offer.ClientNoContextTakeover
	r.ServerMaxWindowBits = min(want.ServerMaxWindowBits, hint.ServerMaxWindowBits)
	r.boundsServer = offer.boundsServer || r.ServerMaxWindowBits < maxWindowBits
	switch bits := min(want.ClientMaxWindowBits, hint.ClientMaxWindowBits); {
	case bits == maxWindowBits:
	case offer.boundsClient:
		r.ClientMaxWindowBits, r.boundsClient = bits, true
	default:
		r.ClientNoContextTakeover = true
	}
	return r
}

// OfferDeflate returns the offer of permessage-deflate for a client with these wishes. The server has to meet
// those about its own messages if it accepts; those about the client's are hints. Any window that the server
// wants the client to have is agreed to, which the offer says by client_max_window_bits.
//
//rfc:7692-4-2 7692-5-1 7692-5-7 7692-5-8 7692-7.1.1.1-1 7692-7.1.1.1-2 7692-7.1.1.2-1 7692-7.1.1.2-2
//rfc:7692-7.1.1.2-3 7692-7.1.2.1-1 7692-7.1.2.1-2 7692-7.1.2.2-1 7692-7.1.2.2-2 7692-7.1.2.2-3 7692-7.1.2.2-4
//rfc:7692-7.1.2.2-5 6455-9-1 6455-9-4
func OfferDeflate(want Deflate) Extension {
	p := deflateParams{Deflate: want.bounds(), boundsClient: true}
	p.boundsServer = p.ServerMaxWindowBits < maxWindowBits
	if p.ClientMaxWindowBits == maxWindowBits {
		p.ClientMaxWindowBits = 0
	}
	return p.extension()
}

// CheckDeflate checks the extensions that a server has accepted, see [Accepted], against the offer that
// [OfferDeflate] made from want, and returns what was agreed. If ok is false without an error the server has
// declined: messages go uncompressed. After an error, which is an *Error without a Status, the client has to
// fail the connection.
//
// What the client promised about its own messages is part of what was agreed, whether or not the server has
// repeated it. Where the server was asked for server_no_context_takeover and does not repeat it, as section 7.1.1.1
// has it, it may keep its window: agreed then says so, and a client that cannot keep the window too has to fail the
// connection.
//
//rfc:7692-5-6 7692-5-16 7692-5-21 7692-5-22 7692-7.1.1.2-3 7692-7.1.1.2-8 7692-7.1.2.2-5 7692-7.2.2-12
func CheckDeflate(response []Extension, want Deflate) (agreed Deflate, ok bool, err error) {
	i := slices.IndexFunc(response, isDeflate)
	if i < 0 {
		return Deflate{}, false, nil
	}
	if slices.ContainsFunc(response[i+1:], isDeflate) {
		return Deflate{}, false, invalidDeflate("7692-5-16", "is accepted twice")
	}
	r, e := parseDeflate(response[i].Params)
	want = want.bounds()
	if e == nil {
		e = r.check(want)
	}
	if e != nil {
		return Deflate{}, false, e
	}
	agreed = r.bounds()
	agreed.ClientNoContextTakeover = agreed.ClientNoContextTakeover || want.ClientNoContextTakeover
	agreed.ClientMaxWindowBits = min(agreed.ClientMaxWindowBits, want.ClientMaxWindowBits)
	return agreed, true, nil
}

// check finds what makes well-formed parameters no answer to the client's offer.
//
//rfc:7692-7-9 7692-7-11 7692-7.1.2.1-6 7692-7.1.2.2-8
func (r deflateParams) check(offered Deflate) *Error {
	switch {
	case r.boundsClient && r.ClientMaxWindowBits == 0:
		return invalidDeflate("7692-7.1.2.2-8", "has client_max_window_bits without a value")
	case r.bounds().ServerMaxWindowBits > offered.ServerMaxWindowBits:
		e := invalidDeflate("7692-7.1.2.1-6", "does not bound the server's window as was asked for")
		e.Option = "Options.Compression.PeerWindowBits"
		return e
	}
	return nil
}
