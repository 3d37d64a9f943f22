package rfc

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// The operands: an id, or a section, an RFC, or both.
var (
	idSyntax      = regexp.MustCompile(`^\d{4}-[\d.]+-\d+$`)
	sectionSyntax = regexp.MustCompile(`^(?:(\d{4})(?::|$))?([\d.]*)$`)
)

// selectRequirements returns those that the operand chooses: all if it is "".
func selectRequirements(all []*requirements.Requirement, operand string) ([]*requirements.Requirement, error) {
	section := sectionSyntax.FindStringSubmatch(operand)
	var wanted func(r *requirements.Requirement) bool
	where := "in section " + operand
	switch {
	case operand == "":
		return all, nil
	case idSyntax.MatchString(operand):
		wanted = func(r *requirements.Requirement) bool { return r.ID == operand }
		where = "of the id " + operand
	case section != nil:
		rfc, prefix := section[1], strings.TrimSuffix(section[2], ".")+"."
		if rfc == "" {
			rfc = "6455"
		}
		wanted = func(r *requirements.Requirement) bool {
			return r.RFC == rfc && (prefix == "." || strings.HasPrefix(r.Section+".", prefix))
		}
	default:
		return nil, command.BadUsage("%q is neither a section such as 5.4 or 7692:7.1 nor an id such as 6455-5.1-3", operand)
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(r *requirements.Requirement) bool { return !wanted(r) })
	if len(chosen) == 0 {
		return nil, command.BadUsage("there is no requirement %s", where)
	}
	return chosen, nil
}
