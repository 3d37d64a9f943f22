package rfc

import (
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// Command returns ws rfc.
func Command() *command.Command {
	fs := command.NewFlags()
	asPage := fs.Bool("html", false, "print a page for a browser, in one file")
	return &command.Command{
		Name:     "rfc",
		Does:     "shows what the RFCs require, the code that meets it and the tests that prove it",
		Operands: "[section|id]",
		About: `The ids are those that the library's errors carry, such as 6455-5.1-3. A section
comes with those below it. It is one of RFC 6455, unless another RFC stands
before it: 7692:7.1, or 7692 for all of it.

Below the library's source tree the report is about that tree, and has line
numbers. Elsewhere it is about the tree that ws was built from.

The exit status is 0 if all went well, 1 if not, 2 for an unknown section or id.
`,
		Examples: []command.Example{
			{Line: "ws rfc 6455-5.1-3", Purpose: "explains a requirement"},
			{Line: "ws rfc -html 5 > framing.html", Purpose: "writes a page about all of section 5"},
		},
		Flags:  fs,
		Groups: []command.Group{{Title: "Flags", Flags: []string{"html"}}},
		Run: func(operands []string, env command.Environment) error {
			all, err := loadRequirements()
			if err != nil {
				return err
			}
			if all, err = selectRequirements(all, strings.Join(operands, "")); err != nil {
				return err
			}
			if *asPage {
				return writePage(env.Stdout, all)
			}
			return writeText(env.Stdout, all)
		},
	}
}
