package rfc6455_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// limit is a row of the table of limits in SECURITY.md.
type limit struct {
	bounded, byDefault, option, err, peer string // the cells; option is "" if the limit is fixed
}

// key is what the tables of this test know it by.
func (l limit) key() string {
	if l.option == "" {
		return l.bounded
	}
	return l.option
}

func readLimits(t *testing.T) (all []limit) {
	t.Helper()
	for _, row := range regexp.MustCompile(`(?m)^\| (.+) \| (.+) \| (.+) \| (.+) \| (.+) \|$`).FindAllStringSubmatch(read(t, "SECURITY.md"), -1) {
		l := limit{row[1], row[2], strings.Trim(row[3], "`"), row[4], row[5]}
		switch l.option {
		case "option":
			continue // the head of the table
		case "fixed":
			l.option = ""
		}
		all = append(all, l)
	}
	return all
}

// optionTypes are the structs with options.
var optionTypes = []reflect.Type{
	reflect.TypeFor[websocket.Options](), reflect.TypeFor[websocket.Compression](),
	reflect.TypeFor[server.Options](), reflect.TypeFor[server.Server](),
	reflect.TypeFor[client.Options](), reflect.TypeFor[client.ReconnectOptions](), reflect.TypeFor[client.Outbox](),
	reflect.TypeFor[hub.Hub](),
}

// noLimits are options that are numbers and bound nothing.
var noLimits = []string{"websocket.Compression.Level", "websocket.Compression.Threshold"}

// Each option that is a number or a time is in the table, and all that is in the table is an option.
func TestSecurityHasAllLimits(t *testing.T) {
	rows := make(map[string]bool)
	for _, l := range readLimits(t) {
		rows[l.option] = true
	}
	known := map[string]bool{"": true}
	for _, typ := range optionTypes {
		for f := range fields(typ) {
			name := publicName(typ.String() + "." + f.Name)
			known[name] = true
			switch f.Type.Kind() {
			case reflect.Int, reflect.Int64: // time.Duration is one
				if rows[name] == slices.Contains(noLimits, name) {
					t.Errorf("%s is neither a row of the table nor one of noLimits, or both", name)
				}
			}
		}
	}
	for name := range rows {
		if !known[name] {
			t.Errorf("the table has %s, which is no option", name)
		}
	}
}

// fields yields the exported fields of a struct.
func fields(typ reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && !yield(f) {
				return
			}
		}
	}
}

// Tests that SECURITY.md names are there.
func TestSecurityNamesTests(t *testing.T) {
	text := read(t, "SECURITY.md")
	files, _ := filepath.Glob("*/*_test.go")
	own, _ := filepath.Glob("*_test.go")
	var code strings.Builder
	for _, file := range append(files, own...) {
		code.WriteString(read(t, file))
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(text, -1)
	if len(names) == 0 {
		t.Error("no names")
	}
	for _, name := range names {
		if !strings.Contains(code.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no %s", name[1])
		}
	}
}

// The defaults of the table are those of the options' comments. One without a default has no limit.
func TestSecurityDefaults(t *testing.T) {
	said := regexp.MustCompile(`Zero(?: and negative values)? (?:means|stands? for) ([^.,;]+)`)
	comments := readComments(t)
	for _, l := range readLimits(t) {
		if l.option == "" {
			continue
		}
		want := "none"
		if m := said.FindStringSubmatch(comments[l.option]); m != nil {
			want = m[1]
		}
		if comments[l.option] == "" || quantity(l.byDefault) != quantity(want) {
			t.Errorf("%s: %q in the table, %q in the code's comment %q", l.option, l.byDefault, want, comments[l.option])
		}
	}
}

// readComments returns the comments of the fields of all structs, such as server.Options.MaxHeaderBytes, each in one
// line.
func readComments(t *testing.T) map[string]string {
	all := make(map[string]string)
	for _, file := range goFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			typ, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := typ.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					for _, name := range f.Names {
						option := parsed.Name.Name + "." + typ.Name.Name + "." + name.Name
						all[publicName(option)] = strings.Join(strings.Fields(f.Doc.Text()), " ")
					}
				}
			}
			return true
		})
	}
	return all
}

// publicName is what an option of package protocol is called where programs look for it.
func publicName(option string) string {
	return strings.Replace(option, "protocol.Compression.", "websocket.Compression.", 1)
}

// quantity returns a number of bytes, nanoseconds or whatever is counted, and 0 for no limit.
func quantity(s string) int64 {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	switch unit {
	case "KiB":
		n <<= 10
	case "MiB":
		n <<= 20
	case "s", "seconds":
		n *= int64(time.Second)
	case "min", "minutes":
		n *= int64(time.Minute)
	}
	return n
}

// The limits hold as the table has them: as much as the default passes, one more is the error of the table, and the
// peer is told its code.
func TestSecurityLimitsHold(t *testing.T) {
	rows := make(map[string]limit)
	for _, l := range readLimits(t) {
		rows[l.key()] = l
	}
	for key, try := range counted {
		t.Run(key, func(t *testing.T) {
			row, set := rowOf(t, rows, key), 0
			most := int(quantity(row.byDefault))
			if most == 0 && row.byDefault != "0" { // without a default
				set, most = 2, 2
			}
			synctest.Test(t, func(t *testing.T) {
				if err := try(t, set, most); err != nil {
					t.Errorf("%d: %v", most, err)
				}
				wantLimit(t, row, try(t, set, most+1))
			})
		})
	}
	for key, try := range timed {
		t.Run(key, func(t *testing.T) {
			row := rowOf(t, rows, key)
			want := time.Duration(quantity(row.byDefault))
			synctest.Test(t, func(t *testing.T) {
				took, err := try(t)
				if took != want {
					t.Errorf("after %v, want %v", took, want)
				}
				wantLimit(t, row, err)
			})
		})
	}
}

func rowOf(t *testing.T, rows map[string]limit, key string) limit {
	t.Helper()
	row, ok := rows[key]
	if !ok {
		t.Fatal("the table has no such row")
	}
	return row
}

// wantLimit checks that err is that of a row.
func wantLimit(t *testing.T, row limit, err error) {
	t.Helper()
	kind, option, code := describe(err)
	switch {
	case row.err == "–" || err == errCut:
	case kind == "" || !strings.Contains(row.err, "`"+kind+"`"):
		t.Errorf("%v is a %q, the table has %s", err, kind, row.err)
	case option != "" && !strings.Contains(row.err, "`"+option+"`"):
		t.Errorf("%v names %q, the table has %s", err, option, row.err)
	case row.option != "" && option == "":
		t.Errorf("%v does not name %s", err, row.option)
	case row.peer[0] >= '0' && row.peer[0] <= '9' && !strings.HasPrefix(row.peer, strconv.Itoa(code)):
		t.Errorf("%v has the code %d, the table has %s", err, code, row.peer)
	}
}

// errCut says that there was less than without a limit, where that is no error.
var errCut = errors.New("cut")

// describe returns the type of the error that is about a limit, the option that it names, and its code or status.
func describe(err error) (kind, option string, code int) {
	var broken *websocket.ProtocolError
	var late *websocket.TimeoutError
	var queued *websocket.QueueError
	var refused *handshake.Error
	var boxed *client.OutboxError
	var full *hub.Error
	var failed *client.Error
	switch {
	case errors.As(err, &broken):
		return "*websocket.ProtocolError", broken.Option, int(broken.Code)
	case errors.As(err, &late):
		return "*websocket.TimeoutError", late.Option, 0
	case errors.As(err, &queued):
		return "*websocket.QueueError", queued.Option, 0
	case errors.As(err, &refused):
		return "*handshake.Error", refused.Option, refused.Status
	case errors.As(err, &boxed):
		return "*client.OutboxError", boxed.Option, 0
	case errors.As(err, &full):
		return "*hub.Error", full.Option, 0
	case errors.As(err, &failed): // a time, whose error is context's
		return "*client.Error", regexp.MustCompile(`Options\.\w+`).FindString(err.Error()), 0
	}
	return "", "", 0
}
