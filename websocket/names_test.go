package websocket_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// onlyProtocol are the names of package protocol that those need who write a driver or take frames apart, and not
// those who hold a Conn.
var onlyProtocol = strings.Fields(`
	Endpoint NewEndpoint Config FrameHooks Deflate DeflateWindow
	Event EventKind DataEvent PingEvent PongEvent CloseEvent FailureEvent
	State Open AwaitingClose OwingClose Completed Failed Closed
	Input SendMessage SendPing SendClose ReceivePing ReceiveClose Fail TransportEnd
	Duty KeepTransport EndTransport AwaitEnd
	Opcode OpContinuation OpText OpBinary OpClose OpPing OpPong
	MaxHeaderSize ParseHeader AppendHeader CheckHeader HeaderContext
	ParseClose FormatClose CheckClose UTF8`)

// Each exported name of package protocol is offered by names.go, with a link in its comment or in that of its group,
// or is one that programs do not need.
func TestNames(t *testing.T) {
	offered := map[string]string{} // with the comment
	for name, comment := range exported(t, "names.go") {
		offered[name] = comment
		if !strings.Contains(comment, "[protocol.") {
			t.Errorf("names.go: %s has no link", name)
		}
	}
	all := map[string]bool{}
	for _, file := range protocolFiles(t) {
		for name := range exported(t, file) {
			all[name] = true
			if _, ok := offered[name]; ok == slices.Contains(onlyProtocol, name) {
				t.Errorf("protocol.%s is offered: %v, and in the list of those that are not: %v", name, ok, !ok)
			}
		}
	}
	for name := range offered {
		if !all[name] {
			t.Errorf("names.go offers %s, which protocol does not have", name)
		}
	}
	for _, name := range onlyProtocol {
		if !all[name] {
			t.Errorf("protocol has no %s", name)
		}
	}
}

func protocolFiles(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("../protocol/*.go")
	if err != nil || len(all) == 0 {
		t.Fatal("no files", err)
	}
	return slices.DeleteFunc(all, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
}

// exported returns the exported names that a file declares at its top, with their comments.
func exported(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				names[d.Name.Name] = d.Doc.Text()
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				for _, name := range declared(spec) {
					if name.IsExported() {
						names[name.Name] = d.Doc.Text()
					}
				}
			}
		}
	}
	return names
}

func declared(spec ast.Spec) []*ast.Ident {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{s.Name}
	case *ast.ValueSpec:
		return s.Names
	}
	return nil
}
