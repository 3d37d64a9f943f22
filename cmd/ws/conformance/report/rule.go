package report

import (
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// rule is a requirement, to be explained.
type rule struct {
	ID string
	*requirements.Requirement
}

func newRule(id string) *rule { return &rule{printable(id), dissect.Explain(id)} }

// URL is where its section is to be read.
func (r *rule) URL() string { return sectionURL(r.RFC, r.Section) }

// Whom it binds.
func (r *rule) Whom() string {
	if r.Role == "both" {
		return "both sides"
	}
	return "the " + r.Role
}

// Where is its section in words.
func (r *rule) Where() string {
	return strings.TrimSpace(fmt.Sprintf("RFC %s, section %s %s", r.RFC, r.Section, r.Title))
}

// sectionURL is where a section is to be read.
func sectionURL(rfc, section string) string {
	return fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc%s#section-%s", rfc, section)
}

// ruleLine returns a requirement in a line.
func ruleLine(id string) string {
	r := dissect.Explain(id)
	if r == nil {
		return printable(id)
	}
	return fmt.Sprintf("%s %s: %s", r.ID, r.Level, short(r.Text, lineWidth))
}

// rules are the ids of the requirements that a reader has to know: those that
// were not met, else that which the case is about.
func rules(r *verdict.Result) []string {
	if len(r.Broken) > 0 {
		return r.Broken
	}
	return r.Case.Rules[:min(1, len(r.Case.Rules))]
}
