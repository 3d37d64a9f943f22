package broken

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed faults.tsv
var table string

// Fault is what is wrong with a peer. The zero value is the lack of one.
type Fault struct {
	Name  string
	Sides []string // "server", "client" or both
	Rule  string   // the requirement that is broken
	// Finders are patterns of the cases that have to find the fault, as the suite
	// selects cases; Verdict is what each of them says of it.
	Finders []string
	Verdict string
	Silent  bool   // all that shows is that something does not come
	Says    string // what is wrong, in a sentence
}

// change is what a fault does to the conduct of a peer on one connection.
type change func(*conduct)

// faults are the changes by name.
var faults = merge(frameFaults, messageFaults, textFaults, closeFaults, deflateFaults, serverFaults, clientFaults)

func merge(all ...map[string]change) map[string]change {
	merged := map[string]change{}
	for _, some := range all {
		maps.Copy(merged, some)
	}
	return merged
}

// conduct returns the conduct of a peer with the fault on one connection.
func (f Fault) conduct() conduct {
	c := faultless()
	if f.Name != "" {
		faults[f.Name](&c)
	}
	return c
}

// List reads the table of faults, the columns of which are the fields of Fault. A
// fault has several lines where they differ by side or by case.
func List() (list []Fault, err error) {
	missing := maps.Clone(faults)
	for i, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n")[1:] {
		columns := strings.Split(line, "\t")
		if len(columns) != 7 {
			return nil, fmt.Errorf("line %d of the faults has %d columns instead of 7", i+2, len(columns))
		}
		f := Fault{columns[0], strings.Fields(columns[1]), columns[2], strings.Fields(columns[3]), columns[4],
			columns[5] == "silence", columns[6]}
		if faults[f.Name] == nil {
			return nil, fmt.Errorf("line %d of the faults: nothing does %q", i+2, f.Name)
		}
		delete(missing, f.Name)
		list = append(list, f)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the table of faults lacks %q", slices.Sorted(maps.Keys(missing)))
	}
	return list, nil
}

// lax does not enforce rules.
func lax(which ...rule) change {
	return func(c *conduct) {
		for _, r := range which {
			c.lax[r] = true
		}
	}
}

// both makes two changes.
func both(a, b change) change {
	return func(c *conduct) { a(c); b(c) }
}
