package requirements

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"
)

// outline is what a Go file declares, in order.
type outline []declaration

// declaration is a function, or a line or more of a declaration of others.
type declaration struct {
	name string
	last int // its last line
}

// name returns the declaration that a line belongs to: the one around it, or
// the next, as a comment does.
func (o outline) name(line int) string {
	for _, d := range o {
		if line <= d.last {
			return d.name
		}
	}
	return ""
}

// declarations returns the outline of a Go file that has directives. That of
// any other file is empty, as is that of one that cannot be parsed: it is the
// compiler that says so.
func declarations(name, text string) (o outline) {
	if path.Ext(name) != ".go" || !strings.Contains(text, "//rfc:") {
		return nil
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	add := func(name string, n ast.Node) {
		o = append(o, declaration{name, files.Position(n.End()).Line})
	}
	add("package "+file.Name.Name, file.Name)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(receiver(d)+d.Name.Name, d)
		case *ast.GenDecl:
			if d.Lparen.IsValid() && len(d.Specs) > 0 && specName(d.Specs[0]) != "" {
				o = append(o, declaration{specName(d.Specs[0]) + " ...", files.Position(d.Lparen).Line})
			}
			for _, s := range d.Specs {
				if name := specName(s); name != "" {
					add(name, s)
				}
			}
		}
	}
	return o
}

// receiver returns the type whose method d is and a dot, "" if it is none's.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

// specName returns the first name that s declares, "" for an import.
func specName(s ast.Spec) string {
	switch s := s.(type) {
	case *ast.TypeSpec:
		return s.Name.Name
	case *ast.ValueSpec:
		return s.Names[0].Name
	}
	return ""
}
