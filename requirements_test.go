package rfc6455_test

import (
	"os"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// Every requirement on a client, a server or an extension has code under its
// id and a test or fixture that proves it, or else an exception that says why
// not. An exception that is no longer one has to go.
func TestRequirements(t *testing.T) {
	table, err := requirements.Read(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != 519 {
		t.Errorf("%d requirements in the table, want 519", len(table))
	}
	for _, r := range table {
		met := len(r.Code) > 0 && len(r.Proofs) > 0
		switch {
		case r.Title == "" && binds(r):
			t.Errorf("%s is in a section without a title", r.ID)
		case met && r.Exception != "":
			t.Errorf("%s has code and a test: its exception is stale", r.ID)
		case !met && r.Exception == "" && binds(r):
			t.Errorf("%s has code in %v and tests in %v: one is missing, or an exception", r.ID, r.Code, r.Proofs)
		case r.Status() == requirements.Pending && begun(table, r.RFC):
			t.Errorf("%s is pending, but the code of RFC %s has begun", r.ID, r.RFC)
		}
	}
}

// binds reports whether r is one that a library can meet.
func binds(r *requirements.Requirement) bool {
	return slices.Contains([]string{"6455", "7692", "8441", "9220"}, r.RFC) &&
		slices.Contains([]string{"client", "server", "both", "extension"}, r.Role)
}

// begun reports whether there is code for one of an RFC's pending rows: then
// none may be pending any more. Those of RFC 6455 wait for RFC 7692.
func begun(table []*requirements.Requirement, rfc string) bool {
	if rfc == "6455" {
		rfc = "7692"
	}
	return slices.ContainsFunc(table, func(r *requirements.Requirement) bool {
		return r.RFC == rfc && r.Status() == requirements.Pending && len(r.Code) > 0
	})
}
