package suite

import (
	"strings"
	"sync"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/internal/requirements"
	"github.com/seed372fb791/rfc6455/protocol"
)

var table = sync.OnceValue(func() map[string]*requirements.Requirement {
	all, err := requirements.Embedded()
	if err != nil {
		panic(err) // a test of that package reads it
	}
	byID := make(map[string]*requirements.Requirement, len(all))
	for _, r := range all {
		byID[r.ID] = r
	}
	return byID
})

// requirement returns the requirement of an id, nil if there is none.
func requirement(id string) *requirements.Requirement { return table()[id] }

// sendersRules bind the sender of a frame only: the RFCs do not say that the
// receiver has to act. Those of a whole section end with "-".
var sendersRules = []string{
	"6455-5.2-11", // a length below 2^63
	"6455-5.2-13", // the shortest form of the length
	"6455-7.4.1-", // close codes
	"6455-7.4.2-",
	"6455-11.7-",
	"7692-7.2.1-2", // how compressed data ends
}

// level is what a peer gets that does not meet a requirement.
func level(id string) verdict.Verdict {
	switch requirement(id).Level {
	case "SHOULD", "SHOULD NOT":
		return verdict.NonStrict
	case "MAY":
		return verdict.Informational
	}
	return verdict.Fail
}

// passLevel is what a peer gets that lets pass what breaks a requirement.
func passLevel(id string, peer protocol.Role) verdict.Verdict {
	for _, rule := range sendersRules {
		if id == rule || strings.HasSuffix(rule, "-") && strings.HasPrefix(id, rule) {
			return verdict.NonStrict
		}
	}
	if requirement(id).Role == other(peer).String() {
		return verdict.NonStrict
	}
	return level(id)
}

// other returns the other role: the runner's, if role is the peer's.
func other(role protocol.Role) protocol.Role {
	if role == protocol.Server {
		return protocol.Client
	}
	return protocol.Server
}
