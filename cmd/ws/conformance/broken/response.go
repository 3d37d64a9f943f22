package broken

import "strings"

// errRefused says that the client does not go on with a response.
type errRefused string

func (e errRefused) Error() string { return "the client refuses the response: " + string(e) }

// examine returns what a response accepts of permessage-deflate, and an error
// if the client does not go on with it.
func (s *session) examine(h head, key string) (*parameters, error) {
	version, status, _ := strings.Cut(h.first, " ")
	accepts := s.values(h, "Sec-WebSocket-Accept")
	upgrade := s.list(s.values(h, "Upgrade"))
	switch {
	case s.broken(otherStatus, version != "HTTP/1.1" || !strings.HasPrefix(status+" ", "101 ")):
		return nil, errRefused("status")
	case s.broken(responseWithoutUpgrade, len(upgrade) != 1 || lower(upgrade[0]) != "websocket"):
		return nil, errRefused("Upgrade")
	case s.broken(responseWithoutConnection, !s.has(h, "Connection", "upgrade")):
		return nil, errRefused("Connection")
	case s.broken(noAccept, len(accepts) == 0),
		s.broken(wrongAccept, len(accepts) > 0 && accepts[0] != accept(key)),
		s.broken(twoAccepts, len(accepts) > 1):
		return nil, errRefused("Sec-WebSocket-Accept")
	case s.broken(subprotocolUnasked, len(s.values(h, "Sec-WebSocket-Protocol")) > 0):
		return nil, errRefused("Sec-WebSocket-Protocol")
	}
	return s.accepting(h)
}

// accepting examines the extensions of a response.
func (s *session) accepting(h head) (*parameters, error) {
	values := s.values(h, "Sec-WebSocket-Extensions")
	all, ok := extensions(s.list(values))
	if s.broken(oddExtensions, !ok || len(values) > 0 && len(all) == 0) {
		return nil, errRefused("the grammar of Sec-WebSocket-Extensions")
	}
	var agreed *parameters
	for _, e := range all {
		known := e.name == "permessage-deflate"
		if s.broken(extensionUnasked, !known || agreed != nil) {
			return nil, errRefused(e.name)
		}
		if !known {
			continue
		}
		p, ok := s.parse(e, true)
		if !ok {
			return nil, errRefused("parameters")
		}
		agreed = &p
	}
	return agreed, nil
}
