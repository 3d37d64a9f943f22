package main

import (
	"os"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/protocol"
)

// The test's binary is started again as the Go peers.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "-serve" || os.Args[1] == "-visit") {
		main()
		return
	}
	os.Exit(m.Run())
}

// easy are cases that no peer fails, among them one of compression, one of a
// broken rule and one of a Close.
var easy = []string{"length-125@whole", "text-65536@whole", "ping-binary@whole", "close-4999@whole", "opcode-3-empty@whole", "deflate-no-takeover-256@whole"}

func TestEveryPeer(t *testing.T) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			installed(t, p)
			plays(t, p, protocol.Server, server)
			plays(t, p, protocol.Client, client)
		})
	}
}

// installed ends the test if the peer is not.
func installed(t *testing.T, p peer) {
	t.Helper()
	switch p.name {
	case npmWS.name:
		programs.NPM(t, "..")
	case pythonWebsockets.name:
		if programs.PythonWebsockets() == "" {
			programs.Missing(t, "Python's websockets", programs.PythonWebsocketsInstall)
		}
	}
}

// plays has a peer play the easy cases in a role.
func plays(t *testing.T, p peer, role protocol.Role, once runner) {
	t.Helper()
	cases := casesOf(t, role, easy)
	run, err := once(t.Context(), p, suite.Options{Cases: cases, Patience: time.Minute})
	if err != nil {
		t.Fatalf("as a %v: %v", role, err)
	}
	if len(run.Results) != len(cases) {
		t.Errorf("as a %v: %d results of %d cases", role, len(run.Results), len(cases))
	}
	for _, r := range run.Results {
		if r.Verdict != verdict.Pass && r.Verdict != verdict.NonStrict {
			t.Errorf("as a %v, %s: %s: %s", role, r.Case.ID, r.Verdict, r.Got)
		}
	}
}

func casesOf(t *testing.T, role protocol.Role, patterns []string) []*suite.Case {
	t.Helper()
	cases, err := suite.Cases(role, false)
	if err != nil {
		t.Fatal(err)
	}
	if cases, err = suite.Select(cases, patterns, nil); err != nil {
		t.Fatal(err)
	}
	return cases
}
